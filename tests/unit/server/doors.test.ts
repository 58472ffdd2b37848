import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../server/contracts/readings.ts';
import { crossingsOf } from '../../../server/hall/occupancy.ts';
import { at, door, hallConfig, hallWith, liveAt, status } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const minute = 60_000;

function totalsOn(readings: Reading[], date: string, config = hallConfig()) {
  const hall = hallWith(readings, config);
  const crossings = crossingsOf(hall.state, config, config.days.onDate(date));
  return crossings && { entered: crossings.entered, left: crossings.left };
}

function hourLater(one: Reading): Reading {
  return { ...one, at: one.at + 60 * minute, receivedAt: one.receivedAt + 60 * minute };
}

describe('D1: totals since boot become increments by local day', () => {
  it('takes the lowest total of the first boot as baseline and adds what follows', () => {
    const readings = [
      door('door-a', [3, 10], [500, 480], nine),
      door('door-a', [3, 11], [503, 481], nine + minute),
      door('door-a', [3, 12], [509, 484], nine + 2 * minute),
    ];
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 9, left: 4 });
  });

  it('counts every later boot from 0', () => {
    const readings = [
      door('door-a', [3, 10], [500, 480], nine),
      door('door-a', [4, 1], [7, 2], nine + minute),
      door('door-a', [4, 2], [9, 2], nine + 2 * minute),
    ];
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 9, left: 2 });
  });

  it('makes an older boot that comes late the first one', () => {
    const readings = [door('door-a', [4, 1], [7, 2], nine + minute), door('door-a', [3, 10], [500, 480], nine)];
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 7, left: 2 });
  });

  it('gives the step over an open gap to the day of the later message, and mends it when the gap fills', () => {
    const before = door('door-a', [1, 1], [10, 10], at('2026-11-22 23:00'));
    const missing = door('door-a', [1, 2], [14, 11], at('2026-11-22 23:30'));
    const after = door('door-a', [1, 3], [20, 15], at('2026-11-23 00:10'));
    expect(totalsOn([before, after], '2026-11-23')).toEqual({ entered: 10, left: 5 });
    expect(totalsOn([before, after, missing], '2026-11-22')).toEqual({ entered: 4, left: 1 });
    expect(totalsOn([before, after, missing], '2026-11-23')).toEqual({ entered: 6, left: 4 });
  });

  it('counts a repeated message once', () => {
    const first = door('door-a', [1, 1], [0, 0], nine);
    const second = door('door-a', [1, 2], [5, 1], nine + minute);
    const hall = hallWith([first, second]);
    expect(hall.apply(second)).toEqual({ changed: false, notes: ['repeat'], trace: null, judged: [] });
    expect(liveAt(hall, nine + 2 * minute).occupancy.enteredToday).toBe(5);
  });

  it('says so when a sequence number comes late, and still counts it', () => {
    const hall = hallWith([door('door-a', [1, 1], [0, 0], nine), door('door-a', [1, 3], [9, 0], nine + 2 * minute)]);
    expect(hall.apply(door('door-a', [1, 2], [5, 0], nine + minute)).notes).toEqual(['late-seq']);
    expect(liveAt(hall, nine + 3 * minute).occupancy.enteredToday).toBe(9);
  });
});

