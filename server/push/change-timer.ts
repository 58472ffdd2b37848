import type { Clock, Timer } from '../clock.ts';

const checkEveryMs = 60_000;

/**
 * P1: pictures that change by themselves (silence, opening, midnight, limits). Each key says when it changes next; one
 * timer waits for the earliest.
 */
export class ChangeTimer {
  readonly #clock: Clock;
  readonly #due: (key: string) => void;
  readonly #at = new Map<string, number>();
  #timer: Timer | null = null;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, due: (key: string) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  set(key: string, at: number): void {
    this.#at.set(key, at);
    if (at < this.#timerAt) this.#arm(at);
  }

  close(): void {
    this.#timer?.cancel();
  }

  #arm(at: number): void {
    this.#timer?.cancel();
    this.#timerAt = at;
    // A step of the system's clock would leave a long timer wrong: look again every minute.
    const delayMs = Math.min(Math.max(at - this.#clock.now(), 0), checkEveryMs);
    this.#timer = this.#clock.after(delayMs, () => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.now();
    const due = [...this.#at].filter(([, at]) => at <= now).map(([key]) => key);
    for (const key of due) this.#at.delete(key);
    this.#timerAt = Number.POSITIVE_INFINITY;
    for (const key of due) this.#due(key);
    const next = Math.min(...this.#at.values());
    if (next < this.#timerAt) this.#arm(next);
  }
}
