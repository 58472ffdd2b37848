import type { HeatCell } from '../contracts/history.ts';
import type { DayGrid } from './day-grid.ts';
import { weekdayOf } from './day-grid.ts';
import { halfHours } from './profile.ts';
import { rounded } from './rounding.ts';

/** A cell with what judging its days takes: how far they usually lie apart (scaled to a standard deviation). */
export interface Cell extends Omit<HeatCell, 'openDays'> {
  deviation: number;
}

const weekdayCount = 7;
/** Median absolute deviation to standard deviation, of a normal distribution. */
const toDeviation = 1.4826;

/** `cells[weekday][half hour]` over the days of a grid; days of which nothing is known don't count. */
export function heatOf(grid: DayGrid): Cell[][] {
  return Array.from({ length: weekdayCount }, (_, weekday) => {
    const days: number[] = [];
    for (let day = grid.firstDay; day < grid.firstDay + grid.dayCount; day++) {
      if (weekdayOf(day) === weekday) days.push(day);
    }
    return Array.from({ length: halfHours }, (_, slot) =>
      cellOf(days.map((day) => grid.value(day, slot)).filter((value) => !Number.isNaN(value))),
    );
  });
}

function cellOf(values: number[]): Cell {
  const sorted = Float64Array.from(values).sort();
  const median = medianOf(sorted);
  if (median === null) return { days: 0, median: null, p10: null, p90: null, deviation: 0 };
  const apart = sorted.map((value) => Math.abs(value - median)).sort();
  return {
    days: sorted.length,
    median: rounded(median),
    p10: rounded(ranked(sorted, 0.1)),
    p90: rounded(ranked(sorted, 0.9)),
    deviation: toDeviation * (medianOf(apart) ?? 0),
  };
}

/** Of sorted values; between the two in the middle of an even number. */
export function medianOf(sorted: ArrayLike<number>): number | null {
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** By the nearest rank. */
function ranked(sorted: Float64Array, q: number): number | null {
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? null;
}
