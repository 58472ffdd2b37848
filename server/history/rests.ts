import { setTimeout as pause } from 'node:timers/promises';

interface Repeated {
  everyMs: number;
  afterErrorMs: number;
  failed: (error: unknown) => void;
}

/** The pauses of work that goes on until it is stopped. */
export class Rests {
  readonly #stopping = new AbortController();

  get isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /**
   * Does `pass` after a pause, over and over until it is stopped. What a pass throws goes to `failed`, and a longer pause follows.
   * Pauses in ms.
   */
  async repeat(pass: () => Promise<void>, { everyMs, afterErrorMs, failed }: Repeated): Promise<void> {
    let pauseMs = everyMs;
    while (await this.rest(pauseMs)) {
      pauseMs = everyMs;
      try {
        await pass();
      } catch (error) {
        if (this.isStopped) return;
        failed(error);
        pauseMs = afterErrorMs;
      }
    }
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
