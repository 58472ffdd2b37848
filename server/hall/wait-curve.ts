/** Seconds younger than this are read anew each time: messages from devices arrive a little late. */
const settleAfterS = 10;

/**
 * How many wait over time, as changes by whole second of effective time: the largest number waiting is read after all
 * events of the same second. What comes nearly in order costs constant time; an older change makes the next reading
 * start anew.
 */
export class WaitCurve {
  readonly #seconds: number[] = [];
  readonly #deltas: number[] = [];
  /** What reading has already settled: all changes before index `i`, from the second `from` on. */
  #settled = { from: Number.NaN, until: 0, i: 0, count: 0, max: 0 };

  /** Adds `delta` waiting customers at an effective time in epoch ms. */
  add(at: number, delta: number): void {
    const second = Math.floor(at / 1000);
    const isLatest = second > (this.#seconds.at(-1) ?? Number.NEGATIVE_INFINITY);
    const i = isLatest ? this.#seconds.length : this.#indexOf(second);
    if (isLatest) {
      this.#seconds.push(second);
      this.#deltas.push(delta);
    } else if (this.#seconds[i] === second) this.#deltas[i] = (this.#deltas[i] ?? 0) + delta;
    else {
      this.#seconds.splice(i, 0, second);
      this.#deltas.splice(i, 0, delta);
    }
    if (i < this.#settled.i || second < this.#settled.from) this.#settled.from = Number.NaN;
  }

  /** The most that waited at the end of any second from `from` until `until`, both epoch ms. */
  max(from: number, until: number): number {
    const fromSecond = Math.floor(from / 1000);
    const untilSecond = Math.floor(until / 1000);
    if (this.#settled.from !== fromSecond || untilSecond < this.#settled.until) this.#begin(fromSecond);
    const settled = this.#settled;
    settled.until = untilSecond;
    while ((this.#seconds[settled.i] ?? Number.POSITIVE_INFINITY) <= untilSecond - settleAfterS) {
      settled.count += this.#deltas[settled.i] ?? 0;
      settled.max = Math.max(settled.max, settled.count);
      settled.i++;
    }
    let { i, count, max } = settled;
    for (; (this.#seconds[i] ?? Number.POSITIVE_INFINITY) <= untilSecond; i++) {
      count += this.#deltas[i] ?? 0;
      max = Math.max(max, count);
    }
    return max;
  }

  /** The most that waited at the end of any second from `from` up to but without `to`, both epoch ms: of any time, read anew. */
  peak(from: number, to: number): number {
    const fromSecond = Math.floor(from / 1000);
    const toSecond = Math.ceil(to / 1000);
    let i = 0;
    let count = 0;
    for (; (this.#seconds[i] ?? Number.POSITIVE_INFINITY) < fromSecond; i++) count += this.#deltas[i] ?? 0;
    let most = this.#seconds[i] === fromSecond ? 0 : count;
    for (; (this.#seconds[i] ?? Number.POSITIVE_INFINITY) < toSecond; i++) {
      count += this.#deltas[i] ?? 0;
      most = Math.max(most, count);
    }
    return most;
  }

  /** Forgets the changes before `at`, keeping their sum. */
  forgetBefore(at: number): void {
    const cut = this.#indexOf(Math.floor(at / 1000));
    if (cut <= 1) return;
    const sum = this.#deltas.slice(0, cut).reduce((a, b) => a + b, 0);
    this.#seconds.splice(0, cut, this.#seconds[cut - 1] ?? 0);
    this.#deltas.splice(0, cut, sum);
    this.#settled.from = Number.NaN;
  }

  #begin(from: number): void {
    const i = this.#indexOf(from);
    const carried = this.#deltas.slice(0, i).reduce((a, b) => a + b, 0);
    // Those who waited over from the day before count, unless they left within its first second.
    const max = this.#seconds[i] === from ? 0 : carried;
    this.#settled = { from, until: from, i, count: carried, max };
  }

  /** The index of the first change at or after a second. */
  #indexOf(second: number): number {
    let low = 0;
    let high = this.#seconds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seconds[middle] ?? 0) < second) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
