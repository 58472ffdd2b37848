import { setImmediate as nextTurn } from 'node:timers/promises';

const longestMs = 4;

/** Lets messages through between pieces of long work. */
export class Breath {
  #until = performance.now() + longestMs;

  async ifDue(): Promise<void> {
    if (performance.now() < this.#until) return;
    await nextTurn();
    this.#until = performance.now() + longestMs;
  }
}
