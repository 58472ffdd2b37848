// Points that a test can tell one by one.
import type { Point } from '../../server/history/points.ts';
import { rawAt } from '../../server/history/points.ts';
import type { HistoryStore } from '../../server/history/port.ts';

/** The nth of many: its own place, and a value that tells it. */
export function nthPoint(n: number, startMs: number): Point {
  return {
    measurement: 'door',
    tags: { hall: 'h', device: `d${n % 7}` },
    at: rawAt(startMs + n, n),
    fields: { in: n, out: 2 * n, boot: 1, simulated: false },
  };
}

/** What stands in history, by the number of `nthPoint`, in order. */
export async function numbersIn(store: HistoryStore): Promise<number[]> {
  const numbers: number[] = [];
  const selection = { measurement: 'door' as const, from: 0, to: Date.now() + 86_400_000 };
  for await (const { fields } of store.points(selection)) numbers.push(Number(fields.in));
  return numbers.sort((a, b) => a - b);
}

export const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
