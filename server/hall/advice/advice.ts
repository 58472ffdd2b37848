// What can be done about the queue now, each step with its effect in minutes. Only steps that can be taken, and that help; in the
// duty manager's order: divert, end a pause or open a desk, the back office.
import type { Advice, DeskLive, ServiceLive } from '../../contracts/hall-live.ts';
import { itemLimitMs } from '../items.ts';
import type { WaitsLearned } from '../waits/learned.ts';
import type { Parts } from '../waits/read-situation.ts';
import { diversionOf } from './diversion.ts';
import { staffable } from './staffable.ts';
import type { AdviceAsked, Prospect, Run } from './what-if.ts';
import { WhatIf } from './what-if.ts';
import { backOfficeWords, deskStepWords, divertWords, limitWords } from './words.ts';

/** A step that changes less isn't worth a word, s. */
const leastEffectS = 60;
/** Customers who will wait so long are shown the terminals, whatever else is well (s). */
const divertFromS = 300;
const mostDesks = 2;
/** A consultation is long beyond this many times its standard, and not before so many minutes. */
const longConsultation = { times: 1.5, ms: 5 * 60_000 };

/** Advice at a moment, worst service first. */
export function adviceAt(parts: Parts, learned: WaitsLearned, asked: AdviceAsked): Advice[] {
  return new Adviser(parts, learned, asked).all();
}

class Adviser {
  readonly #parts: Parts;
  readonly #asked: AdviceAsked;
  readonly #whatIf: WhatIf;
  readonly #staffable: readonly DeskLive[];

  constructor(parts: Parts, learned: WaitsLearned, asked: AdviceAsked) {
    this.#parts = parts;
    this.#asked = asked;
    this.#whatIf = new WhatIf(parts, learned, asked);
    this.#staffable = staffable(parts.config, asked.desks, asked.now);
  }