describe('D2: a drop within a boot', () => {
  it('is a wrap when the bits are known and the modular step is small', () => {
    const readings = [
      door('door-a', [1, 1], [65_530, 65_000], nine),
      door('door-a', [1, 2], [4, 65_010], nine + minute),
    ];
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 10, left: 10 });
  });

  it('is a reset when the modular step is 1,000 or more and it stays low: counts from 0 and drifts', () => {
    const readings = [60_000, 6, 8, 11].map((ins, i) => door('door-a', [1, i + 1], [ins, 100 + i], nine + i * minute));
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 11, left: 3 });
    const hall = hallWith([...readings, door('door-b', [1, 1], [0, 0], nine)]);
    expect(liveAt(hall, nine + minute).occupancy).toMatchObject({ quality: 'drifting', reason: 'counter-restarted' });
  });

  it('is a reset when the bits are not known, however small the step', () => {
    const readings = [65_530, 4, 4, 4].map((ins, i) => door('door-b', [1, i + 1], [ins, 0], nine + i * minute));
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 4, left: 0 });
  });

  it.each([
    { totals: [0, 50, 49, 50, 51], entered: 51, resets: 0 },
    { totals: [0, 50, 0, 51], entered: 51, resets: 0 },
    { totals: [0, 50, 0, 20, 40, 60], entered: 110, resets: 1 },
    { totals: [0, 50, 0, 20, 51], entered: 51, resets: 0 },
    { totals: [0, 50, 0, 20], entered: 50, resets: 0 },
    { totals: [0, 50, 0], entered: 50, resets: 0 },
    { totals: [0, 50, 0, 0, 0], entered: 50, resets: 1 },
    { totals: [0, 50, 48, 49, 49, 49, 50, 52], entered: 52, resets: 0 },
    { totals: [0, 50, 30, 31, 32, 33, 60], entered: 60, resets: 0 },
    { totals: [0, 50, 30, 31, 5, 6, 7], entered: 57, resets: 1 },
    { totals: [0, 50, 0, 20, 5, 10, 12], entered: 82, resets: 2 },
    { totals: [0, 50, 0, 51, 0, 52], entered: 52, resets: 0 },
    { totals: [0, 50, 0, 1, 2, 3, 0, 4], entered: 54, resets: 1 },
  ])('reads $totals as $entered in', ({ totals, entered, resets }) => {
    const readings = totals.map((ins, i) => door('door-b', [1, i + 1], [ins, ins], nine + i * minute));
    const config = hallConfig();
    const day = config.days.onDate('2026-11-23');
    const expected = { entered, left: entered, resets: 2 * resets, replaced: 0 };
    expect(crossingsOf(hallWith(readings, config).state, config, day)).toEqual(expected);
    expect(crossingsOf(hallWith(readings.toReversed(), config).state, config, day)).toEqual(expected);
  });

  it('judges a drop over an open gap by the next totals that are here, and again when the gap fills', () => {
    const story = [0, 50, 0, 20, 40, 60].map((ins, i) => door('door-b', [1, i + 1], [ins, 0], nine + i * minute));
    const hall = hallWith(story.toSpliced(1, 1));
    const config = hallConfig();
    const entered = () => crossingsOf(hall.state, config, config.days.onDate('2026-11-23'))?.entered;
    expect(entered()).toBe(60);
    hall.apply(story[1] as Reading);
    expect(entered()).toBe(110);
  });
});

describe('D1: the order of boots', () => {
  it('is that of their earliest messages, whatever their numbers', () => {
    const readings = [
      door('door-a', [9, 50], [10_000, 0], nine),
      door('door-a', [9, 51], [10_010, 0], nine + minute),
      door('door-a', [1, 1], [0, 0], nine + 2 * minute),
      door('door-a', [1, 2], [3, 0], nine + 3 * minute),
    ];
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 13, left: 0 });
    expect(totalsOn(readings.toReversed(), '2026-11-23')).toEqual({ entered: 13, left: 0 });
  });

  it('holds for boots that are epoch seconds, and 17 after a power cut', () => {
    const readings = [
      door('door-a', [1_795_740_000, 1], [7_000, 0], nine),
      door('door-a', [1_795_740_000, 2], [7_010, 0], nine + minute),
      door('door-a', [17, 1], [0, 0], nine + 2 * minute),
      door('door-a', [17, 2], [12, 0], nine + 3 * minute),
    ];
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 22, left: 0 });
  });

  it('takes a boot that begins with more than can have passed for another counter', () => {
    const readings = [
      door('door-a', [1, 1], [0, 0], nine),
      door('door-a', [1, 2], [40, 10], nine + minute),
      door('door-a', [2, 1], [5_000, 4_800], nine + 2 * minute),
      door('door-a', [2, 2], [5_003, 4_801], nine + 3 * minute),
      door('door-b', [1, 1], [0, 0], nine + 3 * minute),
    ];
    const hall = hallWith(readings);
    expect(liveAt(hall, nine + 3 * minute).occupancy).toMatchObject({
      value: 32,
      enteredToday: 43,
      leftToday: 11,
      quality: 'drifting',
      reason: 'counter-replaced',
    });
    // After an hour in which nothing was heard of it, so many can have come.
    const later = readings.map((one) => (one.body.kind === 'door' && one.body.boot === 2 ? hourLater(one) : one));
    expect(totalsOn(later, '2026-11-23')).toEqual({ entered: 5_043, left: 4_811 });
  });

  it('asks the device’s words until when its former counter lived', () => {
    const readings = [
      door('door-a', [1, 1], [0, 0], nine),
      door('door-a', [1, 2], [40, 10], nine + minute),
      status('door-a', [1, 1], nine + 60 * minute),
      door('door-a', [2, 1], [5_000, 4_800], nine + 61 * minute),
    ];
    for (const order of [readings, readings.toReversed()])
      expect(totalsOn(order, '2026-11-23')).toEqual({ entered: 40, left: 10 });
  });

  it('takes one total in each of many boots for one counter that goes on', () => {
    const readings = Array.from({ length: 10 }, (_, i) =>
      door('door-a', [1_795_740_000 + 60 * i, 1], [50 + i, 40], nine + i * minute),
    );
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 9, left: 0 });
    expect(totalsOn(readings.toReversed(), '2026-11-23')).toEqual({ entered: 9, left: 0 });
  });

  it('keeps what boots counted that are given up', () => {
    const readings = Array.from({ length: 200 }, (_, i) => [
      door('door-a', [i + 1, 1], [0, 0], nine + i * minute),
      door('door-a', [i + 1, 2], [2, 1], nine + i * minute + 1_000),
    ]).flat();
    const hall = hallWith(readings);
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 400, left: 200 });
    expect(hall.state.doors.get('door-a')?.boots.size).toBe(64);
  });
});

