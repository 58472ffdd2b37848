/** One thing measured several times. */
export interface Figure {
  what: string;
  unit: string;
  values: number[];
  note?: string;
}

export interface Bench {
  about: string;
  /** It can be run with other chance: `--seed N`, several times for as many runs. */
  takesSeeds?: true;
  /** `say` tells progress, away from the figures; `only` names the parts to run, none for all. */
  run(say: (line: string) => void, only: readonly string[], seeds?: readonly number[]): Promise<Figure[]>;
}

export interface Summary {
  what: string;
  unit: string;
  median: number;
  min: number;
  max: number;
  runs: number;
  note?: string;
}

/** Median and spread, to three figures. */
export function summary({ what, unit, values, note }: Figure): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const median = Number.isInteger(middle) ? (low + (sorted[middle] ?? low)) / 2 : low;
  return {
    what,
    unit,
    median: rounded(median),
    min: rounded(sorted[0] ?? Number.NaN),
    max: rounded(sorted.at(-1) ?? Number.NaN),
    runs: values.length,
    ...(note ? { note } : {}),
  };
}

function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3));
}

/** Runs `work` and answers how many of its `count` pieces it did a second. */
export function rate(count: number, work: () => void): number {
  const began = performance.now();
  work();
  return count / ((performance.now() - began) / 1_000);
}