  all(): Advice[] {
    return this.#asked.services
      .map((service) => ({ service, pressure: this.#pressure(service) }))
      .filter(({ pressure }) => pressure > 0)
      .sort((a, b) => b.pressure - a.pressure)
      .flatMap(({ service, pressure }) => this.#about(service, pressure >= 1));
  }

  /** 1 and more: somebody waits longer than a customer should without a word, or soon will; less: worth showing terminals. */
  #pressure({ id, waiting, longestSince, quote, limitS }: ServiceLive): number {
    if (!waiting) return 0;
    const { waitCareMin = Number.POSITIVE_INFINITY } = this.#parts.config.standard(id, null);
    const { longestMs, over } = this.#whatIf.plain.outcome(id);
    const nowMs = longestSince === null ? 0 : this.#asked.now - longestSince;
    const longestS = Math.max(nowMs, longestMs) / 1000;
    const quoteS = quote?.s ?? 0;
    if (over !== null || Math.max(longestS, quoteS) > 60 * waitCareMin)
      return 1 + longestS / Math.max(60, limitS ?? 3_600);
    return quoteS >= divertFromS ? 0.5 : 0;
  }

  #about(service: ServiceLive, isPressing: boolean): Advice[] {
    const diversion = this.#divert(service);
    if (!isPressing) return diversion;
    return [...this.#limit(service), ...diversion, ...this.#deskSteps(service), ...this.#backOffice(service)];
  }

  /** When a wait will pass its limit, and the desk that helps most against it. */
  #limit(service: ServiceLive): Advice[] {
    const { over, mostMs } = this.#whatIf.plain.outcome(service.id);
    if (!over || over.at <= this.#asked.now) return [];
    const [best] = this.#desksFor(service)
      .map((desk) => ({ desk, run: this.#whatIf.withDesk(desk.id) }))
      .map((step) => ({ ...step, mostS: Math.round(step.run.outcome(service.id).mostMs / 1000) }))
      .filter(({ mostS }) => mostS <= mostMs / 1000 - leastEffectS)
      .sort((a, b) => a.mostS - b.mostS);
    const limitS = over.limitMs / 1000;
    const told = best && { desk: best.desk.id, isPaused: best.desk.state === 'paused', mostS: best.mostS };
    return [
      this.#advice('limit', service, best?.run ?? null, {
        desk: best?.desk.id ?? null,
        at: over.at,
        limitS,
        text: limitWords(this.#parts.config, { at: over.at, limitS }, told ?? null),
      }),
    ];
  }

  #deskSteps(service: ServiceLive): Advice[] {
    const without = this.#whatIf.plain.prospect(service);
    return this.#desksFor(service)
      .map((desk) => ({ desk, run: this.#whatIf.withDesk(desk.id) }))
      .map((step) => ({ ...step, prospect: step.run.prospect(service) }))
      .filter(({ prospect }) => helps(without, prospect))
      .sort((a, b) => gainS(without, b.prospect) - gainS(without, a.prospect))
      .slice(0, mostDesks)
      .map(({ desk: { id, state }, run, prospect }) => {
        const isPaused = state === 'paused';
        const text = deskStepWords(this.#parts.config, { desk: id, isPaused }, { without, with: prospect });
        return this.#advice(isPaused ? 'end-pause' : 'open-desk', service, run, { desk: id, text });
      });
  }

  /** Each free terminal takes one. */
  #divert(service: ServiceLive): Advice[] {
    const { config } = this.#parts;
    const entry = config.file.services.find(({ id }) => id === service.id);
    const diversion = entry && diversionOf(entry, config.file, this.#asked.terminals);
    const run = diversion && this.#whatIf.withFewer(service.id, diversion.terminals.length);
    if (!run) return [];
    const effect = { without: this.#whatIf.plain.prospect(service), with: run.prospect(service) };
    const text = divertWords(config, diversion, effect);
    return [this.#advice('divert', service, run, { terminals: [...diversion.terminals], text })];
  }

  /**
   * Of the desks that serve this, the one that has been at one ticket furthest beyond its standard. How long it will go on nobody knows:
   * it is said even where the effect looks small.
   */
  #backOffice(service: ServiceLive): Advice[] {
    const { config, ledger } = this.#parts;
    const { now, desks } = this.#asked;
    const [worst] = desks
      .flatMap(({ id, state, ticket, since }) => {
        if (state !== 'serving' || ticket === null || since === null || !this.#serves(id, service.id)) return [];
        const turn = ledger.latestTurn(id, now);
        const limitMs = turn?.visit ? itemLimitMs(config, turn.visit, turn.items) : null;
        const longMs = Math.max(longConsultation.ms, longConsultation.times * (limitMs ?? 0));
        return limitMs !== null && now - since > longMs ? [{ desk: id, ticket, servedMs: now - since, limitMs }] : [];
      })
      .sort((a, b) => b.servedMs - b.limitMs - (a.servedMs - a.limitMs));
    if (!worst) return [];
    const run = this.#whatIf.withDesk(worst.desk);
    const effect = { without: this.#whatIf.plain.prospect(service), with: run.prospect(service) };
    const { desk, ticket } = worst;
    return [this.#advice('back-office', service, run, { desk, ticket, text: backOfficeWords(config, worst, effect) })];
  }

  #desksFor({ id }: ServiceLive): readonly DeskLive[] {
    return this.#staffable.filter((desk) => this.#serves(desk.id, id));
  }

  #serves(desk: string, service: string): boolean {
    return this.#parts.config.file.desks.find(({ id }) => id === desk)?.serves.includes(service) ?? false;
  }

  #advice(
    kind: Advice['kind'],
    service: ServiceLive,
    run: Run | null,
    more: Pick<Advice, 'text'> & Partial<Advice>,
  ): Advice {
    return {
      id: [kind, service.id, more.desk].filter((part) => part).join(':'),
      kind,
      service: service.id,
      desk: null,
      terminals: [],
      ticket: null,
      at: null,
      limitS: null,
      without: this.#whatIf.plain.prospect(service),
      with: run?.prospect(service) ?? null,
      mostS: run ? Math.round(run.outcome(service.id).mostMs / 1000) : null,
      ...more,
    };
  }
}

/** Seconds that a step takes off what a customer is told, and off the longest wait. */
function gainS(without: Prospect, then: Prospect): number {
  return quoteGainS(without, then) + without.longestS - then.longestS;
}

function helps(without: Prospect, then: Prospect): boolean {
  return quoteGainS(without, then) >= leastEffectS || without.longestS - then.longestS >= leastEffectS;
}

/** Where nobody would be called otherwise, any wait is better by an hour. */
function quoteGainS(without: Prospect, then: Prospect): number {
  return then.quoteS === null ? 0 : (without.quoteS ?? then.quoteS + 3_600) - then.quoteS;
}
