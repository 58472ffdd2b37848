// The heat map made ready to be drawn: which half hours, how dark, which of them are the tops.
import type { HeatCell, Peaks } from '../../../server/contracts/history.ts';
import type { PeakMeasure, Weekday } from '../../../server/contracts/names.ts';
import { weekdays } from '../../../server/contracts/names.ts';

/** `closed`: no hall was to be open, and nothing happened. `unknown`: one was, and nothing is known of it. */
export type CellState = 'known' | 'closed' | 'unknown';

export interface CellView extends HeatCell {
  weekday: Weekday;
  slot: number;
  state: CellState;
  /** 0 to 1: how much of it there is of what should be seen. */
  depth: number;
  isTop: boolean;
}

export interface HeatView {
  /** Half hours from 00:00, a column each. */
  slots: number[];
  rows: { weekday: Weekday; cells: CellView[] }[];
  /** The values at the light and at the dark end. */
  scale: { light: number; dark: number };
}

const topCells = 5;
/** Where all is quiet, nothing is dark: the dark end is at least this, of a share at most this. */
const leastDark: Record<PeakMeasure, number> = {
  entered: 5,
  occupancyMax: 5,
  issued: 5,
  called: 5,
  waitingMax: 5,
  waitMeanS: 300,
  withinLimitShare: 0.8,
};

export function heatView({ heat, measure }: Pick<Peaks, 'heat' | 'measure'>): HeatView {
  const medians = heat.flat().flatMap(({ median }) => (median === null ? [] : [median]));
  const isShare = measure === 'withinLimitShare';
  const dark = isShare ? Math.min(leastDark[measure], ...medians) : Math.max(leastDark[measure], ...medians);
  const light = isShare ? 1 : 0;
  const depthOf = (median: number) => Math.min(1, Math.max(0, (median - light) / (dark - light)));
  const slots = shownSlots(heat);
  const top = topOf(heat, depthOf);
  const rows = weekdays.map((weekday, row) => ({
    weekday,
    cells: slots.map((slot): CellView => {
      const cell = heat[row]?.[slot] ?? { days: 0, openDays: 0, median: null, p10: null, p90: null };
      const depth = cell.median === null ? 0 : depthOf(cell.median);
      const state = stateOf(cell, isShare);
      return { ...cell, weekday, slot, state, depth, isTop: state === 'known' && depth >= top };
    }),
  }));
  return { slots, rows, scale: { light, dark } };
}

function stateOf({ openDays, days, median }: HeatCell, isShare: boolean): CellState {
  if (openDays === 0 && (median === null || (median === 0 && !isShare))) return 'closed';
  return days === 0 || median === null ? 'unknown' : 'known';
}

/**
 * From the first to the last half hour in which a hall was open, or anything happened within an hour of that; where no hall has
 * hours, in which anything happened.
 */
export function shownSlots(heat: readonly HeatCell[][]): number[] {
  const isOpen = (slot: number) => heat.some((cells) => (cells[slot]?.openDays ?? 0) > 0);
  const isBusy = (slot: number) => heat.some((cells) => (cells[slot]?.median ?? 0) > 0);
  const isAnyOpen = heat.some((cells) => cells.some(({ openDays }) => openDays > 0));
  // A zone that never closes has a few people all night: they would make the day too narrow to read.
  const isNear = (slot: number) => !isAnyOpen || [-2, -1, 1, 2].some((by) => isOpen(slot + by));
  const isShown = (slot: number) => isOpen(slot) || (isBusy(slot) && isNear(slot));
  const all = Array.from({ length: 48 }, (_, slot) => slot);
  const [first, last] = [all.find(isShown), all.findLast(isShown)];
  return first === undefined || last === undefined ? [] : all.slice(first, last + 1);
}

/** How deep a cell must be to be one of the tops. Where many are equal, none stands out. */
function topOf(heat: readonly HeatCell[][], depthOf: (median: number) => number): number {
  const depths = heat
    .flat()
    .flatMap(({ median }) => (median === null ? [] : [depthOf(median)]))
    .sort((a, b) => b - a);
  const least = Math.max(depths[topCells - 1] ?? depths.at(-1) ?? 1, 0.5);
  const tops = depths.filter((depth) => depth >= least).length;
  return tops > topCells * 2 ? Number.POSITIVE_INFINITY : least;
}

/** The cells of a peak: `from` to `to` are HH:MM, 24:00 for the end of the day. */
export function slotsBetween(from: string, to: string): { first: number; end: number } {
  const slotOf = (text: string) => Number(text.slice(0, 2)) * 2 + Number(text.slice(3) === '30');
  return { first: slotOf(from), end: slotOf(to) };
}

/** HH:MM at which a half hour begins; 24:00 for the end of the day. */
export function clockOf(slot: number): string {
  return `${String(Math.floor(slot / 2)).padStart(2, '0')}:${slot % 2 === 0 ? '00' : '30'}`;
}
