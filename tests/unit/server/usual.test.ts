import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SlotRow } from '../../../server/insight/day-counts.ts';
import { dayCounts } from '../../../server/insight/day-counts.ts';
import { bandOf, quantile, usualAt, usualOf, usualSlots } from '../../../server/insight/usual.ts';
import { wallSlots } from '../../../server/insight/wall-slots.ts';
import { LocalDays } from '../../../server/local-days.ts';

const shanghai = new LocalDays('Asia/Shanghai', '04:00');
const berlin = new LocalDays('Europe/Berlin', '04:00');
const quarterMs = 900_000;
const words = { 'zh-CN': '周一', en: 'Monday' };
const monday = { key: 'mon', one: words, many: words };

/** A day on which, by quarter from 08:00 to 10:00, as many enter as `entered` says, and ten times that are inside. */
function rowsOf(days: LocalDays, date: string, entered: (number | null)[]): SlotRow[] {
  return entered.flatMap((n, i): SlotRow[] => {
    const at = days.at(date, '08:00') + i * quarterMs;
    return n === null ? [] : [{ at, entered: n, occupancyS: n * 9_000, knownS: 900, waited: 0, waitS: 0 }];
  });
}

function countsOf(date: string, entered: (number | null)[]) {
  const open = [{ from: shanghai.at(date, '08:00'), to: shanghai.at(date, '10:00') }];
  return dayCounts(rowsOf(shanghai, date, entered), { day: shanghai.onDate(date), timeZone: 'Asia/Shanghai', open });
}

describe('quantiles', () => {
  it('lie between the nearest values', () => {
    const values = [8, 1, 7, 2, 6, 3, 5, 4];
    expect(quantile(values, 0.5)).toBe(4.5);
    expect(quantile(values, 0.1)).toBeCloseTo(1.7);
    expect(quantile(values, 0.9)).toBeCloseTo(7.3);
    expect(quantile([5], 0.9)).toBe(5);
  });

  it('never leave the range of the values, and grow with the share', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 0.5, noNaN: true }), (some, share) => {
        const [low, high] = [quantile(some, share), quantile(some, 1 - share)];
        return low >= Math.min(...some) && high <= Math.max(...some) && low <= high + 1e-9;
      }),
    );
  });

  it('of fewer than three days that know it are not known', () => {
    expect(bandOf([3, 5, null, null])).toBeNull();
    expect(bandOf([3, 5, 4, null])).toEqual({ low: 3.2, median: 4, high: 4.8 });
  });
});

describe('a day by its quarters', () => {
  it('has means, not sums; what nobody was called in has no wait', () => {
    const day = shanghai.onDate('2026-11-23');
    const at = shanghai.at('2026-11-23', '09:00');
    const row = { at, entered: 4, occupancyS: 18_000, knownS: 600, waited: 4, waitS: 1_200 };
    const next = { ...row, at: at + quarterMs, waited: 0, waitS: 0, occupancyS: 400, knownS: 100 };
    const counts = dayCounts([row, next], { day, timeZone: 'Asia/Shanghai', open: [] });
    expect([counts?.occupancy[36], counts?.waitS[36], counts?.entered[36]]).toEqual([30, 300, 4]);
    // Known for less than half of its time, it says nothing of the rest.
    expect([counts?.occupancy[37], counts?.waitS[37]]).toEqual([null, null]);
    expect(dayCounts([], { day, timeZone: 'Asia/Shanghai', open: [] })).toBeNull();
  });

  it('counts up over the day, and no further than it knows while the hall was open', () => {
    expect(countsOf('2026-11-23', [1, 2, 3, 4, 5, 6, 7, 8])?.enteredBy.slice(31, 42)).toEqual([
      0, 1, 3, 6, 10, 15, 21, 28, 36, 36, 36,
    ]);
    const torn = countsOf('2026-11-23', [1, 2, null, 4, 5, 6, 7, 8]);
    expect(torn?.enteredBy.slice(31, 36)).toEqual([0, 1, 3, null, null]);
    expect(torn?.entered.slice(33, 36)).toEqual([2, null, 4]);
  });

  it('of 23 and 25 hours goes by the wall clock', () => {
    const [spring, autumn] = [berlin.onDate('2026-03-29'), berlin.onDate('2026-10-25')];
    expect(wallSlots(spring, 'Europe/Berlin').slice(6, 10)).toEqual([6, 7, 12, 13]);
    const long = wallSlots(autumn, 'Europe/Berlin');
    expect([long.length, ...long.slice(10, 14)]).toEqual([100, 10, 11, 8, 9]);
    for (const date of ['2026-03-29', '2026-10-25']) {
      const rows = rowsOf(berlin, date, [5]);
      const counts = dayCounts(rows, { day: berlin.onDate(date), timeZone: 'Europe/Berlin', open: [] });
      // 08:00 is 08:00, an hour earlier or later in the day as it may be.
      expect(counts?.entered.indexOf(5), date).toBe(32);
    }
    const twice = [8, 12].map((i) => ({
      at: autumn.start + i * quarterMs,
      entered: i,
      occupancyS: 0,
      knownS: 900,
      waited: 0,
      waitS: 0,
    }));
    const counts = dayCounts(twice, { day: autumn, timeZone: 'Europe/Berlin', open: [] });
    // The hour that comes twice is one ordinary hour when it is compared, and both of its halves when it is summed up.
    expect([counts?.entered[8], counts?.enteredBy[8]]).toEqual([10, 20]);
  });
});

