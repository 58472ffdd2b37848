// Drains the outbox into the store: one batch at a time, for ever, however long the store is away.
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { Outbox } from './outbox.ts';
import type { HistoryStore } from './port.ts';
import { Rests } from './rests.ts';

interface Parts {
  outbox: Outbox;
  store: HistoryStore;
  log: Logger;
  /** Called when `status.state` changed. */
  changed?: () => void;
}

export interface HistoryStatus {
  /** `delayed`: the store is away, or more waits than a few batches. */
  state: 'ok' | 'delayed';
  waiting: number;
  /** Since when the longest waits, epoch ms. */
  oldestAt: number | null;
  /** Why the last batch didn't go through, in words without passwords; null once one did. */
  lastError: string | null;
  /** Points that the store refused for good. */
  dead: number;
  /** Points of times before what the store keeps, left out since the start. */
  tooOld: number;
}

const batchSize = 2_000;
/** A smaller batch waits so long for more: rollups that change every second are written once. */
const lingerMs = 1_000;
const lookEveryMs = 100;
const firstBackOffMs = 250;
const longestBackOffMs = 5_000;
/** Beyond this the store doesn't keep up. */
const muchWaiting = 20 * batchSize;

export class Writer {
  readonly #parts: Parts;
  readonly #rests = new Rests();
  #running: Promise<void> | null = null;
  /** The outbox may be closed: what comes back from the store now is done with after the next start. */
  #isLeft = false;
  #lastError: string | null = null;
  #state: HistoryStatus['state'] = 'ok';

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get status(): HistoryStatus {
    const { outbox } = this.#parts;
    const { waiting, oldestAt, dead, tooOld } = outbox;
    return { state: this.#state, waiting, oldestAt, lastError: this.#lastError, dead: dead.count, tooOld };
  }

  get state(): HistoryStatus['state'] {
    return this.#state;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the batch under way, or after `longestMs`; what waits goes on after the next start. The outbox may be closed then. */
  async stop(longestMs = 1_000): Promise<void> {
    this.#rests.stop();
    const patience = new AbortController();
    await Promise.race([this.#running, pause(longestMs, undefined, { signal: patience.signal }).catch(() => {})]);
    patience.abort();
    this.#isLeft = true;
  }

  async #run(): Promise<void> {
    let backOffMs = 0;
    while (await this.#rests.rest(backOffMs)) {
      if (backOffMs === 0) await this.#linger();
      if (this.#rests.isStopped) return;
      const isThrough = await this.#drainOne();
      backOffMs = isThrough ? 0 : Math.min(Math.max(2 * backOffMs, firstBackOffMs), longestBackOffMs);
    }
  }

  /** Waits until a batch is full, or some points have waited for company. */
  async #linger(): Promise<void> {
    let lingeredMs = 0;
    while (this.#parts.outbox.waiting < batchSize && lingeredMs < lingerMs) {
      if (!(await this.#rests.rest(lookEveryMs))) return;
      if (this.#parts.outbox.waiting > 0) lingeredMs += lookEveryMs;
    }
  }

  /** Takes one batch to the store; false when that failed. Never throws: history in trouble stops nothing else. */
  async #drainOne(): Promise<boolean> {
    const { outbox, store } = this.#parts;
    try {
      const batch = outbox.take(batchSize);
      if (!batch) return true;
      const { refused } = await store.write(batch.points);
      if (this.#isLeft) return false;
      outbox.done(batch.upTo, refused, store.settled);
      if (refused[0]) this.#refused(refused.length, refused[0].reason);
      this.#now(null);
      return true;
    } catch (error) {
      if (this.#isLeft) return false;
      outbox.failed();
      this.#now(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  #refused(count: number, reason: string): void {
    this.#parts.log.warn({ count, reason }, 'points that history refused are kept as dead letters');
  }

  #now(error: string | null): void {
    const { log, outbox, changed } = this.#parts;
    if (error !== null && this.#lastError === null) log.warn({ error }, 'history is delayed');
    if (error === null && this.#lastError !== null) log.info({ waiting: outbox.waiting }, 'history is written again');
    this.#lastError = error;
    const state = error !== null || outbox.waiting > muchWaiting ? 'delayed' : 'ok';
    if (state === this.#state) return;
    this.#state = state;
    changed?.();
  }
}
