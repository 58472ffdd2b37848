// I2: which message is which, also of devices that don't count their boots, or whose seq can't be used.
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../server/contracts/readings.ts';
import type { Hall } from '../../../server/hall/hall.ts';
import {
  at,
  door,
  gone,
  hallConfig,
  hallWith,
  liveAt,
  queueEvents,
  reading,
  status,
  terminal,
} from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const second = 1_000;
const minute = 60_000;
const id = 'door-a';

/** Messages of one boot, a minute apart, with totals that grow by one from `total` on. */
function messages(from: number, to: number, since: number, { boot = 1, total = 0 } = {}): Reading[] {
  return Array.from({ length: to - from + 1 }, (_, i) =>
    door(id, [boot, from + i], [total + i, 0], since + i * minute),
  );
}

const withoutTime = (seq: number, ins: number, receivedAt: number): Reading =>
  reading(id, { kind: 'door', boot: 1, seq, in: ins, out: 0 }, { receivedAt });
const entered = (hall: Hall, now = nine + 600 * minute) => liveAt(hall, now).occupancy.enteredToday;
const marks = (hall: Hall, device = id, now = nine + 600 * minute) =>
  liveAt(hall, now)
    .devices.find((one) => one.id === device)
    ?.marks.filter((mark) => mark !== 'silent');
const row = (hall: Hall, device = id, now = nine + 600 * minute) =>
  hall.completeness('2026-11-23', now)?.devices.find((one) => one.id === device);
const gaps = (hall: Hall) =>
  hall
    .openGaps(id)
    .filter(({ unknown }) => !unknown)
    .map(({ boot, from, to }) => [hall.bootOf(id, boot), from, to]);

