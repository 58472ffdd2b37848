// What a reading changed of a hall's past: for whoever writes history.
import type { Stretch } from './tally.ts';
import type { Visit } from './tickets.ts';
import type { Step } from './totals.ts';

/** Visits of a number, as the state keys it, that a message changed; of one with many, those of them around it. */
export interface VisitsChange {
  key: string;
  before: readonly Visit[];
  now: readonly Visit[];
  /** Desks of which these visits may tell otherwise now. */
  desks: readonly string[];
}

/**
 * Between `from` and `to` (epoch ms, both included) the hall's story may read otherwise than before; `to` may lie ahead, where what
 * was told goes on. Of what is named nothing else changed.
 */
export interface Trace extends Stretch {
  /** People through the reading's door, or transactions (done, failed) of its terminal. */
  steps: readonly Step[];
  visits: readonly VisitsChange[];
  /** A desk whose story changed. */
  desk: string | null;
  /** A stretch in which the reading's device was heard after all. */
  heard: Stretch | null;
}

const none: readonly never[] = [];
export const goesOn = Number.POSITIVE_INFINITY;

export function traceOf(
  { from, to }: Stretch,
  { steps = none, visits = none, desk = null, heard = null }: Partial<Omit<Trace, 'from' | 'to'>> = {},
): Trace {
  return { from, to, steps, visits, desk, heard };
}

/** The earliest moment that steps booked at `at` reach back to. */
export function earliest(at: number, steps: readonly Step[]): number {
  let from = at;
  for (const step of steps) if (step.at < from) from = step.at;
  return from;
}

/** A trace that tells also of a stretch in which the device was heard after all; null for neither. */
export function withHeard(trace: Trace | null, heard: Stretch | null): Trace | null {
  if (heard === null) return trace;
  if (trace === null) return traceOf(heard, { heard });
  return { ...trace, from: Math.min(trace.from, heard.from), to: Math.max(trace.to, heard.to), heard };
}
