// Answers about a small region for the dashboard's tests: two halls open from 08:30 to 18:00, four weeks, nothing special.
import type { HallRow, HeatCell, Peaks } from '../../../server/contracts/history.ts';
import type { Summary } from '../../../server/contracts/live.ts';
import type { HallToday } from '../../../server/contracts/region.ts';

const words = (text: string) => ({ 'zh-CN': `${text}厅`, en: `${text} Hall` });

export const closed: HeatCell = { days: 0, openDays: 0, median: null, p10: null, p90: null };

export function cell(median: number | null, more: Partial<HeatCell> = {}): HeatCell {
  return { days: median === null ? 0 : 4, openDays: 4, median, p10: median, p90: median, ...more };
}

/** A week of half hours; `at` says what differs, by weekday (0 is Monday) and half hour. */
export function heat(at: (weekday: number, slot: number) => HeatCell | undefined = () => undefined): HeatCell[][] {
  return Array.from({ length: 7 }, (_, weekday) =>
    Array.from({ length: 48 }, (_, slot) => at(weekday, slot) ?? (slot < 17 || slot >= 36 ? closed : cell(20))),
  );
}

export function hallRow(hall: string, more: Partial<HallRow> = {}): HallRow {
  return {
    hall,
    name: words(hall),
    days: 28,
    openDays: 28,
    missingDays: 0,
    targetShare: 0.95,
    typicalDay: Array.from({ length: 48 }, () => null),
    entered: 3_000,
    called: 1_500,
    withinLimitShare: 0.97,
    waitMeanS: 240,
    waitP90S: 600,
    quoteOffS: 108,
    quoteCoverage: 0.81,
    ...more,
  };
}

export function peaks(more: Partial<Peaks> = {}): Peaks {
  const { halls = [hallRow('a'), hallRow('b')] } = more;
  return {
    region: 'r',
    regionName: words('r'),
    hall: null,
    from: '2026-10-26',
    to: '2026-11-23',
    measure: 'entered',
    simulated: true,
    heat: heat(),
    usual: 20,
    regular: [],
    unusual: [],
    halls,
    total: {
      days: 28,
      entered: 6_000,
      called: 3_000,
      withinLimitShare: 0.97,
      waitMeanS: 240,
      waitP90S: 600,
      quoteOffS: 108,
      quoteCoverage: 0.81,
    },
    waitP90Reason: null,
    ...more,
  };
}

export function hallToday(hall: string, more: Partial<HallToday> = {}): HallToday {
  return {
    hall,
    name: words(hall),
    type: 'flagship',
    date: '2026-11-23',
    entered: 104,
    usual: { low: 90, median: 100, high: 110 },
    like: { 'zh-CN': '周一', en: 'Mondays' },
    likeDays: 8,
    change: 0.04,
    reason: null,
    ...more,
  };
}

export function summary(hall: string, more: Partial<Summary> = {}): Summary {
  return {
    hall,
    region: 'r',
    rev: 1,
    at: 0,
    open: true,
    simulated: true,
    occupancy: 10,
    quality: 'good',
    capacity: 60,
    enteredToday: 104,
    waiting: 3,
    longestSince: 1_000,
    devicesDown: 0,
    ...more,
  };
}
