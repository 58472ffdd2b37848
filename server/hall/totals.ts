// A pair of running totals to increments by local day (D1 to D3): a door's people in and out, and by the same rules a
// terminal's transactions done (`in`) and failed (`out`). Everything is derived from runs of consecutive messages, so
// that any order and any repetition of the same messages gives the same state.

/** Consecutive messages of one boot, whatever their number. `part` names are LocalDay's `early` and `late`. */
export interface Run {
  first: number;
  firstIn: number;
  firstOut: number;
  firstPart: string;
  last: number;
  lastIn: number;
  lastOut: number;
  lastPart: string;
  sums: Map<string, Sum>;
}

/** Increments of one part of a day; `resets` counts the totals that fell back to 0 within a boot. */
export interface Sum {
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

/** One message's totals; `part` is the part of the local day its effective time lies in. */
export interface Totals {
  boot: number;
  seq: number;
  in: number;
  out: number;
  part: string;
}

const wrapLimit = 1_000;
const keptRuns = 1_000;
/** A device that restarts more often within 8 days than this is broken; its oldest boots are given up. */
const keptBoots = 64;

/** Files one message; false when its (boot, seq) was there already. */
export function recordTotals(kept: TotalsState, totals: Totals, counterBits: number | undefined): boolean {
  kept.firstBoot = Math.min(kept.firstBoot, totals.boot);
  const runs = kept.boots.get(totals.boot);
  if (!runs) {
    kept.boots.set(totals.boot, [runOf(totals)]);
    if (kept.boots.size > keptBoots) kept.boots.delete(lowest(kept.boots.keys()));
    return true;
  }
  let i = runs.length - 1;
  while (i >= 0 && (runs[i]?.first ?? 0) > totals.seq) i--;
  const before = runs[i];
  if (before && totals.seq <= before.last) return false;
  const after = runs[i + 1];
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
    if (runs.length > keptRuns) closeOldestGap(runs, counterBits);
  }
  return true;
}

/** Increments by part of day over all boots and runs, joins and open gaps included. */
export function increments(kept: TotalsState, counterBits: number | undefined): Map<string, Sum> {
  const total = new Map<string, Sum>();
  for (const [boot, runs] of kept.boots) {
    let before: Run | undefined;
    for (const run of runs) {
      if (before) addStep(total, before, run, counterBits);
      else if (boot > kept.firstBoot) addTo(total, run.firstPart, run.firstIn, run.firstOut, 0);
      for (const [part, sum] of run.sums) addTo(total, part, sum.in, sum.out, sum.resets);
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
      for (const part of run.sums.keys()) if (part < oldestPart) run.sums.delete(part);
    }
    if (boot < latest && runs.every((run) => run.lastPart < oldestPart)) kept.boots.delete(boot);
  }
}

function lowest(boots: Iterable<number>): number {
  return [...boots].reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function runOf({ seq, in: ins, out, part }: Totals): Run {
  const ends = { firstIn: ins, firstOut: out, firstPart: part, lastIn: ins, lastOut: out, lastPart: part };
  return { first: seq, last: seq, ...ends, sums: new Map() };
}

function extend(run: Run, totals: Totals, counterBits: number | undefined): void {
  const ins = step(run.lastIn, totals.in, counterBits);
  const outs = step(run.lastOut, totals.out, counterBits);
  addTo(run.sums, totals.part, ins.by, outs.by, ins.resets + outs.resets);
  run.last = totals.seq;
  run.lastIn = totals.in;
  run.lastOut = totals.out;
  run.lastPart = totals.part;
}

function join(run: Run, after: Run, counterBits: number | undefined): void {
  addStep(run.sums, run, after, counterBits);
  for (const [part, sum] of after.sums) addTo(run.sums, part, sum.in, sum.out, sum.resets);
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

function addStep(sums: Map<string, Sum>, before: Run, after: Run, counterBits: number | undefined): void {
  const ins = step(before.lastIn, after.firstIn, counterBits);
  const outs = step(before.lastOut, after.firstOut, counterBits);
  addTo(sums, after.firstPart, ins.by, outs.by, ins.resets + outs.resets);
}

/** D2: a drop is a wrap when a known counter's modular step is small; otherwise a reset that counts from 0. */
function step(from: number, to: number, counterBits: number | undefined): { by: number; resets: number } {
  if (to >= from) return { by: to - from, resets: 0 };
  const around = counterBits ? to - from + 2 ** counterBits : wrapLimit;
  return around >= 0 && around < wrapLimit ? { by: around, resets: 0 } : { by: to, resets: 1 };
}

function addTo(sums: Map<string, Sum>, part: string, ins: number, outs: number, resets: number): void {
  const sum = sums.get(part);
  if (sum) {
    sum.in += ins;
    sum.out += outs;
    sum.resets += resets;
  } else if (ins !== 0 || outs !== 0 || resets !== 0) sums.set(part, { in: ins, out: outs, resets });
}
