// Forgets alerts that were over long ago: a province has some 60,000 a day, most of them waits that resolved by themselves.
import type { Logger } from '../log.ts';
import type { Register } from './register.ts';

/** Days for which resolved alerts are kept: all, and those of severity info that nobody did anything about. */
export interface AlertDays {
  all: number;
  info: number;
}

interface Parts {
  register: Pick<Register, 'forget'>;
  days: AlertDays;
  log: Logger;
}

const dayMs = 86_400_000;
const everyMs = 10 * 60_000;
/** At a time, and no sooner again: it is asked with each alert, and none is to wait for what is old. */
const atOnce = 500;
const againMs = 5_000;

export class Retention {
  readonly #parts: Parts;
  #nextAt = 0;
  #isFailing = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Forgets some of what is due at `now`, epoch ms; never throws. To be called every few seconds. */
  tidy(now: number): void {
    // Our clock may have been set back.
    if (now < this.#nextAt && this.#nextAt - now <= everyMs) return;
    this.#nextAt = now + againMs;
    const { register, days, log } = this.#parts;
    try {
      const before = { all: now - days.all * dayMs, info: now - days.info * dayMs };
      if (register.forget(before, atOnce) < atOnce) this.#nextAt = now + everyMs;
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) log.error({ error: String(error) }, 'old alerts not forgotten');
      this.#isFailing = true;
    }
  }
}
