// The books of a hall's queue: what all visits together say, kept up to date event by event. Derived wholly from the
// ticket records, so it can be thrown away and made again (a new config, a snapshot).
import type { HallConfig } from '../config/hall-config.ts';
import { DeskLine } from './desk-line.ts';
import type { Mark } from './tally.ts';
import { Tally } from './tally.ts';
import type { TicketRecord, Visit, VisitState } from './tickets.ts';
import { isEnded, openLeg, visitsOf } from './tickets.ts';

const minuteMs = 60_000;
const longestWaitMs = 24 * 3_600_000;
const none: readonly never[] = [];

/** The states that Q2 may presume an end of. */
function isAtDesk(state: VisitState): boolean {
  return state === 'called' || state === 'serving';
}

export class Ledger {
  readonly tally: Tally;
  readonly #config: HallConfig;
  readonly #line = new DeskLine();
  readonly #visits = new Map<string, readonly Visit[]>();
  /** Visits that wait, and those called and not yet started: few, and asked about at every look at the hall. */
  readonly #waiting = new Set<Visit>();
  readonly #called = new Set<Visit>();
  /** When the hall empties next and whether it's open then, by the part of the day a wait began in. */
  readonly #emptyings = new Map<string, { at: number; isOpen: boolean }>();

  constructor(config: HallConfig) {
    this.#config = config;
    this.tally = new Tally(config.days);
  }

  /** Takes in one new record of a number; `records` are all of that number, in order. `recordsOf` reads another's. */
  add(
    key: string,
    record: TicketRecord,
    records: readonly TicketRecord[],
    recordsOf: (key: string) => readonly TicketRecord[],
  ): void {
    const touched = this.#line.add(key, record);
    this.#derive(key, records);
    for (const other of touched) if (this.#mayBePresumed(other)) this.#derive(other, recordsOf(other));
  }

  /** Takes in all records there are, into books that are still empty. */
  addAll(tickets: ReadonlyMap<string, readonly TicketRecord[]>): void {
    this.#line.addAll(tickets);
    for (const [key, records] of tickets) this.#derive(key, records);
  }

  /** Forgets a number whose records are gone. */
  drop(key: string): void {
    this.#derive(key, []);
    this.#visits.delete(key);
  }

  /** Derives a number again after its records changed otherwise than by an added one. */
  refresh(key: string, records: readonly TicketRecord[]): void {
    this.#derive(key, records);
  }

  forgetBefore(date: string, at: number): void {
    this.#line.forgetBefore(at);
    this.#emptyings.clear();
    this.tally.forgetBefore(date, at);
  }

  /** The visits waiting at `now`; those whose wait outlived the hall's day are no longer. */
  *waiting(now: number): Generator<{ visit: Visit; service: string | null; since: number }> {
    for (const visit of this.#waiting) {
      const leg = openLeg(visit);
      if (leg && leg.from <= now && now < this.waitOverAt(leg.from)) {
        yield { visit, service: this.#known(leg.service), since: leg.from };
      }
    }
  }

  /** Visits called, not started, and by `now` presumed no-shows (Q2), with the moment it became so. */
  *presumedNoShows(now: number): Generator<{ visit: Visit; at: number; service: string | null }> {
    for (const visit of this.#called) {
      const at = this.#noShowAt(visit);
      if (at !== null && at <= now) yield { visit, at, service: this.#known(visit.service) };
    }
  }

  /** The next moment after `now` at which a called ticket becomes a presumed no-show, or a wait is over. */
  nextChangeAt(now: number): number | null {
    const moments = [
      ...[...this.#called].map((visit) => this.#noShowAt(visit)),
      ...[...this.#waiting].map((visit) => this.waitOverAt(openLeg(visit)?.from ?? now)),
    ].filter((at) => at !== null && at > now) as number[];
    return moments.length > 0 ? Math.min(...moments) : null;
  }

  /**
   * A desk's latest turn: when it began, the visit that is there at `now`, called or being served, and otherwise since when
   * the desk is free again. Null when the desk never turned to anyone.
   */
  latestTurn(desk: string, now: number): { at: number; visit: Visit | null; freeSince: number } | null {
    const turn = this.#line.latest(desk);
    if (!turn) return null;
    const { at } = turn.record;
    const visit = this.#visits.get(turn.key)?.findLast((candidate) => candidate.turn?.record === turn.record);
    if (!visit) return { at, visit: null, freeSince: at };
    const noShowAt = visit.state === 'called' ? this.#noShowAt(visit) : null;
    const isGone = noShowAt !== null && noShowAt <= now;
    const isThere = isAtDesk(visit.state) && visit.desk === desk && !isGone;
    return {
      at,
      visit: isThere ? visit : null,
      freeSince: Math.max(at, visit.turn?.leftAt ?? (isGone ? noShowAt : at)),
    };
  }

  /**
   * A wait that nothing ended is over when the hall is empty by definition; in a hall that is open then, after 24 h.
   * Without this, yesterday's forgotten tickets would wait on the wall for ever.
   */
  waitOverAt(from: number): number {
    const emptying = this.#emptyingAfter(from);
    return emptying.isOpen ? from + longestWaitMs : emptying.at;
  }

  #emptyingAfter(from: number): { at: number; isOpen: boolean } {
    const { days, hours } = this.#config;
    const part = days.part(from);
    const known = this.#emptyings.get(part);
    if (known) return known;
    const today = days.of(from);
    const at = from < today.emptyAt ? today.emptyAt : days.shift(today, 1).emptyAt;
    const emptying = { at, isOpen: hours.isOpen(at) };
    this.#emptyings.set(part, emptying);
    return emptying;
  }

  #derive(key: string, records: readonly TicketRecord[]): void {
    const before = this.#visits.get(key) ?? none;
    for (const visit of before) {
      this.#waiting.delete(visit);
      this.#called.delete(visit);
    }
    const visits = visitsOf(before[0]?.number ?? key.slice(key.indexOf('|') + 1), records);
    this.#visits.set(key, visits);
    for (const visit of visits) {
      this.#presume(visit);
      if (visit.state === 'waiting' && openLeg(visit)) this.#waiting.add(visit);
      if (visit.state === 'called') this.#called.add(visit);
    }
    // What a visit told the tally follows from the visit, so it needn't be kept beside it.
    this.tally.replace(this.#marksOf(before), this.#marksOf(visits));
  }

  /** True when a turn of its desk to another may end a visit of this number, or change such an end. */
  #mayBePresumed(key: string): boolean {
    return this.#visits.get(key)?.some(({ state, presumed }) => presumed || isAtDesk(state)) ?? false;
  }

  /** Q2: a desk that turns to another ticket has ended the one before; a real end, whenever it comes, replaces this. */
  #presume(visit: Visit): void {
    if (!isAtDesk(visit.state) || visit.turn === null) return;
    const turnedAt = this.#line.turnAfter(visit.turn.record);
    // Whom a desk turns to today says nothing about whom it forgot to end yesterday.
    if (turnedAt === null || turnedAt >= this.waitOverAt(visit.turn.record.at)) return;
    const noShowAt = visit.state === 'called' ? this.#noShowAt(visit) : null;
    const isNoShow = noShowAt !== null && noShowAt < turnedAt;
    visit.state = isNoShow ? 'no-show' : 'finished';
    visit.endedAt = isNoShow ? noShowAt : turnedAt;
    visit.turn.leftAt = visit.endedAt;
    visit.presumed = true;
  }

  #noShowAt(visit: Visit): number | null {
    const after = this.#config.standard(visit.service, visit.tier).noShowMin;
    if (visit.lastCallAt === null || typeof after !== 'number') return null;
    return visit.lastCallAt + after * minuteMs;
  }

  #marksOf(visits: readonly Visit[]): Mark[] {
    const marks: Mark[] = [];
    for (const visit of visits) this.#mark(visit, marks);
    return marks;
  }

