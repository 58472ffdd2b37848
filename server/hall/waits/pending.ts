// What is kept of a wait that goes on: dozens may at once, in each of thousands of halls, so it is kept as bare numbers, in one list (plain ones weigh a third more).

import type { Said } from './model.ts';
import type { Situation } from './situation.ts';

/** A wait foretold, in seconds: the median, the mean, and the range in which four of five end. */
export interface Quote {
  s: number;
  meanS: number;
  lowS: number;
  highS: number;
}

/** What was known and foretold when a wait began: by the hall's model, by its service's own, and by both together. */
export interface Told {
  situation: Situation;
  hall: Said;
  own: Said;
  log: number;
  quote: Quote;
}

export interface Pending {
  /** Of its class, and of its service if the registry knows that. */
  name: string;
  service: string | null;
  /** Epoch ms. */
  since: number;
  numbers: Float32Array;
}

const noSituation = (): Situation => ({
  ...{ ahead: 0, waiting: 0, same: 0, favoured: 0, favouredPerS: 0, headOfLineS: 0, byCallsS: 0 },
  ...{ busy: 0, longBusy: 0, free10: 0, free60: 0, free300: 0, free: 0 },
  ...{ hallWaitS: 0, classWaitS: 0, lastWaitS: 0, lastToEnterS: 0, serviceS: 0, hallServiceS: 0, givingUp: 0 },
});
const situationKeys = Object.keys(noSituation()) as (keyof Situation)[];
/** What was said comes first. */
const saidCount = 9;

export function packed({ situation, hall, own, log, quote }: Told): Float32Array {
  const numbers = new Float32Array(saidCount + situationKeys.length);
  const { s, meanS, lowS, highS } = quote;
  let i = 0;
  for (const one of [hall.meanS, hall.log, own.meanS, own.log, log, s, meanS, lowS, highS]) numbers[i++] = one;
  for (const key of situationKeys) numbers[i++] = situation[key];
  return numbers;
}

export function unpacked(numbers: Float32Array): Told {
  const at = (i: number) => numbers[i] ?? 0;
  const situation = noSituation();
  for (let i = 0; i < situationKeys.length; i++) situation[situationKeys[i] as keyof Situation] = at(saidCount + i);
  return {
    hall: { meanS: at(0), log: at(1) },
    own: { meanS: at(2), log: at(3) },
    log: at(4),
    quote: { s: at(5), meanS: at(6), lowS: at(7), highS: at(8) },
    situation,
  };
}
