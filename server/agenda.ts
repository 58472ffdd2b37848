import type { Clock, Timer } from './clock.ts';

/** A step of the system's clock would leave a long timer wrong: look again after this. */
const checkEveryMs = 60_000;
/** A clock that goes back by more was set back. */
const setBackMs = 1_000;

/** After a start every hall of a province is due at once: messages get through in between. */
const longestMs = 4;

/** So many entries that nothing agrees with any more are kept before the heap is made anew, beside as many as there are keys. */
const keptStale = 64;

/**
 * P1: what changes by itself (pictures, and what alerts look at: silence, opening, midnight, limits). Each key says when it is due next; one
 * timer waits for the earliest, with a heap, for there may be thousands.
 */
export class Agenda {
  readonly #clock: Clock;
  readonly #due: (key: string) => void;
  readonly #at = new Map<string, number>();
  /** A heap by time; entries that `#at` no longer agrees with are passed over. */
  #heap: Heap = [];
  #timer: Timer | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #seenAt: number;

  constructor(clock: Clock, due: (key: string) => void) {
    this.#clock = clock;
    this.#due = due;
    this.#seenAt = clock.now();
  }

  /** Due at `at`, epoch ms, or earlier if it was due before. */
  bringForward(key: string, at: number): void {
    if ((this.#at.get(key) ?? Number.POSITIVE_INFINITY) > at) this.set(key, at);
  }

  /** Due at `at`, epoch ms, whenever it was due before. */
  set(key: string, at: number): void {
    this.#at.set(key, at);
    if (this.#heap.length > 2 * this.#at.size + keptStale) this.#sweep();
    else push(this.#heap, { at, key });
    if (at < this.#timerAt) this.#arm(at);
  }

  has(key: string): boolean {
    return this.#at.has(key);
  }

  /** How many entries it holds, those that are out of date included. */
  get weight(): number {
    return this.#heap.length;
  }

  close(): void {
    this.#timer?.cancel();
    this.#at.clear();
  }

  #sweep(): void {
    this.#heap = [];
    for (const [key, at] of this.#at) push(this.#heap, { at, key });
  }

  #arm(at: number): void {
    this.#timer?.cancel();
    this.#timerAt = at;
    const delayMs = Math.min(Math.max(at - this.#clock.now(), 0), checkEveryMs);
    this.#timer = this.#clock.after(delayMs, () => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.now();
    this.#timerAt = Number.POSITIVE_INFINITY;
    // What was due by the clock as it was would wait for as long as it was set back.
    if (now < this.#seenAt - setBackMs) for (const key of this.#at.keys()) this.set(key, now);
    this.#seenAt = now;
    const restAt = performance.now() + longestMs;
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      pop(this.#heap);
      if (this.#at.get(first.key) !== first.at) continue;
      this.#at.delete(first.key);
      this.#due(first.key);
      if (performance.now() >= restAt) break;
    }
    const next = this.#heap[0];
    if (next && next.at < this.#timerAt) this.#arm(next.at);
  }
}

type Heap = { at: number; key: string }[];

function push(heap: Heap, entry: Heap[number]): void {
  let i = heap.length;
  heap.push(entry);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if ((heap[parent] as Heap[number]).at <= entry.at) break;
    heap[i] = heap[parent] as Heap[number];
    i = parent;
  }
  heap[i] = entry;
}

function pop(heap: Heap): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let i = 0;
  for (let child = 1; child < heap.length; child = 2 * i + 1) {
    if (child + 1 < heap.length && (heap[child + 1] as Heap[number]).at < (heap[child] as Heap[number]).at) child++;
    if ((heap[child] as Heap[number]).at >= last.at) break;
    heap[i] = heap[child] as Heap[number];
    i = child;
  }
  heap[i] = last;
}