  #mark(visit: Visit, marks: Mark[]): void {
    const first = visit.legs[0];
    if (visit.issuedAt !== null) {
      marks.push({ what: 'issued', at: visit.issuedAt, service: this.#known(first?.service ?? visit.service) });
    }
    for (const leg of visit.legs) {
      const service = this.#known(leg.service);
      marks.push({ what: 'wait-begins', at: leg.from, service });
      marks.push({ what: 'wait-ends', at: leg.to ?? this.waitOverAt(leg.from), service });
      if (leg.to !== null && leg.called) {
        marks.push({ what: 'called', at: leg.to, service });
        if (this.#isWithin(leg.service, visit.tier, leg.to - leg.from))
          marks.push({ what: 'within', at: leg.to, service });
      }
    }
    for (const call of visit.callsWithoutWait)
      marks.push({ what: 'called', at: call.at, service: this.#known(call.service) });
    if (visit.endedAt !== null && isEnded(visit)) {
      const what = visit.state === 'finished' ? 'served' : 'abandoned';
      marks.push({ what, at: visit.endedAt, service: this.#known(visit.service) });
    }
  }

  #isWithin(service: string | null, tier: string | null, waitedMs: number): boolean {
    const limitMin = this.#config.standard(service, tier).waitLimitMin;
    return limitMin !== undefined && waitedMs <= limitMin * minuteMs;
  }

  /** Only services of the registry get a row of their own: ids come from messages and must not grow without bound. */
  #known(service: string | null): string | null {
    return service !== null && this.#config.serviceIds.has(service) ? service : null;
  }
}
