// What became of each message, counted and logged; what was refused goes to quarantine with its place in the journal.

import { boundReached } from '../bounds.ts';
import type { RefusalReason } from '../contracts/names.ts';
import type { Hole } from '../journal/entry.ts';
import type { IgnoredReason } from './ignored.ts';
import type { Outcome } from './projector.ts';
import type { Quarantine, ReadAtLast, Refused } from './quarantine.ts';
import type { Refusals } from './refusals.ts';

/** What is counted, by reason or kind; metrics read it. */
export interface Counts {
  readings: Map<string, number>;
  refusals: Map<RefusalReason, number>;
  notes: Map<string, number>;
  ignored: Map<IgnoredReason, number>;
}

interface Parts {
  quarantine: Quarantine;
  refusals: Refusals;
  /** Hears of entries that the quarantine could not take while it could not be written. */
  lost: (hole: Hole) => void;
  /** Hears of each message that is refused as it comes in. */
  refused?: (refused: Refused) => void;
}

const mostWaiting = 5_000;
const filedAtOnce = 1_000;

export class Outcomes {
  readonly counts: Counts = { readings: new Map(), refusals: new Map(), notes: new Map(), ignored: new Map() };
  readonly #quarantine: Quarantine;
  readonly #refusals: Refusals;
  readonly #retries = new Map<number, (isRead: boolean) => void>();
  readonly #lost: (hole: Hole) => void;
  readonly #refused: (refused: Refused) => void;
  /** What quarantine has yet to hear of, in the order of the journal. */
  #unfiled: (Refused | ReadAtLast)[] = [];
  #trouble: string | null = null;

  constructor({ quarantine, refusals, lost, refused = () => {} }: Parts) {
    this.#quarantine = quarantine;
    this.#refusals = refusals;
    this.#lost = lost;
    this.#refused = refused;
  }

  /** Nothing waits to be filed. */
  get isIdle(): boolean {
    return this.#unfiled.length === 0;
  }

  /** Why quarantine can't be written, as it was said last; null while it can. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Hears of a message as it comes in. */
  readonly live = (outcome: Outcome): void => {
    if ('ignored' in outcome) this.ignored(outcome.ignored);
    else if (!('refused' in outcome)) {
      const { reading } = outcome;
      count(this.counts.readings, reading.body.kind);
      for (const note of outcome.notes) {
        count(this.counts.notes, note);
        this.#refusals.noted(note, reading.device);
      }
    } else if (outcome.entry.retryOf === null) {
      // One that is refused again was counted and said the first time.
      const { reason, topic, payload, detail } = outcome.refused;
      count(this.counts.refusals, reason);
      this.#refusals.refused(reason, { topic, bytes: payload.length, detail });
      this.#refused(outcome.refused);
    }
    this.replayed(outcome);
  };

  /** Counts a message that says nothing: it is acknowledged, and nothing else becomes of it. */
  readonly ignored = (reason: IgnoredReason): void => count(this.counts.ignored, reason);

  /** Hears of a message that is read again after a start: it was counted in its time. */
  readonly replayed = (outcome: Outcome): void => {
    const { id, retryOf } = outcome.entry;
    const isRead = !('refused' in outcome);
    if (!isRead) this.#unfiled.push(outcome.refused);
    else if (retryOf !== null) this.#unfiled.push({ id, retryOf, reason: null });
    else return;
    if (this.#unfiled.length % filedAtOnce === 0) this.flush(id, false);
    if (retryOf === null) return;
    this.#retries.get(retryOf)?.(isRead);
    this.#retries.delete(retryOf);
  };

  /** Files what is known up to `position`; where there is nothing, the place alone if `isEvenIfNone`. False: not written. */
  flush(position: number, isEvenIfNone: boolean): boolean {
    if (this.isIdle && !isEvenIfNone) return true;
    try {
      this.#quarantine.take(this.#unfiled, position);
      this.#unfiled = [];
      this.#trouble = null;
      return true;
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
      this.#refusals.noted('quarantine-failed', String(error));
      count(this.counts.notes, 'quarantine-failed');
      this.#giveUpOldest();
      return false;
    }
  }

  /** Gives up what waits to be filed up to an id: the journal no longer has it either. */
  skip(to: number): void {
    this.#unfiled = this.#unfiled.filter(({ id }) => id > to);
    this.flush(to, true);
  }

  /** What waits for a quarantine that can't be written is bounded; what is given up is said. */
  #giveUpOldest(): void {
    const given = this.#unfiled.splice(0, Math.max(0, this.#unfiled.length - mostWaiting));
    if (given.length > 0) boundReached('quarantine-waiting', given.length);
    const [first, last] = [given[0], given.at(-1)];
    if (first && last) this.#lost({ from: first.id, to: last.id });
  }

  /** Calls `heard` once it is known whether the retry of this message was read. */
  onRetry(message: number, heard: (isRead: boolean) => void): void {
    this.#retries.set(message, heard);
  }

  acknowledgeFailed(error: unknown): void {
    count(this.counts.notes, 'acknowledge-failed');
    this.#refusals.noted('acknowledge-failed', String(error));
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
