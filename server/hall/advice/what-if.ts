// The queue played forward as it is, and as it would be with one step taken.
import type { Advice, DeskLive, ServiceLive, TerminalLive } from '../../contracts/hall-live.ts';
import type { WaitsLearned } from '../waits/learned.ts';
import type { Parts } from '../waits/read-situation.ts';
import { courseOf } from './course.ts';
import type { Course, Outcome, Projected } from './projection.ts';
import { project } from './projection.ts';

export interface AdviceAsked {
  /** Epoch ms. */
  now: number;
  desks: readonly DeskLive[];
  services: readonly ServiceLive[];
  terminals: readonly TerminalLive[];
  /** When no more customers are let in; null while nothing says so. */
  closesAt: number | null;
}

export type Prospect = Advice['without'];

/** What becomes of services in one run. */
export interface Run {
  prospect: (service: ServiceLive) => Prospect;
  outcome: (service: string) => Outcome;
}

const minuteMs = 60_000;
const aheadMs = 10 * minuteMs;
const horizonMs = 30 * minuteMs;
/** Until somebody sits at a desk. */
const toSitDownMs = 2 * minuteMs;
/** A wait is worth so much when waits are compared, s: those near zero say nothing of what others become. */
const softS = 60;
const untouched: Outcome = { longestMs: 0, mostMs: 0, over: null };

export class WhatIf {
  /** The queue as it goes on by itself. */
  readonly plain: Run;
  readonly #parts: Parts;
  readonly #asked: AdviceAsked;
  readonly #course: Course;
  /** Where an ordinary customer of a service waits, as an index into the course's lines. */
  readonly #lines: ReadonlyMap<string, number>;
  readonly #projected: Projected;
  readonly #withDesk = new Map<string, Run>();

  constructor(parts: Parts, learned: WaitsLearned, asked: AdviceAsked) {
    const { lines } = parts.ledger;
    const names = asked.services.map(({ id }) => [id, lines.nameOf({ service: id, tier: null, priority: 0 })] as const);
    const all = [...lines.names];
    this.#parts = parts;
    this.#asked = asked;
    this.#lines = new Map(names.map(([id, name]) => [id, all.indexOf(name)]));
    this.#course = courseOf(parts, learned, asked);
    this.#projected = this.#play(this.#course);
    this.plain = this.#run(this.#projected);
  }

  /** With a desk that calls its next customer as soon as somebody can sit there. */
  withDesk(desk: string): Run {
    return this.#withDesk.getOrInsertComputed(desk, () => {
      const serves = new Set(this.#parts.config.file.desks.find(({ id }) => id === desk)?.serves);
      const others = this.#course.desks.filter(({ id }) => id !== desk);
      const one = { id: desk, serves, freeAt: this.#asked.now + toSitDownMs };
      return this.#run(this.#play({ ...this.#course, desks: [...others, one] }));
    });
  }

  /** Without the last `count` of those who wait for a service, who have most to gain elsewhere; null when nobody waits. */
  withFewer(service: string, count: number): Run | null {
    const index = this.#lines.get(service) ?? -1;
    const { since = [] } = this.#course.lines[index] ?? {};
    if (since.length === 0) return null;
    const lines = this.#course.lines.map((line, i) =>
      i === index ? { ...line, since: since.slice(0, -count) } : line,
    );
    return this.#run(this.#play({ ...this.#course, lines }));
  }

  #play(course: Course): Projected {
    const { now, services } = this.#asked;
    const at = now + aheadMs;
    const probes = services.flatMap(({ id }) => {
      const line = this.#lines.get(id) ?? -1;
      return [
        { line, at: now },
        { line, at },
      ];
    });
    return project(course, { at, until: now + horizonMs, probes });
  }

  #run(projected: Projected): Run {
    const outcome = (service: string) => projected.services.get(service) ?? untouched;
    return {
      outcome,
      prospect: (service) => {
        const i = 2 * this.#asked.services.findIndex(({ id }) => id === service.id);
        const then = projected.probeMs[i + 1] ?? null;
        const { plain } = this;
        const found = {
          quoteS: then === null ? null : this.#quoteS(service, this.#projected.probeMs[i] ?? null, then),
          longestS: Math.round(outcome(service.id).longestMs / 1000),
        };
        // Help for one makes nobody wait longer: where it seems so, means stood in for chance at a bad moment.
        return projected === this.#projected ? found : lowerOf(found, plain.prospect(service));
      },
    };
  }

  /** Where nobody serves it now there is no quote to go by: what was played stands. */
  #quoteS({ quote }: ServiceLive, nowMs: number | null, thenMs: number): number {
    const share = quote && nowMs !== null ? (quote.s + softS) / (nowMs / 1000 + softS) : 1;
    return Math.max(0, Math.round((thenMs / 1000 + softS) * share - softS));
  }
}

function lowerOf(a: Prospect, b: Prospect): Prospect {
  const quoteS = a.quoteS === null || b.quoteS === null ? (a.quoteS ?? b.quoteS) : Math.min(a.quoteS, b.quoteS);
  return { quoteS, longestS: Math.min(a.longestS, b.longestS) };
}
