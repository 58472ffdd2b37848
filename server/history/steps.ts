import type { LocalDays } from '../local-days.ts';

const hourMs = 3_600_000;

/**
 * The edges of the steps that cover `from` to `to` (epoch ms, half-open), growing: n + 1 edges for n steps. Steps begin anew at
 * each local midnight, and the last of a day may be shorter; steps of a day or more are whole local days, of 23, 24 or 25 h.
 */
export function stepEdges(
  { from, to, stepMs }: { from: number; to: number; stepMs: number },
  days: LocalDays,
): number[] {
  const daysAStep = Math.floor(stepMs / (24 * hourMs));
  const edges: number[] = [];
  let day = days.of(from);
  for (; day.start < to; day = days.shift(day, Math.max(1, daysAStep))) {
    const { start, end } = day;
    if (daysAStep >= 1) edges.push(start);
    else for (let at = start; at < Math.min(end, to); at += stepMs) if (at + stepMs > from) edges.push(at);
  }
  const last = edges.at(-1);
  if (last !== undefined) edges.push(daysAStep >= 1 ? day.start : Math.min(last + stepMs, days.of(last).end));
  return edges;
}

/** A stretch of equal steps: the `first` step of all begins it. */
export interface Run {
  first: number;
  count: number;
  start: number;
  end: number;
  stepMs: number;
}

/** Steps as stretches of equal ones, each `mostMs` long at most (one step at least): few, since only changes of the clocks end one. */
export function runsOf(edges: readonly number[], mostMs = Number.POSITIVE_INFINITY): Run[] {
  const runs: Run[] = [];
  edges.slice(1).forEach((end, first) => {
    const start = edges[first] ?? 0;
    const run = runs.at(-1);
    if (run && run.stepMs === end - start && end - run.start <= mostMs) {
      run.count++;
      run.end = end;
    } else runs.push({ first, count: 1, start, end, stepMs: end - start });
  });
  return runs;
}
