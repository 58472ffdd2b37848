// I2 and G1: what a device sent by its own numbering, what of it is here, and what is worth asking for.
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../server/contracts/readings.ts';
import type { Hall } from '../../../server/hall/hall.ts';
import { at, door, gone, hallWith, liveAt, status } from '../../support/hall-maker.ts';

const noon = at('2026-11-23 12:00');
const later = noon + 3_600_000;
const today = '2026-11-23';
const message = (seq: number, boot = 1, ts = noon + seq * 1_000) => door('door-a', [boot, seq], [seq, 0], ts);
const messages = (...seqs: number[]) => seqs.map((seq) => message(seq));
const word = (lastSeq: number, boot = 1, ts = noon + 600_000, more: Partial<Reading> = {}) =>
  status('door-a', [boot, boot], ts, { lastSeq, resend: true }, more);
const row = (hall: Hall, day = today, now = later) =>
  hall.completeness(day, now)?.devices.find(({ id }) => id === 'door-a');
/** What is known to be missing, but for what an older boot may have sent behind its end. */
const open = (hall: Hall) =>
  hall
    .openGaps('door-a')
    .filter(({ unknown }) => !unknown)
    .map(({ boot, from, to }) => [boot, from, to]);
const unknown = (hall: Hall) =>
  hall
    .openGaps('door-a')
    .filter((gap) => gap.unknown)
    .map(({ boot, from, to }) => [boot, from, to]);
const share = (hall: Hall, now = later) => liveAt(hall, now).completeness;

describe('G1: gaps', () => {
  it('are what lies between messages of a boot, and fill in any order', () => {
    const hall = hallWith(messages(1, 2, 5, 9));
    expect(open(hall)).toEqual([
      [1, 3, 4],
      [1, 6, 8],
    ]);
    expect(row(hall)).toMatchObject({ sent: 9, arrived: 4, missing: 5, repaired: 0, share: 4 / 9, reason: null });
    for (const one of messages(7, 4, 3, 8, 6)) hall.apply(one);
    expect(open(hall)).toEqual([]);
    expect(row(hall)).toMatchObject({ sent: 9, arrived: 9, missing: 0, repaired: 5, duplicated: 0, share: 1 });
  });

  it('begin where the earliest live word says that we listened, also when that comes late', () => {
    const hall = hallWith(messages(3));
    expect(open(hall)).toEqual([]);
    hall.apply(word(1));
    expect(open(hall)).toEqual([[1, 2, 2]]);
  });

  it('are noted once, when a message or a word first tells of them', () => {
    const hall = hallWith(messages(1));
    expect(hall.apply(message(3)).notes).toEqual(['gap']);
    expect(hall.apply(message(4)).notes).toEqual([]);
    expect(hall.apply(message(2)).notes).toEqual(['late-seq']);
    expect(hall.apply(word(6)).notes).toEqual(['gap']);
    expect(hall.apply(word(6, 1, noon + 630_000)).notes).toEqual([]);
    expect(hall.apply(message(2)).notes).toEqual(['repeat']);
    expect(row(hall)).toMatchObject({ duplicated: 1, repaired: 1 });
  });

  it('end with the tail that the device’s lastSeq tells of, whatever is still to come', () => {
    const hall = hallWith([...messages(1, 2), word(5)]);
    expect(open(hall)).toEqual([[1, 3, 5]]);
    for (const one of messages(3, 4)) hall.apply(one);
    expect(open(hall)).toEqual([[1, 5, 5]]);
    expect(hall.apply(message(8)).notes).toEqual(['gap']);
    expect(open(hall)).toEqual([[1, 5, 7]]);
  });

  it('may be the tail of an older boot, and a whole boot of which nothing came', () => {
    const hall = hallWith([...messages(1, 2), word(4), word(0, 2), message(1, 2), word(3, 3), word(0, 4)]);
    expect(open(hall)).toEqual([
      [1, 3, 4],
      [3, 1, 3],
    ]);
  });

  it('are told by a retained word too', () => {
    const hall = hallWith([...messages(1, 2), word(4, 1, later, { live: false })]);
    expect(open(hall)).toEqual([[1, 3, 4]]);
  });
});

describe('G1: the end of an older boot', () => {
  it('is asked behind once, since no later message tells of what a broker lost there', () => {
    const hall = hallWith(messages(1, 2));
    expect(unknown(hall)).toEqual([]);
    hall.apply(message(1, 2));
    expect(unknown(hall)).toEqual([[1, 3, 502]]);
    expect(row(hall)?.missing).toBe(0);
    hall.apply(message(3, 1));
    expect(unknown(hall)).toEqual([[1, 4, 503]]);
    hall.apply(gone('door-a', 1, [[4, 503]], later));
    expect(unknown(hall)).toEqual([]);
    expect(row(hall)?.missing).toBe(0);
    hall.apply(message(1, 5));
    expect(unknown(hall)).toEqual([[2, 2, 501]]);
  });
});

