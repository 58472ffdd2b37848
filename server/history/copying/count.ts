import type { MeasurementName, Retention } from '../catalogue.ts';
import { definitionOf } from '../catalogue.ts';
import type { HistoryStore } from '../port.ts';

const dayMs = 86_400_000;
/** What one statement counts, and how many steps a query has: a store has 30 s to answer. */
const stepDays: Record<Retention, number> = { raw: 1, minute: 7, slot: 30 };
const stepsAtOnce = 30;
const placesAtOnce = 50;

/**
 * How many points have each field, from `first` to `last` (epoch microseconds, both included); `places`: of these halls (or
 * regions) alone. Throws `history-away`.
 */
export async function countValues(
  store: HistoryStore,
  measurement: MeasurementName,
  { first, last, places }: { first: number; last: number; places: readonly string[] },
): Promise<Record<string, number>> {
  const { fields, tags, retention } = definitionOf(measurement);
  const read = Object.fromEntries(Object.keys(fields).map((field) => [field, { field, fold: 'count' as const }]));
  const counts: Record<string, number> = Object.fromEntries(Object.keys(fields).map((field) => [field, 0]));
  const stepMs = stepDays[retention] * dayMs;
  const from = Math.floor(first / 1000 / stepMs) * stepMs;
  const to = Math.floor(last / 1000) + 1;
  for (let at = from; at < to; at += stepsAtOnce * stepMs) {
    const edges: number[] = [];
    for (let edge = at; edge < to && edges.length < stepsAtOnce; edge += stepMs) edges.push(edge);
    edges.push((edges.at(-1) ?? at) + stepMs);
    for (let i = 0; i < places.length; i += placesAtOnce) {
      const some = { [tags[0] ?? 'hall']: places.slice(i, i + placesAtOnce) };
      for (const { values } of await store.fold({ measurement, edges, read, tags: some })) {
        for (const [field, column] of Object.entries(values)) {
          counts[field] = column.reduce<number>((sum, n) => sum + (n ?? 0), counts[field] ?? 0);
        }
      }
    }
  }
  return counts;
}
