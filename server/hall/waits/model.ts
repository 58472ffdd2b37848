// What is foretold out of a situation: two linear models, one of the mean in seconds, and one of the median by its logarithm, which is
// handed the first one's answer (stacking; Wolpert, "Stacked generalization", 1992).

import { firstMeanWeights, firstMedianWeights, meanFeatures, medianFeatures, softS, unitS } from './features.ts';
import type { Learned } from './regression.ts';
import { Regression } from './regression.ts';
import type { Situation } from './situation.ts';

/** Plain data. */
export interface ModelLearned {
  mean: Learned;
  median: Learned;
}

/** A mean in s, and the logarithm of a median and `softS`. */
export interface Said {
  meanS: number;
  log: number;
}

/** Nobody waits longer; and nothing longer is foretold. */
export const longestS = 4 * 3_600;
const firstVariance = { mean: 0.02, median: 0.1 };
/** An example tells no more than this about itself: one ticket that nobody came for must not bend what is known. */
const mostSurprise = { mean: 6, median: 2.5 };

export class Model {
  readonly #mean: Regression;
  readonly #median: Regression;

  constructor(learned: ModelLearned | null) {
    const { mean, median } = firstVariance;
    this.#mean = new Regression(firstMeanWeights, mean, learned?.mean ?? null);
    this.#median = new Regression(firstMedianWeights, median, learned?.median ?? null);
  }

  get learned(): ModelLearned {
    return { mean: this.#mean.learned, median: this.#median.learned };
  }

  say(situation: Situation): Said {
    const meanS = withinReason(this.#mean.predict(meanFeatures(situation)) * unitS);
    return { meanS, log: this.#median.predict(medianFeatures(situation, meanS)) };
  }

  /** Learns how long a wait became that began in a situation; `meanS` is what it said of that. */
  learn(situation: Situation, meanS: number, waitS: number): void {
    this.#mean.learn(meanFeatures(situation), waitS / unitS, mostSurprise.mean);
    this.#median.learn(medianFeatures(situation, meanS), Math.log(waitS + softS), mostSurprise.median);
  }
}

export function withinReason(s: number): number {
  return Math.max(0, Math.min(longestS, s));
}
