// A pair of running totals to increments by local day (D1 to D3): a door's people in and out, and by the same rules a
// terminal's transactions done (`in`) and failed (`out`). Everything is derived from runs of consecutive messages, so
// that any order and any repetition of the same messages gives the same state.
import { boundReached } from '../bounds.ts';
import { bootsInOrder } from './boot-order.ts';
import type { Beginning, BootTotals, Counted, Entry, Levels } from './boot-totals.ts';
import { bootTotals, countBoot, firstTotal, foldFirstRun, insertRun, loneTotal } from './boot-totals.ts';
import type { Sum } from './sums.ts';
import { addSum } from './sums.ts';
import type { Total } from './total-runs.ts';
import { appendTotal, follows, forgetRises, runOf } from './total-runs.ts';

export interface TotalsState {
  /** How many bits the counter has, null where that isn't known. */
  counterBits: number | null;
  boots: Map<number, BootTotals>;
  /** The latest boot that sent totals, in the order of boots; null before the first. */
  latest: number | null;
  /** Boots that are no longer kept: the latest word of any, and what they counted. */
  older: { until: number; sums: Sum[] } | null;
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
const keptRuns = 1_000;
/** A device that restarts more often within 8 days than this is broken; its oldest boots are counted and given up. */
const keptBoots = 64;
/** No door lets in or out more people a second: a boot that begins with more did not count them from 0. */
const fastestPerS = 10;
/** No device is off and on again in less; clocks of whole seconds and words at the last moment cost no count. */
const shortestRestartMs = 5_000;

export function emptyTotals(): TotalsState {
  return { counterBits: null, boots: new Map(), latest: null, older: null };
}

/**
 * Files one message and answers which increments that books, and which it moves; none for a (boot, seq) that was there. `goesOn`: the
 * counter is that of the boot before, only its numbering is another.
 */
export function recordTotals(
  kept: TotalsState,
  totals: Totals,
  { counterBits, goesOn = false }: { counterBits?: number | undefined; goesOn?: boolean } = {},
): readonly Step[] {
  kept.counterBits = counterBits ?? null;
  const { boot, seq, at, part } = totals;
  const total: Total = { in: totals.in, out: totals.out, at, part };
  const one = kept.boots.get(boot);
  const run = one?.runs.at(-1);
  // Nearly every message comes behind all others of the latest boot, and its totals don't fall. The second message of a boot may change
  // how it begins.
  if (
    one?.isSettled &&
    run &&
    run.last > run.first &&
    boot === kept.latest &&
    at >= one.since &&
    seq > run.last &&
    follows(run.end, total)
  ) {
    const step = { at, in: total.in - run.end.in, out: total.out - run.end.out };
    if (seq === run.last + 1) appendTotal(run, total);
    else one.runs.push(runOf(seq, total));
    hear(one, at, part);
    if (one.runs.length > keptRuns) foldOldestRun(kept, one, boot);
    return step.in === 0 && step.out === 0 ? none : [step];
  }
  return recordOutOfTurn(kept, { boot, seq, goesOn }, total);
}

function recordOutOfTurn(
  kept: TotalsState,
  { boot, seq, goesOn }: { boot: number; seq: number; goesOn: boolean },
  total: Total,
): readonly Step[] {
  const one = kept.boots.get(boot) ?? madeBoot(kept, boot);
  one.goesOn ||= goesOn;
  const i = one.runs.findLastIndex(({ first }) => first <= seq);
  if (seq <= (one.runs[i]?.last ?? one.past?.upTo ?? 0)) return none;
  const before = stepsOf(kept);
  one.runs.splice(i + 1, 0, runOf(seq, total));
  one.since = Math.min(one.since, total.at);
  hear(one, total.at, total.part);
  kept.latest = bootsInOrder(kept.boots).findLast(([, { runs }]) => runs.length > 0)?.[0] ?? null;
  // Read before runs are joined: then each step has the time of its own message.
  const steps = stepsBetween(before, stepsOf(kept));
  insertRun(one, i + 1);
  if (one.runs.length > keptRuns) foldOldestRun(kept, one, boot);
  giveUpBoots(kept);
  settle(kept);
  return steps;
}

/** Notes that a boot lived at `at`: the next one can't have counted anybody before that. Answers what that moves. */
export function noteWord(
  kept: TotalsState,
  { boot, lastSeq, at, part }: { boot: number; lastSeq: number | undefined; at: number; part: string },
): readonly Step[] {
  const one = kept.boots.get(boot) ?? madeBoot(kept, boot);
  // What tells of less than came is a word of the next boot, which may not be known yet.
  const isOfNext = lastSeq !== undefined && lastSeq < (one.runs.at(-1)?.last ?? 0);
  if (at <= one.until || isOfNext) return none;
  if (one.runs.length === 0 || boot === kept.latest) {
    hear(one, at, part);
    giveUpBoots(kept);
    return none;
  }
  const before = stepsOf(kept);
  hear(one, at, part);
  return stepsBetween(before, stepsOf(kept));
}

/** The totals of a boot that are known next before `seq`, or else next after it; zeros where there are none. */
export function totalsBeside(kept: TotalsState, boot: number, seq: number): Pick<Total, 'in' | 'out'> {
  const runs = kept.boots.get(boot)?.runs ?? none;
  return runs.findLast(({ last }) => last < seq)?.end ?? runs[0]?.head[0] ?? { in: 0, out: 0 };
}

/** Increments by part of day, in order, over all boots and runs, open gaps included. */
export function increments(kept: TotalsState): readonly Sum[] {
  const sums: Sum[] = [];
  for (const sum of kept.older?.sums ?? none) addSum(sums, sum);
  for (const { past } of kept.boots.values()) for (const sum of past?.sums ?? none) addSum(sums, sum);
  count(kept, (counted) => addSum(sums, counted));
  return sums;
}

/** True once a message with totals came. */
export function hasTotals(kept: TotalsState | undefined): kept is TotalsState {
  return kept !== undefined && (kept.latest !== null || kept.older !== null);
}

/** The first total of the very first boot: where counting began. */
export function baseline(kept: TotalsState): Total | undefined {
  const [, first] = bootsInOrder(kept.boots)[0] ?? [];
  return kept.older === null && first ? firstTotal(first) : undefined;
}

/** The parts of days of which messages are known. */
export function* partsOf(kept: TotalsState): Generator<string> {
  for (const { part } of kept.older?.sums ?? none) yield part;
  for (const { past, runs } of kept.boots.values()) {
    for (const { part } of past?.sums ?? none) yield part;
    for (const { head, rises, end } of runs) {
      for (const { part } of head) yield part;
      for (const { part } of rises) yield part;
      yield end.part;
    }
  }
}

/**
 * Forgets the sums before `oldestPart`, gaps that lie wholly before it and boots that ended before it; the latest boot
 * stays, because its totals are what the next message is compared with.
 */
export function forgetTotalsBefore(kept: TotalsState, oldestPart: string): void {
  for (const [boot, one] of bootsInOrder(kept.boots)) {
    if (one.untilPart < oldestPart && boot !== kept.latest) giveUp(kept, boot, one);
    else forgetWithin(kept, boot, one, oldestPart);
  }
  for (const [boot, one] of kept.boots)
    if (one.runs.length === 0 && one.untilPart < oldestPart) kept.boots.delete(boot);
  if (kept.older) kept.older.sums = kept.older.sums.filter(({ part }) => part >= oldestPart);
}

function forgetWithin(kept: TotalsState, boot: number, one: BootTotals, oldestPart: string): void {
  const isOld = (total: Total | undefined) => total !== undefined && total.part < oldestPart;
  while (one.runs.length > 1 && isOld(one.runs[1]?.head[0]) && isOld(one.runs[1]?.end))
    foldFirstRun(one, beginningOf(kept, boot));
  if (one.past) one.past.sums = one.past.sums.filter(({ part }) => part >= oldestPart);
  for (const run of one.runs) forgetRises(run, oldestPart);
}

function madeBoot(kept: TotalsState, boot: number): BootTotals {
  const made = bootTotals();
  kept.boots.set(boot, made);
  return made;
}

function hear(one: BootTotals, at: number, part: string): void {
  if (at < one.until) return;
  one.until = at;
  one.untilPart = part;
}

/** Counts the oldest run of a boot and gives up its totals. */
function foldOldestRun(kept: TotalsState, one: BootTotals, boot: number): void {
  boundReached('door-runs');
  foldFirstRun(one, beginningOf(kept, boot));
}

/** The earliest boots give way; first those that never sent a total. */
function giveUpBoots(kept: TotalsState): void {
  while (kept.boots.size > keptBoots) {
    boundReached('total-boots');
    const silent = [...kept.boots].filter(([, { runs }]) => runs.length === 0);
    const [first] = silent.length > 0 ? silent.sort((a, b) => a[1].until - b[1].until) : bootsInOrder(kept.boots);
    if (!first) return;
    giveUp(kept, ...first);
  }
}

/** What a boot counted stays in the sums of its days. */
function giveUp(kept: TotalsState, boot: number, one: BootTotals): void {
  if (firstTotal(one)) {
    const beginning = beginningOf(kept, boot);
    const older = kept.older ?? { until: one.until, sums: [] };
    older.until = Math.max(older.until, one.until);
    for (const sum of one.past?.sums ?? none) addSum(older.sums, sum);
    countBoot(one, beginning, (counted) => addSum(older.sums, counted));
    kept.older = older;
  }
  kept.boots.delete(boot);
}

/** How each boot begins, in their order. */
function* entries(kept: TotalsState): Generator<[boot: number, one: BootTotals, entry: Entry]> {
  let until = kept.older?.until ?? null;
  let lone: Total | null = null;
  for (const [boot, one] of bootsInOrder(kept.boots)) {
    const first = firstTotal(one);
    if (!first) continue;
    const own = loneTotal(one);
    if (one.goesOn || (lone && own && goesOnFrom(lone, own))) yield [boot, one, 'goes-on'];
    else yield [boot, one, until === null ? 'baseline' : isCountedSince(first, until) ? 'zero' : 'replaced'];
    until = Math.max(until ?? one.until, one.until);
    lone = own;
  }
}

function entryOf(kept: TotalsState, wanted: number): Entry {
  for (const [boot, , entry] of entries(kept)) if (boot === wanted) return entry;
  return 'baseline';
}

/** A device that gives each message a boot of its own counts on over them: its total never begins again. */
function goesOnFrom(lone: Total, next: Total): boolean {
  return follows(lone, next) && lone.in + lone.out > 0;
}

function isCountedSince(first: Total, until: number): boolean {
  return Math.max(first.in, first.out) <= (fastestPerS * Math.max(shortestRestartMs, first.at - until)) / 1_000;
}

/** Books everything that runs count, each where it belongs. */
function count(kept: TotalsState, book: (counted: Counted) => void): void {
  let levels: Levels | null = null;
  for (const [, one, entry] of entries(kept))
    levels = countBoot(one, { entry, levels, counterBits: kept.counterBits }, book);
}

/** The levels that the boot before this one ended with; null for the first. */
function levelsBefore(kept: TotalsState, wanted: number): Levels | null {
  let levels: Levels | null = null;
  for (const [boot, one, entry] of entries(kept)) {
    if (boot === wanted) return levels;
    levels = countBoot(one, { entry, levels, counterBits: kept.counterBits }, () => {});
  }
  return null;
}

function beginningOf(kept: TotalsState, boot: number): Beginning {
  const entry = entryOf(kept, boot);
  return { entry, levels: entry === 'goes-on' ? levelsBefore(kept, boot) : null, counterBits: kept.counterBits };
}

/** Notes of each boot whether what comes next is compared with its latest total alone. */
function settle(kept: TotalsState): void {
  const { counterBits } = kept;
  let levels: Levels | null = null;
  for (const [, one, entry] of entries(kept)) {
    levels = countBoot(one, { entry, levels, counterBits }, () => {});
    const { in: ins, out } = levels;
    const end = one.runs.at(-1)?.end;
    one.isSettled =
      end !== undefined && ins.under.length + out.under.length === 0 && ins.top === end.in && out.top === end.out;
  }
}

function stepsOf(kept: TotalsState): Map<number, Step> {
  const steps = new Map<number, Step>();
  count(kept, ({ at, in: ins, out }) => {
    const step = steps.getOrInsertComputed(at, () => ({ at, in: 0, out: 0 }));
    step.in += ins;
    step.out += out;
  });
  return steps;
}

function stepsBetween(before: ReadonlyMap<number, Step>, now: ReadonlyMap<number, Step>): readonly Step[] {
  const moments = new Set([...before.keys(), ...now.keys()]);
  return [...moments]
    .map((at) => {
      const [was, is] = [before.get(at), now.get(at)];
      return { at, in: (is?.in ?? 0) - (was?.in ?? 0), out: (is?.out ?? 0) - (was?.out ?? 0) };
    })
    .filter((step) => step.in !== 0 || step.out !== 0)
    .sort((a, b) => a.at - b.at);
}