describe('a device that restarts without counting its boots', () => {
  it('is read on: all of its people count, and it is said', () => {
    const hall = hallWith(messages(1, 11, nine));
    const notes = messages(1, 26, nine + 20 * minute).map((one) => hall.apply(one).notes);
    expect(notes[0]).toEqual(['boot-not-counted']);
    expect(notes.slice(1).flat()).toEqual([]);
    expect(entered(hall)).toBe(35);
    expect(marks(hall)).toEqual(['boot-not-counted']);
    expect(row(hall)).toMatchObject({ arrived: 37, missing: 0, share: 1 });
  });

  it('several times a day', () => {
    const hall = hallWith([]);
    for (let day = 0; day < 6; day++) for (const one of messages(1, 11, nine + day * 20 * minute)) hall.apply(one);
    expect(entered(hall)).toBe(60);
    // Every copy of all of that changes nothing.
    const before = structuredClone(hall.state.doors);
    for (let day = 0; day < 6; day++)
      for (const one of messages(1, 11, nine + day * 20 * minute)) expect(hall.apply(one).notes).toEqual(['repeat']);
    expect(hall.state.doors).toEqual(before);
  });

  it('is asked by the number that it knows, and never for what it sent before', () => {
    const hall = hallWith([...messages(1, 5, nine), ...messages(9, 11, nine + 8 * minute)]);
    expect(gaps(hall)).toEqual([[1, 6, 8]]);
    // The very first message after the restart is lost.
    for (const one of messages(2, 4, nine + 30 * minute)) hall.apply(one);
    expect(gaps(hall)).toEqual([[1, 1, 1]]);
    expect(hall.apply(gone(id, 1, [[1, 1]], nine + 40 * minute)).notes).toEqual(['gone']);
    expect(gaps(hall)).toEqual([]);
    expect(row(hall)).toMatchObject({ arrived: 11, missing: 4 });
    // It comes all the same: no second restart.
    const [first] = messages(1, 1, nine + 29 * minute);
    expect(hall.apply(first as Reading).notes).toEqual(['late-seq']);
    expect(marks(hall)).toEqual(['boot-not-counted']);
    expect(hall.state.doors.get(id)?.boots.size).toBe(2);
  });

  it('says that it lives before its first message is here: that is no word of the boot before', () => {
    const hall = hallWith([status(id, [1, 1], nine, { lastSeq: 0 }), ...messages(1, 11, nine + second)]);
    const back = nine + 20 * minute;
    for (let i = 0; i < 20; i++) hall.apply(status(id, [1, 1], back + 30 * i * second, { lastSeq: i }));
    // 300 people came in ten minutes, and the message that tells of them is the first one heard.
    hall.apply(door(id, [1, 7], [300, 0], back + 10 * minute));
    expect(entered(hall)).toBe(310);
  });

  it('is no device that sends again what was lost, however late', () => {
    const story = messages(1, 40, nine);
    const hall = hallWith(story.filter((_, i) => i % 3 !== 1));
    for (const one of story.filter((_, i) => i % 3 === 1)) {
      const late = { ...one, receivedAt: nine + 300 * minute };
      expect(hall.apply(late).notes).toContain('late-seq');
    }
    expect(marks(hall)).toEqual([]);
    expect(entered(hall)).toBe(39);
  });

  it('is no device whose messages come twice, with or without a time, however late', () => {
    const story = messages(1, 300, nine);
    const timeless = Array.from({ length: 300 }, (_, i) => withoutTime(i + 1, i, nine + i * minute));
    for (const one of [story, timeless]) {
      const hall = hallWith(one);
      for (const again of one.toReversed())
        expect(hall.apply({ ...again, receivedAt: nine + 400 * minute }).notes).toEqual(['repeat']);
      expect(hall.state.doors.get(id)?.boots.size).toBe(1);
    }
  });

  it('is told by its bytes where it has no clock', () => {
    const hall = hallWith(Array.from({ length: 100 }, (_, i) => withoutTime(i + 1, i, nine + i * minute)));
    for (let i = 0; i < 30; i++) hall.apply(withoutTime(i + 1, 2 * i, nine + (120 + i) * minute));
    expect(entered(hall)).toBe(99 + 58);
    expect(marks(hall)).toEqual(['boot-not-counted']);
  });

  it('is told by its bytes where its clock was set back', () => {
    const hall = hallWith(messages(1, 20, nine));
    const again = messages(1, 20, nine - 60 * minute, { total: 1 }).map((one, i) => ({
      ...one,
      receivedAt: nine + (30 + i) * minute,
    }));
    for (const one of again) hall.apply(one);
    expect(marks(hall)).toContain('boot-not-counted');
    expect(hall.state.doors.get(id)?.boots.size).toBe(2);
    for (const one of [...messages(1, 20, nine), ...again]) expect(hall.apply(one).notes).toEqual(['repeat']);
  });

  it('that kept what it had not sent tells of the time before it, too', () => {
    const hall = hallWith(messages(1, 10, nine));
    for (const one of messages(1, 3, nine + 60 * minute)) hall.apply(one);
    // Seq 11 to 14 of the time before.
    for (const one of messages(11, 14, nine + 10 * minute, { total: 10 }))
      hall.apply({ ...one, receivedAt: nine + 63 * minute });
    for (const one of messages(4, 6, nine + 63 * minute, { total: 3 })) hall.apply(one);
    expect(hall.state.doors.get(id)?.boots.size).toBe(2);
    expect(entered(hall)).toBe(13 + 5);
    expect(gaps(hall)).toEqual([]);
  });

  it('is not taken for one by what a broker retained', () => {
    const hall = hallWith(messages(1, 10, nine));
    const [retained] = messages(3, 3, nine + 60 * minute);
    expect(hall.apply({ ...(retained as Reading), live: false }).notes).toEqual(['repeat']);
    expect(marks(hall)).toEqual([]);
  });

  it('begins to count them: what follows is its own boot, and the mark goes', () => {
    const hall = hallWith([...messages(1, 5, nine), ...messages(1, 5, nine + 10 * minute)]);
    for (const one of messages(1, 5, nine + 20 * minute, { boot: 2 })) hall.apply(one);
    expect(marks(hall)).toEqual([]);
    expect(entered(hall)).toBe(12);
  });

  it('is believed when it goes offline and comes back under the same number and connection', () => {
    const hall = hallWith([
      status(id, [1, 57], nine, { lastSeq: 0 }),
      ...messages(1, 5, nine),
      status(id, [1, 57], nine + 6 * minute, { online: false }),
      ...messages(1, 3, nine + 10 * minute),
      status(id, [1, 1], nine + 13 * minute, { lastSeq: 3 }),
      status(id, [1, 1], nine + 14 * minute, { online: false }),
    ]);
    const now = nine + 15 * minute;
    expect(liveAt(hall, now).devices.find((one) => one.id === id)).toMatchObject({ online: false, reason: 'offline' });
  });

  it('loses no tickets and no faults', () => {
    const hall = hallWith([]);
    for (const since of [nine, nine + 60 * minute]) {
      const { ticket } = queueEvents();
      for (let i = 0; i < 13; i++) hall.apply(ticket('issued', `A${since}${i}`, since + i * minute));
    }
    hall.apply(terminal([1, 1], nine));
    hall.apply(terminal([1, 2], nine + minute, { parts: { paper: 'full' }, done: 5, failed: 0 }));
    hall.apply(terminal([1, 1], nine + 60 * minute, { parts: { paper: 'out' }, done: 2, failed: 0 }));
    const live = liveAt(hall, nine + 75 * minute);
    expect(live.queue.issuedToday).toBe(26);
    expect(live.terminals[0]).toMatchObject({ severity: 'fault', doneToday: 2 });
    expect([marks(hall, 'queue'), marks(hall, 'pay-1')]).toEqual([['boot-not-counted'], ['boot-not-counted']]);
  });
});