describe('the usual', () => {
  const dates = ['2026-11-16', '2026-11-09', '2026-11-02'];
  const days = dates.flatMap((date, i) => countsOf(date, [10 + i, 20, 30, 40, 50, 60, 70, 80]) ?? []);

  it('is the middle and the most of like days, at the same time on the wall clock', () => {
    const slots = usualSlots(days, shanghai.onDate('2026-11-23'), 'Asia/Shanghai');
    const eight = slots.find(({ at }) => at === shanghai.at('2026-11-23', '08:00'));
    expect(eight).toMatchObject({
      entered: { low: 10.2, median: 11, high: 11.8 },
      occupancy: { low: 102, median: 110, high: 118 },
      waitS: null,
    });
    // Of the sums, not the sum of medians.
    expect(slots[39]?.enteredBy).toEqual({ low: 360.2, median: 361, high: 361.8 });
  });

  it('on a day of 25 hours has the hour that comes twice twice', () => {
    const slots = usualSlots(days, berlin.onDate('2026-10-25'), 'Europe/Berlin');
    expect(slots.length).toBe(100);
    expect(slots.find(({ entered }) => entered !== null)?.at).toBe(berlin.at('2026-10-25', '08:00'));
  });

  it('is never made of fewer than three days', () => {
    const told = { hall: 'h', day: shanghai.onDate('2026-11-23'), timeZone: 'Asia/Shanghai', kind: monday };
    const like = { kind: monday, dates, leftOut: [{ date: '2026-10-26', reason: words }] };
    const few = usualOf({ ...told, like, days: days.slice(0, 2) });
    expect(few).toMatchObject({ isEnough: false, days: dates.slice(0, 2), leftOut: [] });
    expect(few.slots.every((slot) => slot.occupancy === null && slot.entered === null)).toBe(true);
    expect(usualOf({ ...told, like, days }).isEnough).toBe(true);
  });

  it('now is that of the quarter, which says until when', () => {
    const told = { hall: 'h', day: shanghai.onDate('2026-11-23'), timeZone: 'Asia/Shanghai', kind: monday };
    const usual = usualOf({ ...told, like: { kind: monday, dates, leftOut: [] }, days });
    const eight = shanghai.at('2026-11-23', '08:00');
    expect(usualAt(usual, eight + 1)).toEqual({
      occupancy: { low: 102, median: 110, high: 118 },
      until: eight + quarterMs,
    });
    expect(usualAt(usual, eight - 1)).toEqual({ occupancy: null, until: eight });
    expect(usualAt(usual, shanghai.onDate('2026-11-24').start)).toBeNull();
  });
});
