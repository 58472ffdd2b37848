// A pair of running totals to increments by local day (D1 to D3): a door's people in and out, and by the same rules a
// terminal's transactions done (`in`) and failed (`out`). Everything is derived from runs of consecutive messages, so
// that any order and any repetition of the same messages gives the same state.

import { boundReached } from '../bounds.ts';
import { withOne } from './lists.ts';

/** Consecutive messages of one boot, whatever their number. `part` names are LocalDay's `early` and `late`. */
export interface Run {
  first: number;
  firstIn: number;
  firstOut: number;
  /** Effective time of the first message, epoch ms: the step that leads to it may move when what came before is heard. */
  firstAt: number;
  firstPart: string;
  last: number;
  lastIn: number;
  lastOut: number;
  lastPart: string;
  /** Increments, in order of part. */
  sums: readonly Sum[];
}

/** Increments of one part of a day; `resets` counts the totals that fell back to 0 within a boot. */
export interface Sum {
  part: string;
  in: number;
  out: number;
  resets: number;
}

export interface TotalsState {
  /** The lowest boot ever heard: its lowest total is the baseline, since what came before isn't known. */
  firstBoot: number;
  /** Runs in order of seq, by boot. */
  boots: Map<number, Run[]>;
}

/** One message's totals; `at` is its effective time, `part` the part of the local day that lies in. */
export interface Totals {
  boot: number;
  seq: number;
  in: number;
  out: number;
  at: number;
  part: string;
}

/**
 * Increments booked at an effective time, or taken back from it where negative. Over all messages of a device they add up to
 * `increments`, moment by moment, in whatever order the messages came.
 */
export interface Step {
  at: number;
  in: number;
  out: number;
}

const none: readonly never[] = [];
const wrapLimit = 1_000;
const keptRuns = 1_000;
/** A device that restarts more often within 8 days than this is broken; its oldest boots are given up. */
const keptBoots = 64;

/** Files one message and answers which increments that books, and which it moves; none for a (boot, seq) that was there. */
export function recordTotals(kept: TotalsState, totals: Totals, counterBits: number | undefined): readonly Step[] {
  const latest = kept.boots.get(totals.boot)?.at(-1);
  // Nearly every message follows the one before.
  if (latest && latest.last + 1 === totals.seq) return extend(latest, totals, counterBits);
  const steps: Step[] = [];
  if (totals.boot < kept.firstBoot) steps.push(...fromZero(kept, kept.firstBoot));
  kept.firstBoot = Math.min(kept.firstBoot, totals.boot);
  const isFirstBoot = totals.boot === kept.firstBoot;
  const runs = kept.boots.get(totals.boot);
  if (!runs) {
    kept.boots.set(totals.boot, [runOf(totals)]);
    if (kept.boots.size > keptBoots) {
      boundReached('total-boots');
      kept.boots.delete(lowest(kept.boots.keys()));
    }
    if (!isFirstBoot) steps.push({ at: totals.at, in: totals.in, out: totals.out });
    return steps.filter(isSome);
  }
  let i = runs.length - 1;
  while (i >= 0 && (runs[i]?.first ?? 0) > totals.seq) i--;
  const before = runs[i];
  if (before && totals.seq <= before.last) return none;
  const after = runs[i + 1];
  steps.push(...stepsAround(before, totals, after, { isFirstBoot, counterBits }));
  if (before && before.last + 1 === totals.seq) {
    extend(before, totals, counterBits);
    if (after && after.first === totals.seq + 1) {
      join(before, after, counterBits);
      runs.splice(i + 1, 1);
    }
  } else if (after && after.first === totals.seq + 1) {
    const run = runOf(totals);
    join(run, after, counterBits);
    runs[i + 1] = run;
  } else {
    runs.splice(i + 1, 0, runOf(totals));
    if (runs.length > keptRuns) {
      boundReached('door-runs');
      closeOldestGap(runs, counterBits);
    }
  }
  return steps.filter(isSome);
}

/** What a boot's first total stands for once an older boot is known: everything since it counted from 0. */
function fromZero(kept: TotalsState, boot: number): Step[] {
  const first = kept.boots.get(boot)?.[0];
  return first ? [{ at: first.firstAt, in: first.firstIn, out: first.firstOut }] : [];
}

/** The steps to a new message and from it to the next one known, in place of the one that led there over its head. */
function stepsAround(
  before: Run | undefined,
  totals: Totals,
  after: Run | undefined,
  { isFirstBoot, counterBits }: { isFirstBoot: boolean; counterBits: number | undefined },
): Step[] {
  const { at } = totals;
  const run = runOf(totals);
  const stepTo = (to: Run) => {
    if (before) return stepBetween(before, to, counterBits);
    return isFirstBoot ? { in: 0, out: 0 } : { in: to.firstIn, out: to.firstOut };
  };
  const own = stepTo(run);
  if (!after) return [{ at, in: own.in, out: own.out }];
  const [over, next] = [stepTo(after), stepBetween(run, after, counterBits)];
  return [
    { at, in: own.in, out: own.out },
    { at: after.firstAt, in: next.in - over.in, out: next.out - over.out },
  ];
}

