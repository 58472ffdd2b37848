/** Events a connection may send: so many at once, so many a second after that. */
const most = 20;
const aSecond = 5;
/** One that goes on all the same, so many events beyond, is no screen. */
const tooMany = 200;

/** What a connection sends, weighed: a `watch` makes us build up to 20 live views. */
export class WatchBudget {
  #left = most;
  #beyond = 0;
  #atMs: number;

  /** `nowMs`: of any clock that only goes forward. */
  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  take(nowMs: number): 'answer' | 'refuse' | 'drop' {
    this.#left = Math.min(most, this.#left + ((nowMs - this.#atMs) / 1_000) * aSecond);
    this.#atMs = nowMs;
    if (this.#left >= 1) {
      this.#left--;
      this.#beyond = 0;
      return 'answer';
    }
    return ++this.#beyond > tooMany ? 'drop' : 'refuse';
  }
}
