import { setTimeout as pause } from 'node:timers/promises';
import type { HistoryStore } from './port.ts';

const askEveryMs = 60_000;
/** Whoever wants the size doesn't wait longer: it has it the next time. */
const patienceMs = 1_000;

/** The store's size for metrics, asked for once a minute at most, however often it is read. */
export class SizeWatch {
  readonly #store: Pick<HistoryStore, 'size'>;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<unknown> = Promise.resolve();
  #bytes: number | null = null;

  constructor(store: Pick<HistoryStore, 'size'>) {
    this.#store = store;
  }

  /** Bytes on disk; null while the store is away, doesn't say, or didn't yet. */
  async read(): Promise<number | null> {
    if (performance.now() - this.#askedAt >= askEveryMs) {
      this.#askedAt = performance.now();
      this.#asking = this.#ask();
    }
    await Promise.race([this.#asking, pause(patienceMs, undefined, { ref: false })]);
    return this.#bytes;
  }

  async #ask(): Promise<void> {
    this.#bytes = await this.#store.size().catch(() => null);
  }
}
