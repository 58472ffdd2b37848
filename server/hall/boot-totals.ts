// The totals of one boot of a device: its runs in order of seq, and what they count together.
import type { Sum } from './sums.ts';
import { addSum } from './sums.ts';
import type { Level } from './total-levels.ts';
import { advance, levelAt } from './total-levels.ts';
import type { Run, Total, TotalField } from './total-runs.ts';
import { joinRuns } from './total-runs.ts';

/**
 * How a boot begins. Of its first total `baseline` and `replaced` count nothing, `zero` all of it, and `goes-on` what is more than the
 * boot before had.
 */
export type Entry = 'baseline' | 'zero' | 'replaced' | 'goes-on';

export type Levels = Record<TotalField, Level>;

/** What a boot's totals are counted from; `levels`: those that the boot before ended with. */
export interface Beginning {
  entry: Entry;
  levels: Levels | null;
  counterBits: number | null;
}

export interface BootTotals {
  /** Earliest effective time of a message with totals, epoch ms; infinite before the first one. */
  since: number;
  /** Latest effective time of a message or of a live word of the device, and the part of day that lies in. */
  until: number;
  untilPart: string;
  runs: Run[];
  past: PastRuns | null;
  /** The counter is that of the boot before: only the numbering is another. */
  goesOn: boolean;
  /** True when the latest total is as far as was ever counted: what comes next is compared with that alone. */
  isSettled: boolean;
}

/** Runs that were too many or too old, counted for good: messages up to `upTo` are repeats. */
interface PastRuns {
  first: Total;
  upTo: number;
  in: Level;
  out: Level;
  sums: Sum[];
}

/** What one total counts; `at` is its effective time, epoch ms. */
export interface Counted extends Sum {
  at: number;
}

const fields: readonly TotalField[] = ['in', 'out'];

export function bootTotals(): BootTotals {
  return {
    since: Number.POSITIVE_INFINITY,
    until: Number.NEGATIVE_INFINITY,
    untilPart: '',
    runs: [],
    past: null,
    goesOn: false,
    isSettled: true,
  };
}

export function firstTotal({ past, runs }: BootTotals): Total | undefined {
  return past?.first ?? runs[0]?.head[0];
}

/** The only message that a boot sent; null when there are more. */
export function loneTotal({ past, runs }: BootTotals): Total | null {
  const [run, more] = runs;
  return run && !more && !past && run.first === run.last ? run.end : null;
}

/** Joins the run at `index` with its neighbours where nothing is missing between them and nothing fell. */
export function insertRun({ runs }: BootTotals, index: number): void {
  const [before, run, after] = [runs[index - 1], runs[index], runs[index + 1]];
  if (run && after && joinRuns(run, after)) runs.splice(index + 1, 1);
  if (before && run && joinRuns(before, run)) runs.splice(index, 1);
}

/** Books what a boot's runs count, each where it belongs, and answers the levels they end with. */
export function countBoot(one: BootTotals, beginning: Beginning, book: (counted: Counted) => void): Levels {
  const levels = begin(one, beginning, book);
  for (const run of one.runs) countRun(run, levels, beginning.counterBits, book);
  return levels;
}

/** Counts the first run for good. */
export function foldFirstRun(one: BootTotals, beginning: Beginning): void {
  const first = firstTotal(one);
  const run = one.runs[0];
  if (!first || !run) return;
  const sums = one.past?.sums ?? [];
  const book = (counted: Counted) => addSum(sums, counted);
  const levels = begin(one, beginning, book);
  countRun(run, levels, beginning.counterBits, book);
  one.runs.shift();
  one.past = { first, upTo: run.last, ...levels, sums };
}

function begin(one: BootTotals, { entry, levels }: Beginning, book: (counted: Counted) => void): Levels {
  const { past } = one;
  if (past) return { in: past.in, out: past.out };
  const first = firstTotal(one);
  if (!first || entry === 'zero') return { in: levelAt(0), out: levelAt(0) };
  if (entry === 'goes-on' && levels) return { ...levels };
  if (entry === 'replaced') book({ at: first.at, part: first.part, in: 0, out: 0, resets: 0, replaced: 1 });
  return { in: levelAt(first.in), out: levelAt(first.out) };
}

function countRun(run: Run, levels: Levels, counterBits: number | null, book: (counted: Counted) => void): void {
  for (const field of fields) {
    const count = ({ at, part }: { at: number; part: string }, by: number, resets: number) => {
      if (by === 0 && resets === 0) return;
      const counted = { at, part, in: 0, out: 0, resets, replaced: 0 };
      counted[field] = by;
      book(counted);
    };
    let level = levels[field];
    for (const total of run.head)
      level = advance(level, { value: total[field], at: total.at, part: total.part }, counterBits, count);
    levels[field] = climb(run, field, level, count);
  }
}

/** The rises behind a run's head count as far as they pass the level; three totals that don't fall have judged any drop before. */
function climb(
  { head, rises, older }: Run,
  field: TotalField,
  level: Level,
  count: (where: { at: number; part: string }, by: number, resets: number) => void,
): Level {
  let value = (head.at(-1)?.[field] ?? 0) + older[field];
  if (rises.length === 0 && older[field] === 0) return level;
  let top = Math.max(level.top, value);
  for (const rise of rises) {
    value += rise[field];
    count(rise, Math.max(0, value - top), 0);
    top = Math.max(top, value);
  }
  return levelAt(top);
}
