// The textbook's estimators of a wait: what the model is made of, and what it has to beat. Names and definitions after Ibrahim and
// Whitt, "Real-time delay estimation based on delay history" (2009).
import type { Situation } from './situation.ts';

export interface Rivals {
  /** Wait of the one called last. */
  lastToEnter: number;
  /** Time that whoever waits longest has waited. */
  headOfLine: number;
  /** Those who wait, by the rate at which desks serve. */
  queueByRate: number;
  /** Mean of the last 30 waits. */
  rollingMean: number;
}

export const rivalNames = [
  'lastToEnter',
  'headOfLine',
  'queueByRate',
  'rollingMean',
] as const satisfies (keyof Rivals)[];

/** What each says in seconds of a customer who joins now. */
export function rivalsOf({ lastToEnterS, headOfLineS, waiting, hallServiceS, busy, hallWaitS }: Situation): Rivals {
  return {
    lastToEnter: lastToEnterS,
    headOfLine: headOfLineS,
    queueByRate: (waiting * hallServiceS) / Math.max(1, busy),
    rollingMean: hallWaitS,
  };
}
