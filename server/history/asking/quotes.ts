import type { HistoryStore } from '../port.ts';
import { inQueries } from './by-halls.ts';

/** How right a hall's quotes were over a period, over all its services. */
export interface QuotesTold {
  n: number;
  offS: number;
  covered: number;
}

/** By hall, of the local dates from `from` up to `to` (epoch ms of those dates as midnight UTC); halls without any are left out. */
export async function quotesOfHalls(
  store: HistoryStore,
  halls: readonly string[],
  { from, to }: { from: number; to: number },
): Promise<Map<string, QuotesTold>> {
  const sum = (field: string) => ({ field, fold: 'sum' as const });
  const read = { n: sum('n'), offS: sum('offS'), covered: sum('covered') };
  const found = new Map<string, QuotesTold>();
  for (const hall of inQueries(halls)) {
    const tags = { hall };
    const asked = { measurement: 'quote_day' as const, edges: [from, to], tags, read, by: ['hall'] };
    for (const { tags: its, values } of await store.fold(asked)) {
      const told = { n: values.n?.[0] ?? 0, offS: values.offS?.[0] ?? 0, covered: values.covered?.[0] ?? 0 };
      if (told.n > 0) found.set(its.hall ?? '', told);
    }
  }
  return found;
}
