// D2: what a running total says when it falls. It is judged by what follows, so that one wrong total costs nothing.

/** One total of one field; `at` is its effective time, epoch ms, `part` the part of the local day that lies in. */
export interface LevelTotal {
  value: number;
  at: number;
  part: string;
}

/**
 * How far a total has been counted. `under`: totals since a drop below half of `top`, two at most: the next one tells whether the
 * counter began again.
 */
export interface Level {
  top: number;
  under: readonly LevelTotal[];
}

/** Receives what a total adds. `resets` is 1 where the counter began again from 0. */
export type CountTotal = (total: LevelTotal, by: number, resets: number) => void;

const none: readonly never[] = [];
/** A wrap of a counter with known bits is a smaller step than this. */
const wrapLimit = 1_000;
/** A drop is judged with this many totals: the one that fell and the next two. */
export const judgedTotals = 3;

export function levelAt(top: number): Level {
  return { top, under: none };
}

/**
 * The level after one more total. A rise counts. A drop is a wrap when the modular step of a counter with known bits is small. A drop
 * below half of what was counted is a reset, from 0, when the next two totals stay under that too. Any other drop is a dip: nothing
 * counts until the former value is passed.
 */
export function advance(level: Level, total: LevelTotal, counterBits: number | null, count: CountTotal): Level {
  const { top, under } = level;
  const by = total.value >= top ? total.value - top : wrapStep(top, total.value, counterBits);
  if (by !== null) {
    count(total, by, 0);
    return levelAt(total.value);
  }
  if (under.length === 0 && total.value * 2 >= top) return level;
  const fallen = [...under, total];
  const [first, ...next] = fallen;
  if (!first || fallen.length < judgedTotals) return { top, under: fallen };
  count(first, first.value, 1);
  return next.reduce((one, later) => advance(one, later, counterBits, count), levelAt(first.value));
}

function wrapStep(top: number, value: number, counterBits: number | null): number | null {
  if (counterBits === null) return null;
  const by = value - top + 2 ** counterBits;
  return by >= 0 && by < wrapLimit ? by : null;
}