describe('D3 and T3: local days, emptyAt and what is shown', () => {
  it('clamps only what is shown', () => {
    const hall = hallWith([
      door('door-a', [1, 1], [0, 0], at('2026-11-23 05:00')),
      door('door-b', [1, 1], [0, 0], at('2026-11-23 05:00')),
      door('door-a', [1, 2], [2, 6], nine),
    ]);
    expect(liveAt(hall, nine).occupancy).toMatchObject({ value: 0, enteredToday: 2, leftToday: 6 });
    hall.apply(door('door-a', [1, 3], [9, 6], nine + minute));
    expect(liveAt(hall, nine + minute).occupancy.value).toBe(3);
  });

  it('begins the day at midnight and the occupancy at emptyAt', () => {
    const hall = hallWith([
      door('door-a', [1, 1], [0, 0], at('2026-11-22 22:00')),
      door('door-b', [1, 1], [0, 0], at('2026-11-22 22:00')),
      door('door-a', [1, 2], [7, 2], at('2026-11-22 23:00')),
      door('door-a', [1, 3], [8, 2], at('2026-11-23 00:30')),
      door('door-b', [1, 2], [0, 0], at('2026-11-23 00:30')),
    ]);
    expect(liveAt(hall, at('2026-11-23 00:31')).occupancy).toMatchObject({ value: 6, enteredToday: 1, leftToday: 0 });
    hall.apply(door('door-a', [1, 4], [10, 3], at('2026-11-23 04:10')));
    hall.apply(door('door-b', [1, 3], [0, 0], at('2026-11-23 04:10')));
    expect(liveAt(hall, at('2026-11-23 04:11')).occupancy).toMatchObject({ value: 1, enteredToday: 3, leftToday: 1 });
  });

  it('says nothing about the people inside while a door was not heard since the hall was empty', () => {
    const hall = hallWith([door('door-a', [1, 1], [0, 0], nine), door('door-a', [1, 2], [3, 0], nine + minute)]);
    const { occupancy } = liveAt(hall, nine + minute);
    expect(occupancy).toMatchObject({
      value: null,
      enteredToday: 3,
      leftToday: 0,
      quality: 'unknown',
      reason: 'not-heard',
    });
  });

  it('knows nothing at all before the first door is heard', () => {
    expect(liveAt(hallWith([]), nine).occupancy).toMatchObject({
      value: null,
      enteredToday: null,
      leftToday: null,
      asOf: null,
    });
  });

  it('says that counting began in the middle of the day when the first total was not zero', () => {
    const hall = hallWith([
      door('door-a', [1, 100], [400, 380], nine),
      door('door-b', [1, 1], [0, 0], nine),
      door('door-a', [1, 101], [405, 380], nine + minute),
    ]);
    expect(liveAt(hall, nine + minute).occupancy).toMatchObject({
      value: 5,
      quality: 'drifting',
      reason: 'counting-since',
    });
  });

  it.each([
    { day: '2024-03-31', hours: 23 },
    { day: '2024-10-27', hours: 25 },
  ])('T3: counts exactly over $day, a day of $hours hours', ({ day, hours }) => {
    const config = hallConfig({
      timeZone: 'Europe/Berlin',
      hours: 'always',
      doors: [{ id: 'door-b', zone: 'floor', name: { 'zh-CN': 'B', en: 'B' } }],
    });
    const { start, end } = config.days.onDate(day);
    expect((end - start) / 3_600_000).toBe(hours);
    const every = Array.from({ length: hours * 2 + 4 }, (_, i) => start - 30 * minute + i * 30 * minute);
    const hall = hallWith(
      every.map((ts, i) => door('door-b', [1, i + 1], [i, 0], ts)),
      config,
    );
    expect(crossingsOf(hall.state, config, config.days.onDate(day))).toMatchObject({ entered: hours * 2 });
  });

  it('T3: keeps the door totals of 8 local days', () => {
    const config = hallConfig();
    const days = Array.from({ length: 10 }, (_, i) => config.days.shift(config.days.onDate('2026-11-14'), i));
    const readings = days.map((day, i) => door('door-a', [1, i + 1], [i * 10, 0], day.start + 10 * 3_600_000));
    const hall = hallWith(readings, config);
    const entered = days.map((day) => crossingsOf(hall.state, config, day)?.entered ?? null);
    expect(entered.slice(-8)).toEqual([10, 10, 10, 10, 10, 10, 10, 10]);
    // What rose behind the three totals that judge drops.
    expect(hall.state.doors.get('door-a')?.boots.get(1)?.runs[0]?.rises).toHaveLength(7);
  });
});
