// Bounds on what comes from outside, and that they were reached: counted for /metrics, and said in the log without filling it.
import type { Logger } from './log.ts';

const sayEveryMs = 60_000;

export class BoundsReached {
  /** How often each bound was reached, by its name. Names come from our own code, so they are few. */
  readonly counts = new Map<string, number>();
  readonly #log: Logger;
  /** When each was last said, ms of `performance.now()`. */
  readonly #saidMs = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** `what` says in words what was done about it. */
  reached(bound: string, what: string): void {
    const count = (this.counts.get(bound) ?? 0) + 1;
    this.counts.set(bound, count);
    const now = performance.now();
    if (now - (this.#saidMs.get(bound) ?? Number.NEGATIVE_INFINITY) < sayEveryMs) return;
    this.#saidMs.set(bound, now);
    this.#log.warn({ bound, count }, what);
  }
}
