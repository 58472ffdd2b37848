import { describe, expect, it } from 'vitest';
import { at, door, hallConfig, hallWith, liveAt, reading, status } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const second = 1_000;
const minute = 60_000;

function device(live: ReturnType<typeof liveAt>, id = 'door-a') {
  const found = live.devices.find((one) => one.id === id);
  if (!found) throw new Error(`no device ${id}`);
  return found;
}

describe('L1: status and will', () => {
  it('takes a will by receipt', () => {
    const hall = hallWith([
      status('door-a', [1, 7], nine),
      status('door-a', [1, 7], nine, { online: false, ts: nine - 3_600_000 }, { receivedAt: nine + minute }),
    ]);
    expect(device(liveAt(hall, nine + minute))).toMatchObject({ online: false, reason: 'offline', asOf: nine });
  });

  it('ignores a will of an older connection', () => {
    const hall = hallWith([
      status('door-a', [1, 8], nine),
      status('door-a', [1, 7], nine, { online: false }, { receivedAt: nine + 10 * second }),
    ]);
    expect(device(liveAt(hall, nine + 11 * second)).online).toBe(true);
  });

  it('believes a message after the will', () => {
    const hall = hallWith([
      status('door-a', [1, 7], nine, { online: false }),
      door('door-a', [1, 5], [3, 1], nine + minute),
    ]);
    expect(device(liveAt(hall, nine + minute)).online).toBe(true);
  });
});

describe('L2: silence', () => {
  it('is nothing for three status intervals, and is seen without a message', () => {
    const hall = hallWith([status('door-a', [1, 1], nine, { everyS: 10 })]);
    const { nextChangeAt } = hall.live(nine, { simulated: true });
    expect(nextChangeAt).toBe(nine + 30 * second + 1);
    expect(device(liveAt(hall, nine + 30 * second))).toMatchObject({ online: true, marks: [] });
    expect(device(liveAt(hall, nine + 30 * second + 1))).toMatchObject({
      online: false,
      reason: 'silent',
      marks: ['silent'],
    });
  });

  it('is no fault while the zone is off, and has its grace when the zone opens', () => {
    const hall = hallWith([status('door-a', [1, 1], at('2026-11-22 17:59'))]);
    expect(device(liveAt(hall, at('2026-11-22 22:00')))).toMatchObject({ online: null, reason: 'zone-off' });
    expect(device(liveAt(hall, at('2026-11-23 08:31')))).toMatchObject({ online: null, reason: 'zone-off' });
    expect(device(liveAt(hall, at('2026-11-23 08:32')))).toMatchObject({ online: false, reason: 'silent' });
  });

  it('goes on at night in a zone that never closes', () => {
    const zones = [
      { id: 'floor', kind: 'self-service' as const, name: { 'zh-CN': '自助', en: 'Self' }, hours: 'always' },
    ];
    const hall = hallWith([status('door-a', [1, 1], at('2026-11-22 22:00'))], hallConfig({ zones }));
    expect(device(liveAt(hall, at('2026-11-22 22:02')))).toMatchObject({ online: false, reason: 'silent' });
  });

  it('is never ended by a retained status', () => {
    const hall = hallWith([status('door-a', [1, 1], nine, {}, { live: false, receivedAt: nine })]);
    expect(device(liveAt(hall, nine))).toMatchObject({ online: null, reason: 'not-heard' });
  });

  it('greys the occupancy of a silent door but keeps its number and its age', () => {
    const hall = hallWith([
      door('door-a', [1, 1], [0, 0], nine),
      door('door-b', [1, 1], [0, 0], nine),
      door('door-a', [1, 2], [5, 1], nine + 80 * second),
    ]);
    expect(liveAt(hall, nine + 90 * second).occupancy).toMatchObject({
      value: 4,
      quality: 'rough',
      reason: 'first-day',
      asOf: nine,
    });
    expect(liveAt(hall, nine + 91 * second).occupancy).toMatchObject({
      value: 4,
      quality: 'unknown',
      reason: 'silent',
      asOf: nine,
    });
  });
});

