/** Events of late: each counts less the longer it is ago (time constant `overS`). Plain data, `at` in epoch ms. */
export interface DecayingRate {
  sum: number;
  at: number;
}

/** Rates by what they are of. */
export type Rates = Map<string, DecayingRate>;

const overS = 900;

export function noteEvent(rates: Rates, what: string, at: number): void {
  const known = rates.get(what);
  rates.set(what, { sum: 1 + (known ? decayed(known, at) : 0), at: Math.max(known?.at ?? at, at) });
}

/** Events a second as of `at`. */
export function rateAt(rates: Rates, what: string, at: number): number {
  const known = rates.get(what);
  return known ? decayed(known, at) / overS : 0;
}

function decayed({ sum, at: last }: DecayingRate, at: number): number {
  return sum * Math.exp(-Math.max(0, at - last) / 1000 / overS);
}
