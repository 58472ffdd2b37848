// Halls of the past, beside the running ones: told by messages in the same way, with what was counted on the way.
import type { Config } from '../config/load.ts';
import type { Reading } from '../contracts/readings.ts';
import type { Hall } from '../hall/hall.ts';
import { Halls } from '../hall/halls.ts';
import { firstLesson } from '../hall/lesson.ts';
import { CountedInMemory } from '../history/rollup/counted-in-memory.ts';
import type { Entry } from '../journal/entry.ts';
import type { Outcome } from './projector.ts';
import { Projector } from './projector.ts';

interface Parts {
  config: Config;
  simulated: boolean;
  /** Readings that are to be applied; all when left out. */
  wants?: (reading: Reading) => boolean;
  /** What is counted before is left out, epoch ms. */
  countedFrom?: number;
  /** They learn on the way, from nothing. */
  learns?: boolean;
  /** Hears what became of each message. */
  heard?: (outcome: Outcome) => void;
}

export class PastHalls {
  readonly counted: CountedInMemory;
  readonly #halls: Halls;
  readonly #projector: Projector;

  constructor({ config, simulated, wants, countedFrom = 0, learns = false, heard = () => {} }: Parts) {
    this.counted = new CountedInMemory(countedFrom);
    this.#halls = new Halls({ simulated, changed: () => {}, ...(learns ? { lessons: () => firstLesson() } : {}) });
    this.#halls.configure(config, null);
    const hear = (outcome: Outcome) => {
      if ('reading' in outcome) this.counted.take(outcome.reading, outcome.trace);
      heard(outcome);
    };
    const parts = { halls: this.#halls, simulated, owned: null, configured: () => {}, heard: hear };
    this.#projector = new Projector({ ...parts, ...(wants ? { wants } : {}) }, { position: 0, config });
  }

  get(id: string): Hall | undefined {
    return this.#halls.get(id);
  }

  /** Applies a message to its hall. Never throws: one bad message stops nothing. */
  take(entry: Entry): void {
    this.#projector.take(entry);
  }
}
