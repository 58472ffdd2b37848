// What a terminal's own messages of today and yesterday tell of its use.
import { fillsUp } from '../hall/parts.ts';
import type { Span } from '../hall/spans.ts';
import { overlapMs } from '../hall/spans.ts';
import type { TerminalLog } from '../hall/state.ts';

const fewest = 10;
const hourMs = 3_600_000;
/** Less than this, in %, says nothing about how fast it goes. */
const leastUsed = 10;
/** Nor does what was used in a shorter time. */
const leastMs = 2 * hourMs;

/** Median time that a customer was at it, ms; null with fewer than ten. */
export function usualBusyMs({ at, said }: TerminalLog): number | null {
  const times: number[] = [];
  let from: number | null = null;
  said.forEach(({ busy }, i) => {
    if (busy === true) from ??= at[i] ?? 0;
    else if (busy === false && from !== null) {
      times.push((at[i] ?? from) - from);
      from = null;
    }
  });
  if (times.length < fewest) return null;
  return times.sort((a, b) => a - b)[times.length >> 1] ?? null;
}

/**
 * How fast each stock goes down, or fills up where it does that, % an hour of opening up to its latest change, refills and emptyings left
 * out; none for what hardly did. While nobody uses it that stays as it is: what is low then is no less so.
 */
export function stockUse({ at, said }: TerminalLog, open: readonly Span[]): ReadonlyMap<string, number> {
  const uses = new Map<string, { from: number; to: number; last: number; used: number; times: number }>();
  let before: Record<string, number> | null = null;
  said.forEach(({ stock }, i) => {
    // Messages that say nothing new share one object.
    if (stock === null || stock === before) return;
    before = stock;
    for (const [name, level] of Object.entries(stock)) {
      const saidAt = at[i] ?? 0;
      const use = uses.get(name) ?? { from: saidAt, to: saidAt, last: level, used: 0, times: 0 };
      const used = Math.max(0, fillsUp(name) ? level - use.last : use.last - level);
      if (used > 0) Object.assign(use, { used: use.used + used, to: saidAt, times: use.times + 1 });
      use.last = level;
      uses.set(name, use);
    }
  });
  const rates = new Map<string, number>();
  for (const [name, { from, to, used, times }] of uses) {
    const ms = overlapMs([...open], [{ from, to }]);
    // It ends with a step: of as many steps in as much time and a little more.
    if (used >= leastUsed && ms >= leastMs) rates.set(name, used / ((ms * (1 + 1 / times)) / hourMs));
  }
  return rates;
}
