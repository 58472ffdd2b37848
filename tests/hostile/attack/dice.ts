import { Random } from '../../../firmware-sim/random.ts';

/** Choices that look random and are the same for the same label. */
export class Dice {
  readonly #random: Random;

  constructor(...label: (string | number)[]) {
    this.#random = new Random(...label);
  }

  /** A whole number, both ends included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.#random.next() * (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)] as T;
  }

  chance(share: number): boolean {
    return this.#random.next() < share;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.integer(0, 255)));
  }
}