describe('G1: the first boot ever heard', () => {
  it('isn’t missing what came before we listened; later boots count from 1', () => {
    const hall = hallWith([message(41, 7), message(43, 7), message(3, 8, noon + 60_000)]);
    expect(open(hall)).toEqual([
      [7, 42, 42],
      [8, 1, 2],
    ]);
  });

  it('counts from what a live word told, if that was first', () => {
    expect(open(hallWith([word(40), message(43)]))).toEqual([[1, 41, 42]]);
    expect(open(hallWith([word(40), word(42)]))).toEqual([[1, 41, 42]]);
  });

  it('is not begun by a retained word: it may be of any age', () => {
    const retained = word(40, 1, noon, { live: false });
    expect(open(hallWith([retained]))).toEqual([]);
    expect(open(hallWith([retained, message(43)]))).toEqual([]);
  });
});

describe('G1: what is gone', () => {
  it('is missing for ever and not worth asking for', () => {
    const hall = hallWith(messages(1, 6));
    expect(hall.apply(gone('door-a', 1, [[2, 3]], noon)).notes).toEqual(['gone']);
    expect(hall.apply(gone('door-a', 1, [[2, 3]], noon)).notes).toEqual([]);
    expect(open(hall)).toEqual([[1, 4, 5]]);
    expect(row(hall)).toMatchObject({ sent: 6, missing: 4 });
  });

  it('has arrived if it does come', () => {
    const hall = hallWith([...messages(1, 4), gone('door-a', 1, [[2, 3]], noon), message(3)]);
    expect(row(hall)).toMatchObject({ sent: 4, arrived: 3, missing: 1 });
    expect(open(hall)).toEqual([]);
  });

  it('says nothing of what is here or was never sent', () => {
    const hall = hallWith([...messages(1, 2), gone('door-a', 1, [[1, 900]], noon)]);
    expect(row(hall)).toMatchObject({ sent: 2, arrived: 2, missing: 0, share: 1 });
  });
});

describe('G1: what reached us and can’t be read', () => {
  const refuse = (hall: Hall, seq: number, boot = 1) => hall.noteRefused('door-a', { boot, seq }, noon + seq * 1_000);

  it('is quarantined, not missing, and not asked for', () => {
    const hall = hallWith(messages(1, 2));
    expect(refuse(hall, 3)).toBe(true);
    expect(refuse(hall, 3)).toBe(false);
    hall.apply(message(4));
    expect(open(hall)).toEqual([]);
    expect(row(hall)).toMatchObject({ sent: 4, arrived: 3, missing: 0, quarantined: 1, share: 0.75 });
    expect(share(hall)).toBe(0.75);
  });

  it('has arrived once a copy can be read, before or after', () => {
    const hall = hallWith(messages(1, 2));
    refuse(hall, 3);
    refuse(hall, 4);
    expect(hall.apply(message(4)).changed).toBe(true);
    expect(hall.apply(message(3)).notes).toEqual(['late-seq']);
    refuse(hall, 4);
    expect(row(hall)).toMatchObject({ sent: 4, arrived: 4, quarantined: 0, repaired: 0, share: 1 });
  });

  it('tells of gaps before it', () => {
    const hall = hallWith(messages(1));
    refuse(hall, 4);
    expect(open(hall)).toEqual([[1, 2, 3]]);
    expect(row(hall)).toMatchObject({ sent: 4, arrived: 1, missing: 2, quarantined: 1 });
  });
});

describe('G1: the day of a gap', () => {
  const before = at('2026-11-22 23:59:50');
  const after = at('2026-11-23 00:00:10');

  it('is that of the message behind it', () => {
    const hall = hallWith([message(1, 1, before), message(2, 1, before + 1_000), message(7, 1, after)]);
    expect(row(hall, '2026-11-22')).toMatchObject({ sent: 2, missing: 0, share: 1 });
    expect(row(hall, today)).toMatchObject({ sent: 5, arrived: 1, missing: 4 });
    // A message nearer to the gap brings part of it to its own day.
    hall.apply(message(4, 1, before + 2_000));
    expect(row(hall, '2026-11-22')).toMatchObject({ sent: 4, missing: 1 });
    expect(row(hall, today)).toMatchObject({ sent: 3, missing: 2 });
  });

  it('is that of the first word that told of a tail, however often it is told again', () => {
    const hall = hallWith([message(1, 1, before), word(3, 1, before + 5_000), word(3, 1, after)]);
    expect(row(hall, '2026-11-22', after)).toMatchObject({ sent: 3, missing: 2 });
    expect(row(hall, today, later)).toMatchObject({ sent: 0, missing: 0, share: null, reason: 'nothing-sent' });
  });

  it('is given up after 8 local days, with all that was known of it', () => {
    const old = at('2026-11-14 12:00');
    const hall = hallWith([
      message(1, 1, old),
      message(4, 1, old),
      word(3, 2, old),
      message(5, 2, old + 7 * 86_400_000),
    ]);
    expect(open(hall)).toEqual([
      [1, 2, 3],
      [2, 1, 4],
    ]);
    hall.apply(message(6, 2, old + 8 * 86_400_000));
    expect(open(hall)).toEqual([[2, 1, 4]]);
    expect(hall.apply(message(2, 1, old)).notes).toEqual(['repeat']);
    expect(hall.state.intake.get('door-a')?.days.map(({ date }) => date)).toEqual(['2026-11-21', '2026-11-22']);
    hall.apply(message(7, 2, old + 15 * 86_400_000));
    expect(open(hall)).toEqual([]);
  });
});

