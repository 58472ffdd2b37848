// What history says of a region's period, asked anew when the question changes, and again while there is no answer.
import type { Peaks } from '../../../server/contracts/history.ts';
import type { PeakMeasure } from '../../../server/contracts/names.ts';
import { ask, codeOf } from './ask.ts';

/** Local dates, `to` excluded; `hall` empty: all of them. */
export interface PeaksQuestion {
  region: string;
  hall: string;
  from: string;
  to: string;
  measure: PeakMeasure;
}

/** Many halls over a year take seconds. */
const answerWithinMs = 30_000;
/** Late messages rewrite days that are over. */
const refreshMs = 900_000;
const [firstRetryMs, longestRetryMs] = [10_000, 120_000];

export class PeaksReader {
  answer = $state.raw<Peaks | null>(null);
  /** Why the last reading brought no answer, a code; null while all is well. */
  failure = $state<string | null>(null);
  reading = $state(false);

  #path = '';
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Asks this from now on, nothing for null. What was answered before stays until the next answer. */
  ask(question: PeaksQuestion | null): void {
    const path = question ? pathOf(question) : '';
    if (path === this.#path) return;
    this.#path = path;
    this.#tries = 0;
    void this.#read();
  }

  /** Asks the same again: halls came or went. */
  again(): void {
    this.#tries = 0;
    void this.#read();
  }

  stop(): void {
    this.#path = '';
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    clearTimeout(this.#timer);
    const path = this.#path;
    this.reading = path !== '';
    if (path === '') return;
    let nextMs = refreshMs;
    const told = await ask(path, { withinMs: answerWithinMs }).catch(codeOf);
    if (path !== this.#path) return;
    if (typeof told === 'string') {
      this.failure = told;
      nextMs = Math.min(firstRetryMs * 2 ** this.#tries++, longestRetryMs);
    } else {
      this.answer = told as Peaks;
      this.failure = null;
      this.#tries = 0;
    }
    this.reading = false;
    this.#timer = setTimeout(() => void this.#read(), nextMs);
  }
}

function pathOf({ region, hall, ...query }: PeaksQuestion): string {
  const text = new URLSearchParams({ ...query, ...(hall ? { hall } : {}) });
  return `/api/regions/${encodeURIComponent(region)}/peaks?${text}`;
}
