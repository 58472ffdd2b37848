import { createHash } from 'node:crypto';

/**
 * Seeded random numbers: sfc32, the small fast counting generator by Chris Doty-Humphrey (from PractRand), its state
 * taken from the SHA-256 of a label. The same label gives the same numbers on every machine.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `label` names the stream, such as (seed, hall, date, purpose): streams of other labels are independent. */
  constructor(...label: (string | number)[]) {
    const hash = createHash('sha256').update(label.join('\n')).digest();
    this.#a = hash.readInt32LE(0);
    this.#b = hash.readInt32LE(4);
    this.#c = hash.readInt32LE(8);
  }

  /** Uniform in [0, 1), 32 bits. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** `mean` in any unit and `variation`, the standard deviation as a share of the mean. */
  lognormal(mean: number, variation: number): number {
    const variance = Math.log(1 + variation ** 2);
    return mean * Math.exp(Math.sqrt(variance) * this.#normal() - variance / 2);
  }

  /** One of `options`, as likely as its weight; undefined when there is nothing to choose. */
  pick<T>(options: readonly T[], weight: (option: T, index: number) => number = () => 1): T | undefined {
    const total = options.reduce((sum, option, i) => sum + weight(option, i), 0);
    let left = this.next() * total;
    const found = options.find((option, i) => {
      left -= weight(option, i);
      return left < 0;
    });
    // Rounding can leave a hair's breadth past the last one.
    return found ?? options.at(-1);
  }

  /** Box and Muller's method. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}
