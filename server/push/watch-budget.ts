/** What is left of a budget that fills up again with time. */
class Budget {
  readonly #most: number;
  readonly #aSecond: number;
  #left: number;
  #atMs: number;

  constructor(most: number, aSecond: number, nowMs: number) {
    this.#most = most;
    this.#aSecond = aSecond;
    this.#left = most;
    this.#atMs = nowMs;
  }

  take(nowMs: number): boolean {
    this.#left = Math.min(this.#most, this.#left + ((nowMs - this.#atMs) / 1_000) * this.#aSecond);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

/** What a connection sends, weighed: a `watch` makes us build up to 20 live views. `nowMs`: of a clock that only goes forward. */
export class WatchBudget {
  /** 20 events at once, 5 a second after that. */
  readonly #answered: Budget;
  /** One that sends 200 more, or 10 a second for long, is no screen. */
  readonly #refused: Budget;

  constructor(nowMs: number) {
    this.#answered = new Budget(20, 5, nowMs);
    this.#refused = new Budget(200, 10, nowMs);
  }

  take(nowMs: number): 'answer' | 'refuse' | 'drop' {
    if (this.#answered.take(nowMs)) return 'answer';
    return this.#refused.take(nowMs) ? 'refuse' : 'drop';
  }
}
