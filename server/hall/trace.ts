// What a reading changed of a hall's past: for whoever writes history.
import type { Stretch } from './tally.ts';
import type { TicketRecord, Visit } from './tickets.ts';
import type { Step } from './totals.ts';

export interface VisitsBefore {
  key: string;
  records: readonly TicketRecord[];
  visits: readonly Visit[];
}

/**
 * Between `from` and `to` (epoch ms, both included) the hall's story may read otherwise than before; `to` may lie ahead, where what
 * was told goes on. Of what is named nothing else changed.
 */
export interface Trace extends Stretch {
  /** People through the reading's door, or transactions (done, failed) of its terminal. */
  steps: readonly Step[];
  /** Numbers, as the state keys them, with their records and visits before. */
  visits: readonly VisitsBefore[];
  /** A desk whose story changed. */
  desk: string | null;
}

const none: readonly never[] = [];
export const goesOn = Number.POSITIVE_INFINITY;

export function traceOf(
  { from, to }: Stretch,
  { steps = none, visits = none, desk = null }: Partial<Omit<Trace, 'from' | 'to'>> = {},
): Trace {
  return { from, to, steps, visits, desk };
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
  if (trace === null) return traceOf(heard);
  return { ...trace, from: Math.min(trace.from, heard.from), to: Math.max(trace.to, heard.to) };
}
