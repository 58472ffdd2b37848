// J3: messages that come close together share one commit, and none waits longer than commits on this disk justify. From one commit to
// the next a window passes, so that most of the time is left for other work; what comes when none was lately has its own at once.

import { boundReached } from '../bounds.ts';

interface Waiting<T> {
  item: T;
  sinceMs: number;
  kept: (error: Error | null) => void;
}

interface Parts<T> {
  /** Makes a batch durable before it returns, or throws; then it is tried again. */
  write: (batch: readonly T[]) => void;
  /** A batch is durable: to be handed on, in a turn of its own. Its senders are told in this one. */
  written: (batch: readonly T[]) => void;
  /** A write failed, or one succeeded again (null). */
  trouble: (error: Error | null) => void;
}

/** At most this many share a commit (J3). */
export const largestBatch = 500;
const shortestWindowMs = 2;
const windowPerCommit = 4;
const sampledCommits = 101;
const retryMs = 500;
/** What waits for a disk that takes nothing is bounded: beyond it senders are told, and send again. */
const mostWaiting = 20_000;

export class GroupCommit<T> {
  readonly #parts: Parts<T>;
  #waiting: Waiting<T>[] = [];
  #timer: Awaiting | null = null;
  /** The next commit begins no sooner, in ms of performance.now(). */
  #notBefore = 0;
  #failed = false;
  readonly #tookMs: number[] = [];
  #next = 0;
  #windowMs = shortestWindowMs;

  constructor(parts: Parts<T>) {
    this.#parts = parts;
  }

  /** How many wait for their commit, and the one that waits longest. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get oldest(): T | null {
    return this.#waiting[0]?.item ?? null;
  }

  /** How long that one waits already, in real ms. */
  get waitsMs(): number {
    const [oldest] = this.#waiting;
    return oldest ? performance.now() - oldest.sinceMs : 0;
  }

  /** What the last hundred commits took, ms, in no order. */
  get tookMs(): readonly number[] {
    return this.#tookMs;
  }

  /** Takes an item in; `kept` is called once it is durable, or with the reason why it never will be. */
  add(item: T, kept: (error: Error | null) => void): void {
    if (this.#waiting.length >= mostWaiting) {
      boundReached('journal-waiting');
      kept(new Error(`${mostWaiting} messages wait for the journal already`));
      return;
    }
    this.#waiting.push({ item, kept, sinceMs: performance.now() });
    if (this.#failed) return;
    if (this.#waiting.length >= largestBatch) this.#commit();
    else this.#timer ??= after(this.#notBefore - performance.now(), () => this.#commit());
  }

  /** Commits what waits, now. False when it can't be written. */
  flush(): boolean {
    while (this.#waiting.length > 0) if (!this.#commit()) return false;
    return true;
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #commit(): boolean {
    this.close();
    const batch = this.#waiting.slice(0, largestBatch);
    const items = batch.map(({ item }) => item);
    const start = performance.now();
    try {
      this.#parts.write(items);
    } catch (error) {
      this.#failed = true;
      this.#parts.trouble(error instanceof Error ? error : new Error(String(error)));
      this.#timer = after(retryMs, () => this.#commit());
      return false;
    }
    this.#measured(performance.now() - start);
    this.#notBefore = start + this.#windowMs;
    this.#waiting = this.#waiting.slice(batch.length);
    if (this.#failed) {
      this.#failed = false;
      this.#parts.trouble(null);
    }
    // First, since a sender who is told may send at once and have a commit of its own before this one returns.
    this.#parts.written(items);
    for (const { kept } of batch) kept(null);
    if (this.#waiting.length > 0) this.#timer ??= after(0, () => this.#commit());
    return true;
  }

  #measured(ms: number): void {
    this.#tookMs[this.#next] = ms;
    this.#next = (this.#next + 1) % sampledCommits;
    const sorted = [...this.#tookMs].sort((a, b) => a - b);
    this.#windowMs = Math.max(shortestWindowMs, windowPerCommit * (sorted[sorted.length >> 1] ?? 0));
  }
}

interface Awaiting {
  cancel(): void;
}

/** Calls back in so many ms; in the next turn for none, which takes in what came in this one. */
function after(ms: number, work: () => void): Awaiting {
  if (ms <= 0) {
    const turn = setImmediate(work);
    return { cancel: () => clearImmediate(turn) };
  }
  const timer = setTimeout(work, ms);
  return { cancel: () => clearTimeout(timer) };
}