describe('A seq that can’t be', () => {
  it('is not applied, and what comes after it is', () => {
    const hall = hallWith(messages(1, 5, nine));
    const before = structuredClone(hall.state);
    const absurd = door(id, [1, 1_795_740_000_000], [99_999, 0], nine + 6 * minute);
    expect(hall.apply(absurd)).toMatchObject({ changed: false, implausiblyAhead: 1_795_739_999_995 });
    expect({ ...hall.state, identities: null }).toEqual({ ...before, identities: null });
    for (const one of messages(6, 8, nine + 7 * minute, { total: 5 })) hall.apply(one);
    expect(entered(hall)).toBe(7);
    expect(row(hall)).toMatchObject({ sent: 8, missing: 0 });
    expect(gaps(hall)).toEqual([]);
  });

  it.each([Number.MAX_SAFE_INTEGER, 2 ** 60, 1e300])('of %d is not applied, also as the first ever', (seq) => {
    const hall = hallWith([]);
    expect(hall.apply(door(id, [1, seq], [3, 0], nine)).changed).toBe(false);
    expect(hall.noteRefused(id, { boot: 1, seq }, nine)).toBe(false);
    for (const one of messages(1, 3, nine)) expect(hall.apply(one).notes).toEqual([]);
  });

  it('is one that no outbox holds and no pace explains', () => {
    const hall = hallWith(messages(1, 1, nine));
    expect(hall.apply(door(id, [1, 20_001], [5, 0], nine + second)).notes).toEqual(['gap']);
    expect(hall.apply(door(id, [1, 40_002], [6, 0], nine + 2 * second)).changed).toBe(false);
    // After ten minutes, 60,000 can have been.
    expect(hall.apply(door(id, [1, 80_001], [6, 0], nine + 601 * second)).notes).toEqual(['gap']);
    const other = hallWith(messages(1, 3, nine));
    expect(other.apply(door(id, [2, 40_000], [5, 0], nine + 3 * minute)).changed).toBe(false);
  });

  it('twenty times in a row makes the device unnumbered: it is read in order of arrival', () => {
    const hall = hallWith(messages(1, 5, nine));
    const wild = Array.from({ length: 40 }, (_, i) =>
      door(id, [1, 1_795_740_000_000 + 977 * i], [5 + i, 0], nine + (10 + i) * minute),
    );
    const read = wild.filter((one) => hall.apply(one).changed);
    expect(read).toEqual(wild.slice(19));
    for (const one of wild.slice(19)) expect(hall.apply(one).notes).toEqual(['repeat']);
    expect(entered(hall)).toBe(44);
    expect(marks(hall)).toEqual(['unnumbered']);
    expect(row(hall)).toMatchObject({ share: null, arrived: null, missing: null, reason: 'unnumbered' });
    expect(liveAt(hall, nine + 60 * minute).completeness).toBeNull();
    expect(hall.openGaps(id)).toEqual([]);
    expect(hall.apply(status(id, [1, 1], nine + 60 * minute, { lastSeq: 4e9 })).notes).toEqual([]);
    expect(hall.openGaps(id)).toEqual([]);
    // Mended, it numbers them again.
    for (const one of messages(1, 30, nine + 100 * minute, { boot: 2, total: 44 })) hall.apply(one);
    expect(marks(hall)).toEqual([]);
    expect(entered(hall)).toBe(73);
    expect(row(hall)?.missing).toBe(0);
    expect(hall.apply(door(id, [2, 33], [73, 0], nine + 140 * minute)).notes).toEqual(['gap']);
    expect(gaps(hall)).toEqual([[2, 31, 32]]);
  });

  it('that never changes, or a boot for each message, is no number: nobody counts twice', () => {
    const stuck = Array.from({ length: 60 }, (_, i) => door(id, [1, 1], [50 + i, 0], nine + i * minute));
    const boots = Array.from({ length: 60 }, (_, i) =>
      door(id, [1_795_740_000 + 60 * i, 1], [50 + i, 0], nine + i * minute),
    );
    for (const story of [stuck, boots]) {
      const hall = hallWith(story);
      expect(entered(hall)).toBe(59);
      expect(marks(hall)).toEqual(['unnumbered']);
    }
    const counted = Array.from({ length: 60 }, (_, i) => terminal([i + 1, 1], nine + i * minute));
    expect(marks(hallWith(counted), 'pay-1')).toEqual([]);
  });
});

