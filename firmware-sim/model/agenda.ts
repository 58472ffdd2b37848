type Step = () => void;

interface Entry {
  at: number;
  order: number;
  step: Step;
}

/**
 * What happens when, in a discrete-event simulation: a binary heap by time, and by order of entry within a time.
 * Everything happens by `end` (epoch ms): a later entry is moved there, so that a day is always whole.
 */
export class Agenda {
  readonly end: number;
  #heap: Entry[] = [];
  #order = 0;
  #now: number;

  constructor(start: number, end: number) {
    this.#now = start;
    this.end = end;
  }

  /** Epoch ms, whole. */
  get now(): number {
    return this.#now;
  }

  at(time: number, step: Step): void {
    const at = Math.min(Math.max(Math.round(time), this.#now), this.end);
    this.#heap.push({ at, order: this.#order++, step });
    this.#rise(this.#heap.length - 1);
  }

  after(delayMs: number, step: Step): void {
    this.at(this.#now + delayMs, step);
  }

  /** Runs everything, in order of time, until nothing is left. */
  run(): void {
    for (let entry = this.#take(); entry; entry = this.#take()) {
      this.#now = entry.at;
      entry.step();
    }
  }

  #take(): Entry | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first && last && first !== last) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #rise(from: number): void {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#swapIfEarlier(i, parent)) return;
      i = parent;
    }
  }

  #sink(): void {
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      const right = left + 1;
      const child = this.#isEarlier(right, left) ? right : left;
      if (!this.#swapIfEarlier(child, i)) return;
      i = child;
    }
  }

  #isEarlier(i: number, than: number): boolean {
    const a = this.#heap[i];
    const b = this.#heap[than];
    return a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.order < b.order));
  }

  #swapIfEarlier(i: number, other: number): boolean {
    const a = this.#heap[i];
    const b = this.#heap[other];
    if (!a || !b || !this.#isEarlier(i, other)) return false;
    this.#heap[i] = b;
    this.#heap[other] = a;
    return true;
  }
}
