// What a hall learns on the way, in the journal's order: waits are foretold and the people inside corrected by it.
import type { HallConfig } from '../config/hall-config.ts';
import type { Advice, DeskLive, QueueLive } from '../contracts/hall-live.ts';
import type { Reading } from '../contracts/readings.ts';
import { adviceAt } from './advice/advice.ts';
import type { AdviceAsked } from './advice/what-if.ts';
import { isUnsureAt } from './clocks.ts';
import { desksLive } from './desks.ts';
import type { Estimate } from './inside/inside.ts';
import { Inside } from './inside/inside.ts';
import { knownInside } from './inside/known.ts';
import { withStaff } from './inside/staff.ts';
import type { Ledger } from './ledger.ts';
import type { Lesson } from './lesson.ts';
import type { Corrected } from './occupancy.ts';
import type { HallState } from './state.ts';
import type { Trace } from './trace.ts';
import type { Parts } from './waits/read-situation.ts';
import type { Judged } from './waits/waits.ts';
import { Waits } from './waits/waits.ts';

interface Books {
  config: HallConfig;
  ledger: Ledger;
  state: HallState;
}

const none: readonly never[] = [];
const adviseEveryMs = 10_000;

export class Learning {
  readonly lesson: Lesson;
  readonly waits: Waits;
  readonly #parts: Parts;
  readonly #inside: Inside;
  #advice: { at: number; of: string; advice: Advice[] } | null = null;

  /** Goes on with what was learned from these books, and writes what it learns into that. */
  constructor(lesson: Lesson, { config, ledger, state }: Books) {
    const desks = (now: number) => desksLive(state, ledger, config, now);
    this.lesson = lesson;
    const isUnsure = (at: number) => isUnsureAt(state, config.file.queueMachines, at);
    this.#parts = { config, ledger, desks, isUnsure };
    this.waits = new Waits(this.#parts, lesson.waits);
    this.#inside = new Inside({ config, known: (now) => knownInside(ledger, desks(now), now) }, lesson.inside);
  }

  /** Takes in what a reading from entry `id` of the journal changed; what entries up to the lesson's place tell is learned already. */
  take({ at, device, body }: Reading, { visits, steps }: Trace, id: number): readonly Judged[] {
    const { lesson } = this;
    if (id <= lesson.position) return none;
    if (Number.isFinite(id)) lesson.position = id;
    this.#inside.take(at, device, body.kind === 'door' ? steps : none);
    // Other devices' clocks say nothing about the order of tickets.
    return body.kind === 'ticket' ? this.waits.take(device, at, visits) : none;
  }

  /**
   * What can be done about the queue at a moment. It is worked out anew every 10 s, or once a desk or a terminal changed: a step that
   * somebody took is never advised again. Null while the queue isn't heard.
   */
  advice({ queue, ...asked }: AdviceAsked & { queue: QueueLive }): Advice[] | null {
    if (queue.waiting === null || queue.quality === 'unknown') return null;
    const { now, desks, terminals } = asked;
    const told = this.#advice;
    const of = JSON.stringify([
      desks.map(({ state, until }) => [state, until]),
      terminals.map(({ state, severity, busy }) => [state, severity, busy]),
    ]);
    if (told && told.of === of && now >= told.at && now < told.at + adviseEveryMs) return told.advice;
    const advice = adviceAt(this.#parts, this.lesson.waits, asked);
    this.#advice = { at: now, of, advice };
    return advice;
  }

  estimate(now: number): Estimate | null {
    return this.#inside.at(now);
  }

  corrected(now: number, desks: readonly DeskLive[]): Corrected | null {
    const estimate = this.estimate(now);
    if (!estimate) return null;
    const { hours, file } = this.#parts.config;
    const known = knownInside(this.#parts.ledger, desks, now);
    const isTaught = this.lesson.inside.perCrossing.n > 0;
    return { ...estimate, known, withStaff: hours.isOpen(now) ? withStaff(file.staff, known) : known, isTaught };
  }
}
