import { setTimeout as pause } from 'node:timers/promises';

/** The pauses of work that goes on until it is stopped. */
export class Rests {
  readonly #stopping = new AbortController();

  get isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Ends the pause under way; there will be no other. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Waits; false when it is time to stop. */
  async rest(ms: number): Promise<boolean> {
    if (this.isStopped) return false;
    await pause(ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => {});
    return !this.isStopped;
  }
}