describe('L3: unknown is never ok', () => {
  it('shows devices that nobody heard as unknown', () => {
    for (const one of liveAt(hallWith([]), nine).devices)
      expect(one).toMatchObject({ online: null, reason: 'not-heard' });
    expect(liveAt(hallWith([]), nine).terminals[0]).toMatchObject({ severity: 'unknown', state: null, parts: null });
  });
});

describe('T1: effective time', () => {
  const received = nine;
  const entered = (ts: unknown, at_ = received) => {
    const zero = door('door-b', [1, 1], [0, 0], nine - minute);
    const one = reading(
      'door-b',
      { kind: 'door', boot: 1, seq: 2, in: 4, out: 0, ts: ts as number },
      { receivedAt: at_ },
    );
    return { at: one.at, live: liveAt(hallWith([zero, one]), received) };
  };

  it.each([
    { name: 'its own time when that lies in the past', ts: nine - 5 * minute, effective: nine - 5 * minute },
    { name: 'receipt when it is up to 2 min ahead', ts: nine + 2 * minute, effective: nine },
    { name: 'receipt when it is far ahead', ts: nine + 365 * 86_400_000, effective: nine },
    { name: 'receipt when there is no usable time', ts: 'yesterday', effective: nine },
    { name: 'receipt when there is none', ts: undefined, effective: nine },
  ])('is $name', ({ ts, effective }) => {
    expect(entered(ts).at).toBe(effective);
    expect(entered(ts).live.occupancy.enteredToday).toBe(4);
  });
});

describe('T2: a clock that is wrong', () => {
  const live = (i: number, offset: number) => {
    const now = nine + i * 5 * second;
    return reading(
      'door-a',
      { kind: 'door', boot: 1, seq: i + 1, in: i, out: 0, ts: now + offset },
      { receivedAt: now },
    );
  };
  const marksAfter = (count: number, make: (i: number) => ReturnType<typeof live>) => {
    const hall = hallWith(Array.from({ length: count }, (_, i) => make(i)));
    return device(liveAt(hall, nine + count * 5 * second)).marks.filter((mark) => mark === 'clock');
  };

  it('is marked from 20 live messages on, behind or ahead', () => {
    const hour = 3_600_000;
    expect(marksAfter(19, (i) => live(i, hour))).toEqual([]);
    expect(marksAfter(20, (i) => live(i, hour))).toEqual(['clock']);
    expect(marksAfter(22, (i) => live(i, -hour))).toEqual(['clock']);
    expect(marksAfter(30, (i) => live(i, -30 * second))).toEqual([]);
  });

  it('is never judged from a late burst', () => {
    const burst = (i: number) =>
      reading(
        'door-a',
        { kind: 'door', boot: 1, seq: i + 1, in: i, out: 0, ts: nine - 3_600_000 + i * minute },
        { receivedAt: nine + i },
      );
    expect(marksAfter(50, burst)).toEqual([]);
  });

  it('is never judged from what waited at the broker', () => {
    expect(marksAfter(40, (i) => ({ ...live(i, -3_600_000), caughtUp: false }))).toEqual([]);
  });

  it('is judged by what was made after the device told its lastSeq', () => {
    const hall = hallWith([status('door-a', [1, 1], nine - second, { lastSeq: 10 })]);
    const late = (seq: number) =>
      reading(
        'door-a',
        { kind: 'door', boot: 1, seq, in: seq, out: 0, ts: nine - 3_600_000 + seq * minute },
        { receivedAt: nine + seq },
      );
    for (let seq = 1; seq <= 10; seq++) hall.apply(late(seq));
    for (let seq = 11; seq <= 29; seq++) hall.apply(late(seq));
    expect(device(liveAt(hall, nine + minute)).marks).toEqual([]);
    hall.apply(late(30));
    expect(device(liveAt(hall, nine + minute)).marks).toEqual(['clock']);
  });

  it('is taken back when the clock is right again', () => {
    const hall = hallWith(Array.from({ length: 25 }, (_, i) => live(i, 3_600_000)));
    for (let i = 25; i < 45; i++) hall.apply(live(i, 0));
    expect(device(liveAt(hall, nine + 45 * 5 * second)).marks).toEqual([]);
  });
});
