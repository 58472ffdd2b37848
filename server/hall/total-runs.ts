// Running totals of one boot, kept as runs: consecutive messages whose totals never fall. A drop begins a run of its own, because it is
// judged by what came before and after it (D2), and that may come later.
import { withOne } from './lists.ts';
import { judgedTotals } from './total-levels.ts';

export type TotalField = 'in' | 'out';

/** The totals of one message; `at` is its effective time, epoch ms, `part` the part of the local day (LocalDay's `early`, `late`). */
export interface Total {
  in: number;
  out: number;
  at: number;
  part: string;
}

/** Rises of totals by part of day; `at`: the earliest effective time of a total that rose. */
export interface Rise {
  part: string;
  at: number;
  in: number;
  out: number;
}

export interface Run {
  /** Seq of the first and of the last message. */
  first: number;
  last: number;
  /** The first three totals: with these a drop that leads to the run is judged. */
  head: readonly Total[];
  end: Total;
  /** What rose behind the head, in order of part, and what of it belongs to days that are forgotten. */
  rises: readonly Rise[];
  older: { in: number; out: number };
}

export function runOf(seq: number, total: Total): Run {
  return { first: seq, last: seq, head: [total], end: total, rises: [], older: { in: 0, out: 0 } };
}

/** True when `total` may follow `end` within a run. */
export function follows(end: Total, total: Total): boolean {
  return total.in >= end.in && total.out >= end.out;
}

/** Appends the next message's totals, which must follow the run's end. */
export function appendTotal(run: Run, total: Total): void {
  if (run.head.length < judgedTotals) run.head = withOne(run.head, total);
  else addRise(run, { part: total.part, at: total.at, in: total.in - run.end.in, out: total.out - run.end.out });
  run.last++;
  run.end = total;
}

/** Appends all of `next` to the run before it; false when it doesn't follow that without a gap or a drop. */
export function joinRuns(run: Run, next: Run): boolean {
  const [first] = next.head;
  if (!first || run.last + 1 !== next.first || !follows(run.end, first)) return false;
  for (const total of next.head) appendTotal(run, total);
  for (const rise of next.rises) addRise(run, rise);
  run.older.in += next.older.in;
  run.older.out += next.older.out;
  run.last = next.last;
  run.end = next.end;
  return true;
}

/** Forgets by which part of day totals rose before `oldestPart`. */
export function forgetRises(run: Run, oldestPart: string): void {
  const kept = run.rises.filter(({ part }) => part >= oldestPart);
  for (const old of run.rises.slice(0, run.rises.length - kept.length)) {
    run.older.in += old.in;
    run.older.out += old.out;
  }
  run.rises = kept;
}

function addRise(run: Run, rise: Rise): void {
  if (rise.in === 0 && rise.out === 0) return;
  const { rises } = run;
  let i = rises.length;
  while (i > 0 && (rises[i - 1]?.part ?? '') > rise.part) i--;
  const known = rises[i - 1];
  if (known?.part !== rise.part) {
    run.rises = withOne(rises, { ...rise }, i);
    return;
  }
  known.at = Math.min(known.at, rise.at);
  known.in += rise.in;
  known.out += rise.out;
}