describe('A lastSeq that can’t be', () => {
  it('is ignored and noted', () => {
    const hall = hallWith([status(id, [1, 1], nine, { lastSeq: 0 }), ...messages(1, 5, nine)]);
    const word = hall.apply(status(id, [1, 1], nine + 5 * minute, { lastSeq: 4e9 }));
    expect(word.notes).toEqual(['last-seq-implausible']);
    expect(gaps(hall)).toEqual([]);
    expect(row(hall)).toMatchObject({ missing: 0, share: 1 });
    expect(hall.apply(status(id, [1, 1], nine + 5.5 * minute, { lastSeq: 7 })).notes).toEqual(['gap']);
    expect(gaps(hall)).toEqual([[1, 6, 7]]);
  });

  it('is ignored as the first word, once a message shows it', () => {
    const hall = hallWith([status(id, [1, 1], nine, { lastSeq: 4e9 })]);
    for (const one of messages(1, 3, nine + second)) hall.apply(one);
    for (let i = 0; i < 5; i++) hall.apply(status(id, [1, 1], nine + (4 + i) * minute, { lastSeq: 4e9 }));
    expect(gaps(hall)).toEqual([]);
    expect(row(hall)).toMatchObject({ missing: 0, share: 1 });
  });

  it('of a boot of which nothing came is ignored too', () => {
    const hall = hallWith([status(id, [1, 1], nine, { lastSeq: 0 }), ...messages(1, 5, nine)]);
    expect(hall.apply(status(id, [2, 1], nine + 6 * minute, { lastSeq: 5e6 })).notes).toEqual(['last-seq-implausible']);
    expect(gaps(hall)).toEqual([]);
    // A boot number as high as can be: what comes after it is still newer.
    hall.apply(status(id, [Number.MAX_SAFE_INTEGER, 1], nine + 7 * minute, { online: false }));
    hall.apply(status(id, [3, 1], nine + 8 * minute, { lastSeq: 0 }));
    hall.apply(status(id, [3, 1], nine + 9 * minute, { online: false }));
    hall.apply(status(id, [3, 2], nine + 10 * minute, { lastSeq: 0 }));
    const now = nine + 10 * minute + second;
    expect(liveAt(hall, now).devices.find((one) => one.id === id)).toMatchObject({ online: true });
  });
});

it('what is known of devices that name their messages oddly is bounded', () => {
  const hall = hallWith([], hallConfig());
  for (let i = 0; i < 3_000; i++) {
    hall.apply(door(id, [i * 7, 1], [1, 0], nine + i * second));
    hall.apply(door(id, [i * 7, 2], [1, 0], nine + i * second + 1));
    hall.apply(status(id, [i * 11, i], nine + i * second + 2, { lastSeq: 2 }));
  }
  for (let i = 0; i < 3_000; i++) {
    hall.apply(door(id, [5, 1], [1, 0], nine + (3_000 + 2 * i) * second));
    hall.apply(door(id, [5, 2], [2, 0], nine + (3_001 + 2 * i) * second));
  }
  const identity = hall.state.identities.get(id);
  expect(identity?.own.size).toBeLessThanOrEqual(64);
  for (const { generations } of identity?.own.values() ?? []) {
    expect(generations.length).toBeLessThanOrEqual(64);
    expect(generations.filter(({ prints }) => prints !== null).length).toBeLessThanOrEqual(2);
  }
  expect(hall.state.doors.get(id)?.boots.size).toBeLessThanOrEqual(64);
  expect(hall.state.intake.get(id)?.boots.size).toBeLessThanOrEqual(64);
});
