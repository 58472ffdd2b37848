// What became of each message, counted and logged; what was refused goes to quarantine with its place in the journal.
import type { Hole, NewEntry } from '../journal/entry.ts';
import type { RefusalReason } from './message.ts';
import type { Outcome } from './projector.ts';
import type { Quarantine, Refused } from './quarantine.ts';
import type { Refusals } from './refusals.ts';

/** What is counted, by reason or kind; metrics read it. */
export interface Counts {
  readings: Map<string, number>;
  refusals: Map<RefusalReason, number>;
  notes: Map<string, number>;
}

interface Parts {
  quarantine: Quarantine;
  refusals: Refusals;
  /** Hears of entries that the quarantine could not take while it could not be written. */
  lost: (hole: Hole) => void;
}

const mostWaiting = 5_000;
const filedAtOnce = 1_000;

export class Outcomes {
  readonly counts: Counts = { readings: new Map(), refusals: new Map(), notes: new Map() };
  readonly #quarantine: Quarantine;
  readonly #refusals: Refusals;
  readonly #retries = new Map<number, (isRead: boolean) => void>();
  readonly #lost: (hole: Hole) => void;
  #refused: Refused[] = [];

  constructor({ quarantine, refusals, lost }: Parts) {
    this.#quarantine = quarantine;
    this.#refusals = refusals;
    this.#lost = lost;
  }

  /** Nothing that was refused waits to be filed. */
  get isIdle(): boolean {
    return this.#refused.length === 0;
  }

  /** Hears of a message as it comes in. */
  readonly live = (outcome: Outcome): void => {
    if ('refused' in outcome) {
      const { reason, topic, payload, detail } = outcome.refused;
      count(this.counts.refusals, reason);
      this.#refusals.refused(reason, { topic, bytes: payload.length, detail });
    } else {
      const { reading } = outcome;
      count(this.counts.readings, reading.body.kind);
      for (const note of outcome.notes) {
        count(this.counts.notes, note);
        this.#refusals.noted(note, reading.device);
      }
    }
    this.replayed(outcome);
  };

  /** Hears of a message that is read again after a start: it was counted in its time. */
  readonly replayed = (outcome: Outcome): void => {
    const { retryOf } = outcome.entry;
    const isRead = !('refused' in outcome);
    if (retryOf === null) {
      if ('refused' in outcome) this.#refused.push(outcome.refused);
      if (this.#refused.length > 0 && this.#refused.length % filedAtOnce === 0) this.flush(outcome.entry.id, false);
      return;
    }
    if (isRead) this.#quarantine.resolve(retryOf);
    this.#retries.get(retryOf)?.(isRead);
    this.#retries.delete(retryOf);
  };

  /** Files what was refused up to `position`; where there is nothing, the place alone if `isEvenIfNone`. False: not written. */
  flush(position: number, isEvenIfNone: boolean): boolean {
    if (this.isIdle && !isEvenIfNone) return true;
    try {
      this.#quarantine.take(this.#refused, position);
      this.#refused = [];
      return true;
    } catch (error) {
      this.#refusals.noted('quarantine-failed', String(error));
      count(this.counts.notes, 'quarantine-failed');
      this.#giveUpOldest();
      return false;
    }
  }

  /** What waits for a quarantine that can't be written is bounded; what is given up is said. */
  #giveUpOldest(): void {
    const given = this.#refused.splice(0, Math.max(0, this.#refused.length - mostWaiting));
    const [first, last] = [given[0], given.at(-1)];
    if (first && last) this.#lost({ from: first.id, to: last.id });
  }

  /** Answers, once a retry was read or refused again, which of both. */
  async outcomeOf({ retryOf }: NewEntry): Promise<boolean> {
    return new Promise((resolve) => {
      if (retryOf === null) resolve(false);
      else this.#retries.set(retryOf, resolve);
    });
  }

  acknowledgeFailed(error: unknown): void {
    count(this.counts.notes, 'acknowledge-failed');
    this.#refusals.noted('acknowledge-failed', String(error));
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
