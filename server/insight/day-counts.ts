// One past day by the quarters of its wall clock, from the points that history has of it.
import type { Span } from '../config/hours.ts';
import type { LocalDay } from '../local-days.ts';
import { slotMs, wallSlots } from './wall-slots.ts';

/** A quarter of an hour as it is stored (`hall_slot`); null where it isn't known. */
export interface SlotRow {
  /** Epoch ms of its beginning. */
  at: number;
  entered: number | null;
  occupancyS: number | null;
  knownS: number | null;
  waited: number | null;
  waitS: number | null;
}

/** By quarter of an hour of the wall clock, 0 to 95; null where it isn't known, and where the day has no such quarter. */
export interface DayCounts {
  date: string;
  entered: (number | null)[];
  /** People who had entered by the end of the quarter. */
  enteredBy: (number | null)[];
  /** Mean number inside. */
  occupancy: (number | null)[];
  /** Mean wait of those called. */
  waitS: (number | null)[];
}

/** A mean of less than half of its time says little of the rest. */
const fewestKnownS = slotMs / 2_000;

interface DayParts {
  day: LocalDay;
  timeZone: string;
  /** When the hall was open: a quarter of that which isn't known leaves everything counted up to a later one unknown. */
  open: readonly Span[];
}

/** What the rows of a day say; null when they say nothing at all. */
export function dayCounts(rows: readonly SlotRow[], { day, timeZone, open }: DayParts): DayCounts | null {
  const byStart = new Map(rows.map((row) => [Math.floor((row.at - day.start) / slotMs), row]));
  const placesOf = Map.groupBy(wallSlots(day, timeZone).entries(), ([, quarter]) => quarter);
  const counts: DayCounts = { date: day.date, entered: [], enteredBy: [], occupancy: [], waitS: [] };
  let sum: number | null = 0;
  for (let quarter = 0; quarter < 96; quarter++) {
    const places = (placesOf.get(quarter) ?? []).map(([place]) => place);
    const here = places.map((i) => byStart.get(i) ?? null);
    for (const i of places) {
      const entered = byStart.get(i)?.entered ?? null;
      const start = day.start + i * slotMs;
      const isOpen = open.some(({ from, to }) => from < start + slotMs && to > start);
      sum = sum === null || (entered === null && isOpen) ? null : sum + (entered ?? 0);
    }
    counts.entered[quarter] = meanOf(here.map((row) => row?.entered ?? null));
    counts.enteredBy[quarter] = sum;
    counts.occupancy[quarter] = ratio(here, 'occupancyS', 'knownS', fewestKnownS);
    counts.waitS[quarter] = ratio(here, 'waitS', 'waited', 1);
  }
  const isKnown = [...counts.entered, ...counts.occupancy].some((value) => value !== null);
  return isKnown ? counts : null;
}

/** Null where one of them is, and where there is none. */
function meanOf(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function ratio(rows: (SlotRow | null)[], of: keyof SlotRow, by: keyof SlotRow, least: number): number | null {
  const known = rows.filter((row) => row !== null && row[of] !== null && row[by] !== null);
  const under = known.reduce((sum, row) => sum + (row?.[by] ?? 0), 0);
  return under < least ? null : known.reduce((sum, row) => sum + (row?.[of] ?? 0), 0) / under;
}
