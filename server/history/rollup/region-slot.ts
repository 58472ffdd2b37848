// All halls of a region in a quarter of an hour, out of their slots and minutes.
import { histogramText, mergeHistograms, parseHistogram } from '../../insight/histogram.ts';
import type { FieldValue, Point } from '../points.ts';
import type { Columns } from '../port.ts';
import { bounded } from './span.ts';

const sums = [
  'entered',
  'left',
  'occupancyS',
  'knownS',
  'issued',
  'called',
  'served',
  'givenUp',
  'waited',
  'waitS',
  'withinLimit',
  'serviceS',
  'desksOpenS',
  'desksBusyS',
] as const;
/** Fields of `hall_slot` that a region's slot is made of, and those of `hall_minute`. */
export const slotSources: readonly string[] = [...sums, 'waitMaxS', 'waitHistogram'];
export const minuteSources: readonly string[] = ['occupancyMax', 'waitingMax', 'knownS'];

/**
 * The point of the slot that begins at `slot` (epoch ms), from slots and minutes of the region's halls; null when no hall said
 * anything. Most inside and most waiting at once are read minute by minute, over all halls.
 */
export function regionSlot(
  region: string,
  slot: number,
  slots: readonly Columns[],
  minutes: readonly Columns[],
): Point | null {
  const at = slot * 1000;
  const rows = slots.flatMap((series) => {
    const i = series.at.indexOf(at);
    return i === -1 ? [] : [(name: string) => series.values[name]?.[i] ?? null];
  });
  if (rows.length === 0) return null;
  const numbers = (name: string) => rows.map((row) => row(name)).filter((value) => typeof value === 'number');
  const total = (name: string) => {
    const known = numbers(name);
    return known.length > 0 ? bounded(known.reduce((sum, value) => sum + value, 0)) : null;
  };
  const histograms = rows.map((row) => parseHistogram(String(row('waitHistogram') ?? '')) ?? new Map<number, number>());
  const waits = numbers('waitMaxS');
  const within = minutesOf(minutes, at);
  const fields: Record<string, FieldValue | null> = {
    halls: rows.length,
    ...Object.fromEntries(sums.map((name) => [name, total(name)])),
    waitMaxS: waits.length > 0 ? Math.max(...waits) : null,
    waitHistogram: waits.length > 0 ? histogramText(mergeHistograms(histograms)) : null,
    occupancyMax: mostAtOnce(within, 'occupancyMax'),
    waitingMax: mostAtOnce(within, 'waitingMax'),
  };
  return { measurement: 'region_slot', tags: { region }, at, fields };
}

type Minute = { at: number; row: (name: string) => FieldValue | null };

function minutesOf(series: readonly Columns[], at: number): Minute[] {
  const end = at + 900_000_000;
  return series.flatMap((one) => {
    const found: Minute[] = [];
    for (let i = firstFrom(one.at, at); (one.at[i] ?? end) < end; i++) {
      found.push({ at: one.at[i] ?? 0, row: (name: string) => one.values[name]?.[i] ?? null });
    }
    return found;
  });
}

/** Index of the first of growing times that is `from` or later. */
function firstFrom(times: readonly number[], from: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The largest sum over halls of what held in one minute. */
function mostAtOnce(minutes: readonly Minute[], name: string): number | null {
  const totals = new Map<number, number>();
  for (const { at, row } of minutes) {
    const value = row(name);
    if (typeof value === 'number' && (name !== 'occupancyMax' || row('knownS')))
      totals.set(at, (totals.get(at) ?? 0) + value);
  }
  return totals.size > 0 ? bounded(Math.max(...totals.values())) : null;
}
