import type { Histogram } from '../../insight/histogram.ts';
import { addHistogramText } from '../../insight/histogram.ts';
import { Breath } from '../breath.ts';
import type { FieldValue } from '../points.ts';
import type { HistoryStore } from '../port.ts';
import { inQueries } from './by-halls.ts';

/**
 * All waits of each hall on the days whose profiles stand from `from` up to `to` (epoch ms of local dates as midnight UTC), merged.
 * Null for a hall with a day whose waits aren't known, or can't be read.
 */
export async function waitsOfHalls(
  store: HistoryStore,
  halls: readonly string[],
  { from, to }: { from: number; to: number },
): Promise<Map<string, Histogram | null>> {
  const found = new Map<string, Histogram | null>();
  const breath = new Breath();
  for (const hall of inQueries(halls)) {
    const tags = { hall };
    const asked = { measurement: 'hall_day_profile' as const, from, to, tags, fields: ['called', 'waitHistogram'] };
    for (const { tags: its, values } of await store.columns(asked)) {
      found.set(its.hall ?? '', merged(values.called ?? [], values.waitHistogram ?? []));
      await breath.ifDue();
    }
  }
  return found;
}

type Cells = readonly (FieldValue | null)[];

function merged(called: Cells, histograms: Cells): Histogram | null {
  const counts = new Map<number, number>();
  for (const [day, text] of histograms.entries()) {
    // Profiles of before they told of waits one by one.
    if (text === null && called[day]) return null;
    if (typeof text === 'string' && !addHistogramText(counts, text)) return null;
  }
  return counts;
}