describe('G1: memory is bounded', () => {
  it('by 5,000 gaps of a boot: those given up stay missing', () => {
    const hall = hallWith([]);
    for (let i = 0; i <= 5_010; i++) hall.apply(message(1 + 2 * i, 1, noon + i));
    expect(open(hall)).toHaveLength(4_999);
    expect(row(hall)).toMatchObject({ arrived: 5_011, missing: 5_010, sent: 10_021 });
  });

  it('by 64 boots: the missing of one given up stay missing', () => {
    const hall = hallWith([message(1, 1), message(3, 1)]);
    for (let boot = 2; boot <= 66; boot++) hall.apply(message(1, boot));
    expect(hall.state.intake.get('door-a')?.boots.size).toBe(64);
    expect(row(hall)).toMatchObject({ arrived: 67, missing: 1 });
    expect(hall.apply(message(2, 1)).changed).toBe(true);
    expect(hall.state.intake.get('door-a')?.boots.size).toBe(64);
  });

  it('is plain data: a structured clone goes on as the original', () => {
    const hall = hallWith([...messages(1, 5), word(9), gone('door-a', 1, [[2, 2]], noon)]);
    const clone = hallWith([]);
    Object.assign(clone.state, structuredClone(hall.state));
    expect(open(clone)).toEqual(open(hall));
    expect(row(clone)).toEqual(row(hall));
  });
});

describe('completeness', () => {
  it('L3: of a device not heard from that day is not known, never 0 or 1', () => {
    const hall = hallWith(messages(1, 2));
    const silent = hall.completeness(today, later)?.devices.find(({ id }) => id === 'pay-1');
    const unknown = { sent: null, arrived: null, repaired: null, missing: null, duplicated: null, quarantined: null };
    expect(silent).toEqual({ id: 'pay-1', kind: 'terminal', ...unknown, share: null, reason: 'not-heard' });
    expect(hall.completeness('2026-11-22', later)).toMatchObject({ share: null });
  });

  it('is null on the wall until something was sent today, and 1 when all of it is here', () => {
    expect(share(hallWith([]))).toBeNull();
    expect(share(hallWith([word(0)]))).toBeNull();
    expect(share(hallWith(messages(1, 2, 3)))).toBe(1);
    expect(share(hallWith(messages(1, 2, 3)), at('2026-11-24 12:00'))).toBeNull();
  });

  it('is over all devices, and never 1 when one message is missing', () => {
    const hall = hallWith([]);
    for (let seq = 1; seq <= 20_000; seq++) if (seq !== 77) hall.apply(message(seq, 1, noon + seq));
    hall.apply(door('door-b', [1, 1], [0, 0], noon));
    expect(share(hall)).toBe(20_000 / 20_001);
  });

  it('leaves out a gap until it is 10 s old, and then changes by itself (P1)', () => {
    const hall = hallWith(messages(1, 2, 5));
    const seenAt = noon + 5_000;
    const picture = hall.live(seenAt + 200, { simulated: false });
    expect(picture.live.completeness).toBe(1);
    expect(picture.nextChangeAt).toBe(seenAt + 10_000);
    expect(share(hall, picture.nextChangeAt)).toBe(3 / 5);
    for (const one of messages(3, 4)) hall.apply(one);
    expect(share(hall, seenAt + 10_000)).toBe(1);
  });

  it('keeps 8 local days and says so of no other', () => {
    const hall = hallWith(messages(1));
    expect(hall.completeness('2026-11-16', later)).not.toBeNull();
    for (const day of ['2026-11-15', '2026-11-24', '2026-11-31', '2026-11-2x', '']) {
      expect(hall.completeness(day, later), day).toBeNull();
    }
  });
});
