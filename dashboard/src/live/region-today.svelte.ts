// A region's halls against their usual, read again and again.
import type { RegionToday } from '../../../server/contracts/region.ts';
import { ask, codeOf } from './ask.ts';

const refreshMs = 20_000;
/** Like days are being read, one hall after another. */
const readingMs = 2_000;
const retryMs = 5_000;

export class RegionDay {
  answer = $state.raw<RegionToday | null>(null);
  /** Why the last reading brought no answer, a code; null while all is well. */
  failure = $state<string | null>(null);

  readonly #path: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(region: string) {
    this.#path = `/api/regions/${encodeURIComponent(region)}/today`;
  }

  /** Reads, and keeps reading until the returned function is called. */
  start(): () => void {
    this.#isStopped = false;
    void this.#read();
    return () => {
      this.#isStopped = true;
      clearTimeout(this.#timer);
    };
  }

  /** Reads again now: halls came or went. */
  refresh(): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) void this.#read();
  }

  async #read(): Promise<void> {
    let nextMs = retryMs;
    try {
      const answer = (await ask(this.#path)) as RegionToday;
      this.answer = answer;
      this.failure = null;
      nextMs = answer.halls.some(({ reason }) => reason === 'reading') ? readingMs : refreshMs;
    } catch (error) {
      this.failure = codeOf(error);
    }
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#read(), nextMs);
  }
}
