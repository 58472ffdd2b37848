// Peaks: half hours far above the usual (docs/history.md has the rule in words).
import type { RegularPeak, UnusualPeak } from '../contracts/history.ts';
import { weekdays } from '../contracts/names.ts';
import type { DayGrid } from './day-grid.ts';
import { dateOf, weekdayOf } from './day-grid.ts';
import type { Cell } from './heat-map.ts';
import { medianOf } from './heat-map.ts';
import type { Measure } from './measures.ts';
import { farness } from './measures.ts';
import { halfHours } from './profile.ts';
import { rounded } from './rounding.ts';

const mostPeaks = 20;
/** Fewer days of a weekday say nothing of what is usual on it. */
const fewestDays = 4;

/** A half hour that is far from the usual; `score` says how far, in what chance alone makes. */
interface Far {
  slot: number;
  value: number;
  usual: number;
  score: number;
}

/** Which half hours of which weekday (0 is Monday) count: nights in a zone that never closes are no measure of the day. */
export type Counts = (weekday: number, slot: number) => boolean;

/** The median over all half hours that count in which anything usually happens; null when there is none. */
export function usualOf(heat: readonly Cell[][], counts: Counts): number | null {
  const medians = heat.flatMap((cells, weekday) =>
    cells.flatMap(({ median }, slot) => (median !== null && median > 0 && counts(weekday, slot) ? [median] : [])),
  );
  return medianOf(medians.sort((a, b) => a - b));
}

/** Far above the usual of all half hours, week for week; the farthest first. */
export function regularPeaks(heat: readonly Cell[][], measure: Measure, counts: Counts): RegularPeak[] {
  const usual = usualOf(heat, counts);
  if (usual === null) return [];
  const spread = measure.noise(usual);
  return farthestOf(
    heat.map((cells) =>
      cells.map(({ median }, slot) => median !== null && farOf(measure, { slot, value: median, usual, spread })),
    ),
    (weekday, span) => ({ weekday: weekdays[weekday] ?? 'mon', ...span }),
  );
}

/** Half hours of single dates, far above those of the same weekday; the farthest first. */
export function unusualPeaks(grid: DayGrid, heat: readonly Cell[][], measure: Measure): UnusualPeak[] {
  const days = Array.from({ length: grid.dayCount }, (_, i) => grid.firstDay + i);
  return farthestOf(
    days.map((day) =>
      (heat[weekdayOf(day)] ?? []).map((cell, slot) => {
        const value = grid.value(day, slot);
        if (Number.isNaN(value) || cell.median === null || cell.days < fewestDays) return false;
        const spread = Math.max(cell.deviation, measure.noise(cell.median));
        return farOf(measure, { slot, value, usual: cell.median, spread });
      }),
    ),
    (i, span) => {
      const day = days[i] ?? 0;
      return { date: dateOf(day), weekday: weekdays[weekdayOf(day)] ?? 'mon', ...span };
    },
  );
}

function farOf(measure: Measure, { slot, value, usual, spread }: Omit<Far, 'score'> & { spread: number }) {
  const score = farness(measure, value, { usual, spread });
  return score !== null && { slot, value, usual, score };
}

type Span = Pick<RegularPeak, 'from' | 'to' | 'value' | 'usual'>;

/** Neighbours of a row become one peak, told by its farthest half hour. */
function farthestOf<T>(rows: readonly (readonly (Far | false)[])[], told: (row: number, span: Span) => T): T[] {
  const found: { score: number; peak: T }[] = [];
  rows.forEach((row, i) => {
    for (let slot = 0; slot < halfHours; slot++) {
      const begin = slot;
      let top: Far | false = false;
      for (let far = row[slot]; far; far = row[++slot]) if (!top || far.score > top.score) top = far;
      if (!top) continue;
      const { value, usual, score } = top;
      const span = { from: clockOf(begin), to: clockOf(slot), value: rounded(value), usual: rounded(usual) };
      found.push({ score, peak: told(i, span) });
    }
  });
  return found
    .sort((a, b) => b.score - a.score)
    .slice(0, mostPeaks)
    .map(({ peak }) => peak);
}

/** `HH:MM` of the beginning of a half hour; 24:00 for the end of the day. */
function clockOf(slot: number): string {
  return `${String(slot >> 1).padStart(2, '0')}:${slot % 2 === 0 ? '00' : '30'}`;
}
