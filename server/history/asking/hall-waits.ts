import type { Histogram } from '../../insight/histogram.ts';
import { addHistogramText } from '../../insight/histogram.ts';
import { Breath } from '../breath.ts';
import type { HistoryStore } from '../port.ts';

/** A hall and the time that its local dates cover (epoch ms, half-open). */
export interface HallSpan {
  hall: string;
  from: number;
  to: number;
}

const dayMs = 86_400_000;
/** Days of halls a query: some 3,000 points. */
const hallDaysAtOnce = 31;

/** All waits of each hall, merged from its quarters of an hour. Null for a hall with one that can't be read. */
export async function waitsOfHalls(
  store: HistoryStore,
  halls: readonly HallSpan[],
): Promise<Map<string, Histogram | null>> {
  const found = new Map<string, Map<number, number>>();
  const spoilt = new Set<string>();
  const breath = new Breath();
  for (const piece of piecesOf(halls)) {
    const { from, to } = piece;
    const asked = { measurement: 'hall_slot' as const, from, to, tags: { hall: piece.halls } };
    for (const { tags, values } of await store.columns({ ...asked, fields: ['waitHistogram'] })) {
      const hall = tags.hall ?? '';
      const counts = found.getOrInsertComputed(hall, () => new Map<number, number>());
      for (const text of values.waitHistogram ?? []) {
        if (typeof text === 'string' && !addHistogramText(counts, text)) spoilt.add(hall);
      }
      await breath.ifDue();
    }
  }
  return new Map([...found].map(([hall, counts]) => [hall, spoilt.has(hall) ? null : counts]));
}

/** Halls of equal times together, each piece of a size that is read in a few ms. */
function* piecesOf(halls: readonly HallSpan[]): Generator<{ halls: string[]; from: number; to: number }> {
  const bySpan = new Map<string, HallSpan[]>();
  for (const one of halls) bySpan.getOrInsertComputed(`${one.from} ${one.to}`, () => []).push(one);
  for (const alike of bySpan.values()) {
    const { from, to } = alike[0] ?? { from: 0, to: 0 };
    const atOnce = Math.max(1, Math.floor(hallDaysAtOnce / Math.ceil((to - from) / dayMs)));
    for (let first = 0; first < alike.length; first += atOnce) {
      const some = alike.slice(first, first + atOnce).map(({ hall }) => hall);
      for (let at = from; at < to; at += hallDaysAtOnce * dayMs) {
        yield { halls: some, from: at, to: Math.min(to, at + hallDaysAtOnce * dayMs) };
      }
    }
  }
}
