// A quantity learned as a linear function of features, one example at a time: Bayesian linear regression, updated as recursive
// least squares (Plackett, "Some theorems in least squares", 1950). What is expected before the first example weighs as much as
// a few of them, so it is sane from the start and soon follows the hall it is in.

/** Plain data. `weights` and the rows of `spread` (their covariance, in units of the noise) go by feature. */
export interface Learned {
  weights: Float64Array;
  spread: Float64Array;
}

/** The world changes: each example makes the weights this much less certain, up to what they were at first. */
const forgetting = 1e-8;

export class Regression {
  readonly #weights: Float64Array;
  readonly #spread: Float64Array;
  readonly #firstSpread: number;
  readonly #gain: Float64Array;

  /** Begins with `weights`, each uncertain by the variance `firstSpread`; or goes on with what was learned. */
  constructor(weights: readonly number[], firstSpread: number, learned: Learned | null) {
    const size = weights.length;
    const isUsable = learned?.weights.length === size && learned.spread.length === size * size;
    this.#weights = isUsable ? learned.weights : Float64Array.from(weights);
    this.#spread = isUsable ? learned.spread : new Float64Array(size * size);
    if (!isUsable) for (let i = 0; i < size; i++) this.#spread[i * size + i] = firstSpread;
    this.#firstSpread = firstSpread;
    this.#gain = new Float64Array(size);
  }

  /** What it goes on changing: whoever keeps it copies it. */
  get learned(): Learned {
    return { weights: this.#weights, spread: this.#spread };
  }

  predict(features: readonly number[]): number {
    let sum = 0;
    for (let i = 0; i < features.length; i++) sum += (this.#weights[i] ?? 0) * (features[i] ?? 0);
    return sum;
  }

  /** Learns that `features` came with `value`, which may be no more than `mostSurprise` away from what was foretold. */
  learn(features: readonly number[], value: number, mostSurprise: number): void {
    const size = features.length;
    const [weights, spread, gain] = [this.#weights, this.#spread, this.#gain];
    let noise = 1;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += (spread[i * size + j] ?? 0) * (features[j] ?? 0);
      gain[i] = sum;
      noise += sum * (features[i] ?? 0);
    }
    const surprise = Math.max(-mostSurprise, Math.min(mostSurprise, value - this.predict(features)));
    for (let i = 0; i < size; i++) {
      const part = (gain[i] ?? 0) / noise;
      weights[i] = (weights[i] ?? 0) + part * surprise;
      for (let j = 0; j < size; j++) spread[i * size + j] = (spread[i * size + j] ?? 0) - part * (gain[j] ?? 0);
      const own = i * size + i;
      spread[own] = Math.min((spread[own] ?? 0) + forgetting, this.#firstSpread);
    }
  }
}
