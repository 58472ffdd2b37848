// Quarantined messages tried again: each goes through the journal like one that came just now (J5), under the config of now.
import type { RetryAnswer } from '../contracts/http.ts';
import { HallwatchError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import type { Outcomes } from './outcomes.ts';
import type { Quarantine } from './quarantine.ts';

interface Parts {
  quarantine: Quarantine;
  outcomes: Pick<Outcomes, 'onRetry'>;
  journal: Pick<Journal, 'append' | 'flush' | 'trouble'>;
  /** True while the halls are behind the journal: a retry would come before the config that it is meant for. */
  isStarting: () => boolean;
}

export class Retries {
  readonly #parts: Parts;
  readonly #running = new Map<number, Promise<RetryAnswer>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Answers once every kept message of the entry was read or refused again. Whoever asks for the same while it runs gets the
   * same answer. Throws `unknown-entry`, `not-retryable`, and `not-stored` where nothing can be written.
   */
  async retry(id: number): Promise<RetryAnswer> {
    this.#refuse(id);
    const running = this.#running.get(id);
    if (running) return running;
    const { journal } = this.#parts;
    const work = this.#retry(id).finally(() => this.#running.delete(id));
    this.#running.set(id, work);
    journal.flush();
    if (journal.trouble) {
      work.catch(() => {
        // Told below.
      });
      throw notStored(journal.trouble, 'make room: then they are tried by themselves');
    }
    return work;
  }

  #refuse(id: number): void {
    const { quarantine, journal, isStarting } = this.#parts;
    if (isStarting()) {
      throw notStored('the server has not yet read its journal to the end', 'try again when /readyz answers 200');
    }
    // While they run, those that were read are gone already.
    const entry = quarantine.get(id);
    if (!entry && !this.#running.has(id)) {
      throw new HallwatchError('unknown-entry', {
        what: `there is no entry ${id} in quarantine`,
        fix: 'GET /api/quarantine lists them',
      });
    }
    if (entry && !entry.retryable && !this.#running.has(id)) {
      throw new HallwatchError('not-retryable', {
        what: 'nothing of this entry is kept that could be read again',
        fix: 'mend the device and wait for its next message',
      });
    }
    if (journal.trouble) throw notStored(journal.trouble, 'make room and try again');
  }

  async #retry(id: number): Promise<RetryAnswer> {
    const { quarantine, outcomes, journal } = this.#parts;
    const retries = quarantine.retries(id);
    const verdicts = await Promise.all(
      retries.map(
        (retry) =>
          new Promise<boolean>((resolve, reject) => {
            if (retry.retryOf !== null) outcomes.onRetry(retry.retryOf, resolve);
            journal.append(retry, (error) => {
              if (error) reject(notStored(error.message, 'try again when they are through'));
            });
          }),
      ),
    );
    const read = verdicts.filter((isRead) => isRead).length;
    return { read, refused: verdicts.length - read };
  }
}

function notStored(what: string, fix: string): HallwatchError {
  return new HallwatchError('not-stored', { what, fix });
}
