// What is kept of a wait that goes on: dozens may at once, in each of thousands of halls, so it is kept as bare numbers.

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

const situationKeys = [
  ...['ahead', 'waiting', 'same', 'favoured', 'favouredPerS', 'headOfLineS', 'byCallsS'],
  ...['busy', 'longBusy', 'free10', 'free60', 'free300', 'free'],
  ...['hallWaitS', 'classWaitS', 'lastWaitS', 'lastToEnterS', 'serviceS', 'hallServiceS', 'givingUp'],
] as (keyof Situation)[];

export function packed({ situation, hall, own, log, quote }: Told): Float32Array {
  const { s, meanS, lowS, highS } = quote;
  return Float32Array.of(
    ...[hall.meanS, hall.log, own.meanS, own.log, log, s, meanS, lowS, highS],
    ...situationKeys.map((key) => situation[key]),
  );
}

export function unpacked(numbers: Float32Array): Told {
  const at = (i: number) => numbers[i] ?? 0;
  return {
    hall: { meanS: at(0), log: at(1) },
    own: { meanS: at(2), log: at(3) },
    log: at(4),
    quote: { s: at(5), meanS: at(6), lowS: at(7), highS: at(8) },
    situation: Object.fromEntries(situationKeys.map((key, i) => [key, at(9 + i)])) as unknown as Situation,
  };
}
