import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../server/contracts/readings.ts';
import { crossingsOf } from '../../../server/hall/occupancy.ts';
import { at, door, hallConfig, hallWith, liveAt } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const minute = 60_000;

function totalsOn(readings: Reading[], date: string, config = hallConfig()) {
  const hall = hallWith(readings, config);
  const crossings = crossingsOf(hall.state, config, config.days.onDate(date));
  return crossings && { entered: crossings.entered, left: crossings.left };
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

  it('is a reset when the modular step is 1,000 or more: counts from 0 and drifts', () => {
    const readings = [door('door-a', [1, 1], [60_000, 100], nine), door('door-a', [1, 2], [6, 101], nine + minute)];
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 6, left: 1 });
    const hall = hallWith([...readings, door('door-b', [1, 1], [0, 0], nine)]);
    expect(liveAt(hall, nine + minute).occupancy).toMatchObject({ quality: 'drifting', reason: 'counter-restarted' });
  });

  it('is a reset when the bits are not known, however small the step', () => {
    const readings = [door('door-b', [1, 1], [65_530, 0], nine), door('door-b', [1, 2], [4, 0], nine + minute)];
    expect(totalsOn(readings, '2026-11-23')).toEqual({ entered: 4, left: 0 });
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
    expect([...(hall.state.doors.get('door-a')?.boots.get(1)?.[0]?.sums.keys() ?? [])].sort()).toHaveLength(8);
  });
});
