// How right the waits foretold were, beside what the textbook would have said of the same tickets.
import type { Rivals } from '../../server/hall/waits/rivals.ts';
import { rivalNames } from '../../server/hall/waits/rivals.ts';
import type { Judged } from '../../server/hall/waits/waits.ts';

export interface WaitsVerdict {
  n: number;
  /** Of the median foretold, s. */
  mae: number;
  rmse: number;
  medianAbs: number;
  /** Share of waits that ended within the range, how wide that was on average, and how wide 10 to 90 % of all waits is, s. */
  coverage80: number;
  meanWidth: number;
  empiricalWidth: number;
  best_textbook: { name: keyof Rivals; mae: number };
  ratio: number;
}

export function verdictOn(judged: readonly Judged[]): WaitsVerdict {
  const waits = judged.map(({ waitS }) => waitS).sort((a, b) => a - b);
  const errors = judged.map(({ quote, waitS }) => Math.abs(quote.s - waitS)).sort((a, b) => a - b);
  const rivals = rivalNames.map((name) => ({
    name,
    mae: mean(judged.map((one) => Math.abs(one.rivals[name] - one.waitS))),
  }));
  const best = rivals.reduce((a, b) => (b.mae < a.mae ? b : a));
  const mae = mean(errors);
  return {
    n: judged.length,
    mae: rounded(mae),
    rmse: rounded(rmse(judged, ({ quote }) => quote.s)),
    medianAbs: rounded(at(errors, 0.5)),
    coverage80: rounded(mean(judged.map(({ quote, waitS }) => Number(waitS >= quote.lowS && waitS <= quote.highS))), 4),
    meanWidth: rounded(mean(judged.map(({ quote }) => quote.highS - quote.lowS))),
    empiricalWidth: rounded(at(waits, 0.9) - at(waits, 0.1)),
    best_textbook: { name: best.name, mae: rounded(best.mae) },
    ratio: rounded(mae / best.mae, 4),
  };
}

/** Root of the mean squared difference between waits and what is said of them, s. */
export function rmse(judged: readonly Judged[], said: (one: Judged) => number): number {
  return Math.sqrt(mean(judged.map((one) => (said(one) - one.waitS) ** 2)));
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((a, b) => a + b) / values.length;
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