function isSome({ in: ins, out }: Step): boolean {
  return ins !== 0 || out !== 0;
}

/** Increments by part of day, in order, over all boots and runs, joins and open gaps included. */
export function increments(kept: TotalsState, counterBits: number | undefined): readonly Sum[] {
  let total: readonly Sum[] = none;
  for (const [boot, runs] of kept.boots) {
    let before: Run | undefined;
    for (const run of runs) {
      if (before) total = withSum(total, stepBetween(before, run, counterBits));
      else if (boot > kept.firstBoot)
        total = withSum(total, { part: run.firstPart, in: run.firstIn, out: run.firstOut, resets: 0 });
      total = run.sums.reduce(withSum, total);
      before = run;
    }
  }
  return total;
}

/** The first message of the very first boot: where counting began. */
export function baseline(kept: TotalsState): Run | undefined {
  return kept.boots.get(kept.firstBoot)?.[0];
}

/**
 * Forgets the sums before `oldestPart`, gaps that lie wholly before it and boots that ended before it; the latest boot
 * stays, because its totals are what the next message is compared with.
 */
export function forgetTotalsBefore(kept: TotalsState, oldestPart: string, counterBits: number | undefined): void {
  const latest = [...kept.boots.keys()].reduce((a, b) => Math.max(a, b), 0);
  for (const [boot, runs] of kept.boots) {
    while (
      runs.length > 1 &&
      (runs[1]?.firstPart ?? oldestPart) < oldestPart &&
      (runs[1]?.lastPart ?? oldestPart) < oldestPart
    ) {
      closeOldestGap(runs, counterBits);
    }
    for (const run of runs) {
      run.sums = run.sums.slice(run.sums.filter(({ part }) => part < oldestPart).length);
    }
    if (boot < latest && runs.every((run) => run.lastPart < oldestPart)) kept.boots.delete(boot);
  }
}

function lowest(boots: Iterable<number>): number {
  return [...boots].reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function runOf({ seq, in: ins, out, at, part }: Totals): Run {
  const ends = { firstIn: ins, firstOut: out, firstAt: at, firstPart: part, lastIn: ins, lastOut: out, lastPart: part };
  return { first: seq, last: seq, ...ends, sums: none };
}

function extend(run: Run, totals: Totals, counterBits: number | undefined): readonly Step[] {
  const ins = step(run.lastIn, totals.in, counterBits);
  const outs = step(run.lastOut, totals.out, counterBits);
  const sum = { part: totals.part, in: ins.by, out: outs.by, resets: ins.resets + outs.resets };
  run.sums = withSum(run.sums, sum);
  run.last = totals.seq;
  run.lastIn = totals.in;
  run.lastOut = totals.out;
  run.lastPart = totals.part;
  return ins.by === 0 && outs.by === 0 ? none : [{ at: totals.at, in: ins.by, out: outs.by }];
}

function join(run: Run, after: Run, counterBits: number | undefined): void {
  run.sums = after.sums.reduce(withSum, withSum(run.sums, stepBetween(run, after, counterBits)));
  run.last = after.last;
  run.lastIn = after.lastIn;
  run.lastOut = after.lastOut;
  run.lastPart = after.lastPart;
}

function closeOldestGap(runs: Run[], counterBits: number | undefined): void {
  const [run, after] = runs;
  if (!run || !after) return;
  join(run, after, counterBits);
  runs.splice(1, 1);
}

function stepBetween(before: Run, after: Run, counterBits: number | undefined): Sum {
  const ins = step(before.lastIn, after.firstIn, counterBits);
  const outs = step(before.lastOut, after.firstOut, counterBits);
  return { part: after.firstPart, in: ins.by, out: outs.by, resets: ins.resets + outs.resets };
}

/** D2: a drop is a wrap when a known counter's modular step is small; otherwise a reset that counts from 0. */
function step(from: number, to: number, counterBits: number | undefined): { by: number; resets: number } {
  if (to >= from) return { by: to - from, resets: 0 };
  const around = counterBits ? to - from + 2 ** counterBits : wrapLimit;
  return around >= 0 && around < wrapLimit ? { by: around, resets: 0 } : { by: to, resets: 1 };
}

/** The sums with one more: added to that of its part, or else in its place among them, unless it is nothing. */
function withSum(sums: readonly Sum[], more: Sum): readonly Sum[] {
  let i = sums.length;
  while (i > 0 && (sums[i - 1]?.part ?? '') > more.part) i--;
  const known = sums[i - 1];
  if (known?.part === more.part) {
    known.in += more.in;
    known.out += more.out;
    known.resets += more.resets;
    return sums;
  }
  return more.in === 0 && more.out === 0 && more.resets === 0 ? sums : withOne(sums, { ...more }, i);
}
