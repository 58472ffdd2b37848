// How many questions are worked on at once. Each takes memory until it is answered, and a history that is asked a hundred things
// at once answers none of them sooner.
import type { FastifyReply } from 'fastify';
import type { BoundsReached } from '../../bounds.ts';
import { HallwatchError } from '../../errors.ts';
import { nextTurn } from '../../history/breath.ts';

export interface SlotLimits {
  atOnce: number;
  waiting: number;
  /** Then it is refused after all: before the connection is taken for idle. */
  waitMs?: number;
}

const usualWaitMs = 60_000;

export class Slots {
  readonly #limits: SlotLimits;
  readonly #bounds: BoundsReached;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(limits: SlotLimits, bounds: BoundsReached) {
    this.#limits = limits;
    this.#bounds = bounds;
  }

  /** Works in a slot. Throws `history-busy` when too many wait for one. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#take();
    try {
      return await work();
    } finally {
      this.#free();
    }
  }

  /** Takes a slot until the answer is sent or its reader is gone. Throws `history-busy`. */
  async hold({ raw }: FastifyReply): Promise<void> {
    await this.#take();
    if (raw.destroyed) this.#free();
    else raw.once('close', () => this.#free());
  }

  async #take(): Promise<void> {
    const { atOnce, waiting } = this.#limits;
    if (this.#taken < atOnce) this.#taken++;
    else if (this.#waiting.size >= waiting) throw this.#busy();
    else await this.#turn();
    // Those that come together don't begin together.
    await nextTurn();
  }

  /** Whoever frees a slot hands it on to who waits longest. */
  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        clearTimeout(late);
        resolve();
      };
      const late = setTimeout(() => {
        this.#waiting.delete(take);
        reject(this.#busy());
      }, this.#limits.waitMs ?? usualWaitMs);
      this.#waiting.add(take);
    });
  }

  #free(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#taken--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  #busy(): HallwatchError {
    this.#bounds.reached('history-questions', 'too many questions to history at once: new ones are refused');
    return new HallwatchError('history-busy', {
      what: 'history is asked more than it can answer at once',
      fix: 'try again in a moment, one question after the other',
    });
  }
}
