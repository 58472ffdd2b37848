import { setTimeout as pause } from 'node:timers/promises';

interface Patience<T> {
  accept?: (value: T) => boolean;
  withinMs?: number;
  what?: string;
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined && value !== false;
}

/**
 * Waits until `read` gives a value that `accept` takes (default: anything but null, undefined and false), and answers
 * it. After `withinMs` it throws what stood in the way.
 */
export async function eventually<T>(
  read: () => T | Promise<T>,
  { accept = isThere, withinMs = 20_000, what = 'the condition' }: Patience<T> = {},
): Promise<NonNullable<T>> {
  const until = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < until) {
    try {
      const value = await read();
      if (accept(value)) return value as NonNullable<T>;
      last = value;
    } catch (error) {
      last = error;
    }
    await pause(20);
  }
  const said = last instanceof Error ? last.message : JSON.stringify(last)?.slice(0, 2_000);
  throw new Error(`${what} did not come true within ${withinMs} ms; last: ${said}`);
}
