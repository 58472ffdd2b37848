// The books of a hall's queue: what all visits together say, kept up to date event by event. Derived wholly from the
// ticket records, so it can be thrown away and made again (a new config, a snapshot).
import type { HallConfig } from '../config/hall-config.ts';
import type { Turn } from './desk-line.ts';
import { DeskLine } from './desk-line.ts';
import { itemsOf } from './items.ts';
import { withOne } from './lists.ts';
import type { Mark, Stretch } from './tally.ts';
import { stretched, Tally } from './tally.ts';
import type { Leg, TicketRecord, Visit } from './tickets.ts';
import { isEnded, openLeg, visitsOf } from './tickets.ts';
import type { VisitsBefore } from './trace.ts';
import { goesOn } from './trace.ts';
import { WaitingLines } from './waits/waiting-lines.ts';

const minuteMs = 60_000;
const longestWaitMs = 24 * 3_600_000;
const none: readonly never[] = [];
const endings: ReadonlySet<string> = new Set(['finished', 'no-show', 'cancelled']);

type Records = readonly TicketRecord[];

/** A wait that nothing has ended; `service` is null when the registry doesn't know it. */
interface OpenWait {
  service: string | null;
  since: number;
  /** The name of its class in `lines`. */
  line: string;
}

/** What one record changed: where in time, and which numbers' visits. */
export interface Rebooked extends Stretch {
  visits: readonly VisitsBefore[];
}

/** Keeps sums and what may still change by itself. Visits are derived when needed: a day's would weigh more than its records. */
export class Ledger {
  readonly tally: Tally;
  /** Who waits, by class. */
  readonly lines = new WaitingLines();
  readonly #config: HallConfig;
  readonly #tickets: ReadonlyMap<string, Records>;
  readonly #line = new DeskLine();
  /** By number, the waits that go on and the visits called and not yet started: asked about at every look at the hall. */
  readonly #waits = new Map<string, readonly OpenWait[]>();
  readonly #called = new Map<string, readonly Visit[]>();
  /** How many numbers were heard of, by local date. */
  readonly #numbers = new Map<string, number>();
  /** When the hall empties next and whether it's open then, by the part of the day a wait began in. */
  readonly #emptyings = new Map<string, { at: number; isOpen: boolean }>();

  /** `tickets` are the state's records by number: all are booked now, later ones as they are told of. */
  constructor(config: HallConfig, tickets: ReadonlyMap<string, Records>) {
    this.#config = config;
    this.#tickets = tickets;
    this.tally = new Tally(config.days);
    this.#line.addAll(tickets);
    for (const [key, records] of tickets) {
      records.forEach((record, i) => {
        this.#countNumber(record, records.slice(0, i));
      });
      this.#book(key, none, this.#visitsOf(records));
    }
  }

  /** Takes in one new record of a number, given all of that number before and now. */
  add(key: string, record: TicketRecord, before: Records, now: Records): Rebooked {
    const previous = this.#line.previous(record);
    const others = previous === null || previous === key ? none : (this.#tickets.get(previous) ?? none);
    const told = this.#visitsOf(before);
    const othersTold = this.#visitsOf(others);
    this.#line.add(key, record);
    this.#countNumber(record, before);
    const visits = [{ key, records: before, visits: told }];
    const tells = this.#visitsOf(now);
    const changes = [this.#book(key, told, tells), this.#noShows([...told, ...tells])];
    // The desk's turn to this number may end the visit it had before, or change such an end.
    if (previous !== null && othersTold.some(mayBePresumed)) {
      visits.push({ key: previous, records: others, visits: othersTold });
      changes.push(this.#book(previous, othersTold, this.#visitsOf(others)));
    }
    // What the desk does changes until it turns to somebody else.
    const desk = record.said.desk ?? told.findLast(({ turn }) => turn !== null)?.turn?.desk;
    const until = desk === undefined ? record.at : (this.#line.turnAfter(record, desk) ?? goesOn);
    let stretch = stretched(stretched(null, record.at), until);
    const silentFrom = this.#silentBefore(record, now, tells);
    if (silentFrom !== null) stretch = stretched(stretch, silentFrom);
    for (const change of changes) if (change) stretch = stretched(stretched(stretch, change.from), change.to);
    return { ...stretch, visits };
  }

  /** Takes in that records of a number were forgotten. */
  shorten(key: string, before: Records, now: Records): void {
    this.#book(key, this.#visitsOf(before), this.#visitsOf(now));
  }

  forgetBefore(date: string, at: number): void {
    this.#line.forgetBefore(at);
    this.#emptyings.clear();
    for (const day of this.#numbers.keys()) if (day < date) this.#numbers.delete(day);
    this.tally.forgetBefore(date, at);
  }

  /** How many numbers were heard of on a local date (Q3). */
  numbersOn(date: string): number {
    return this.#numbers.get(date) ?? 0;
  }

  /** The visits of a number, its ends presumed by Q2 included; none for one that isn't kept. */
  visitsOf(key: string): readonly Visit[] {
    return this.#visitsOf(this.#tickets.get(key) ?? none);
  }

  /** Numbers whose visits may say anything about the time from `from` on, up to but without `to`. */
  *touching(from: number, to: number): Generator<string> {
    for (const [key, records] of this.#tickets) {
      if ((records[0]?.at ?? to) >= to) continue;
      // What isn't said to be over may be over by what came later elsewhere, or not at all.
      const last = records.findLast(({ said }) => said.event !== 'rated');
      if (!last || last.at >= from || !endings.has(last.said.event)) yield key;
    }
  }

  /** What visits tell of the time from `from` on, up to but without `to`, as of `now`: presumed no-shows included. */
  marksWithin(from: number, to: number, now: number): Mark[] {
    const marks: Mark[] = [];
    for (const key of this.touching(from, to)) {
      const visits = this.visitsOf(key);
      for (const mark of this.marksOf(visits)) if (mark.at >= from && mark.at < to) marks.push(mark);
      for (const visit of visits) {
        const at = visit.state === 'called' ? this.noShowAt(visit) : null;
        if (at === null || at > now || at < from || at >= to) continue;
        marks.push({ what: 'abandoned', at, service: this.#known(visit.service) });
      }
    }
    return marks;
  }

  /** Turns of a desk that may say anything about the time from `from` on, up to but without `to`, in order. */
  turnsAt(desk: string, from: number, to: number): readonly Turn[] {
    return this.#line.within(desk, from, to);
  }

  /** Who waits at `now`; those whose wait outlived the hall's day no longer do. */
  *waiting(now: number): Generator<OpenWait> {
    for (const waits of this.#waits.values()) {
      for (const wait of waits) if (wait.since <= now && now < this.waitOverAt(wait.since)) yield wait;
    }
  }

  /** Visits called, not started, and by `now` presumed no-shows (Q2), with the moment it became so. */
  *presumedNoShows(now: number): Generator<{ at: number; service: string | null }> {
    for (const visit of [...this.#called.values()].flat()) {
      const at = this.noShowAt(visit);
      if (at !== null && at <= now) yield { at, service: this.#known(visit.service) };
    }
  }

  /** The next moment after `now` at which a called ticket becomes a presumed no-show, or a wait is over. */
  nextChangeAt(now: number): number | null {
    const moments = [
      ...[...this.#called.values()].flat().map((visit) => this.noShowAt(visit)),
      ...[...this.#waits.values()].flat().map(({ since }) => this.waitOverAt(since)),
    ].filter((at) => at !== null && at > now) as number[];
    return moments.length > 0 ? Math.min(...moments) : null;
  }

  /**
   * A desk's latest turn: when it began, the ticket and visit that are there at `now`, called or being served, and otherwise
   * since when the desk is free again. Null when the desk never turned to anyone.
   */
  latestTurn(desk: string, now: number): DeskTurn | null {
    const turn = this.#line.latest(desk);
    if (!turn) return null;
    const { at } = turn.record;
    const visits = this.#visitsOf(this.#tickets.get(turn.key) ?? none);
    const visit = visits.findLast((candidate) => candidate.turn?.record === turn.record);
    if (!visit) return { at, ticket: null, visit: null, items: none, freeSince: at };
    const noShowAt = visit.state === 'called' ? this.noShowAt(visit) : null;
    const isGone = noShowAt !== null && noShowAt <= now;
    const isThere = isAtDesk(visit) && visit.desk === desk && !isGone;
    return {
      at,
      ticket: isThere ? turn.key.slice(turn.key.indexOf('|') + 1) : null,
      visit: isThere ? visit : null,
      items: isThere ? itemsOf(visit, this.#tickets.get(turn.key) ?? none) : none,
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

  /** Books what a number's visits tell now in place of what they told before, which follows from its records. */
  #book(key: string, before: readonly Visit[], now: readonly Visit[]): Stretch | null {
    let waits: readonly OpenWait[] = none;
    let called: readonly Visit[] = none;
    for (const visit of now) {
      const leg = visit.state === 'waiting' ? openLeg(visit) : null;
      if (leg) waits = withOne(waits, this.#openWait(leg, visit));
      if (visit.state === 'called') called = withOne(called, visit);
    }
    for (const visit of before) this.#passing(visit, (line, since) => this.lines.forgetCalled(line, since));
    for (const visit of now) this.#passing(visit, (line, since) => this.lines.noteCalled(line, since));
    for (const { line, since } of this.#waits.get(key) ?? none) this.lines.remove(line, since);
    for (const { line, since } of waits) this.lines.add(line, since);
    put(this.#waits, key, waits);
    put(this.#called, key, called);
    return this.tally.replace(this.marksOf(before), this.marksOf(now));
  }

  #openWait(leg: Leg, visit: Visit): OpenWait {
    return { service: this.#known(leg.service), since: leg.from, line: this.#lineOf(leg, visit) };
  }

  #lineOf({ service }: Leg, { tier, priority }: Visit): string {
    return this.lines.nameOf({ service: this.#known(service), tier, priority });
  }

  /** A call tells of those passed over, unless it was by appointment, or of somebody sent on from another desk. */
  #passing(visit: Visit, note: (line: string, since: number) => void): void {
    const leg = visit.legs[0];
    if (leg?.called && !visit.appointment) note(this.#lineOf(leg, visit), leg.from);
  }

  /** From when on, before this record of a number, its customer was called and presumed not to come; null if not. */
  #silentBefore(record: TicketRecord, records: Records, visits: readonly Visit[]): number | null {
    const i = records.indexOf(record);
    const before = records[i - 1];
    const visit = visits.find(({ from, to }) => i > from && i < to);
    if (!before || !visit || !['called', 'recalled'].includes(before.said.event)) return null;
    const after = this.#config.standard(visit.service, visit.tier).noShowMin;
    const at = typeof after === 'number' ? before.at + after * minuteMs : record.at;
    return at < record.at ? at : null;
  }

  /** When visits that were called are presumed no-shows: no mark tells of what time alone does. */
  #noShows(visits: readonly Visit[]): Stretch | null {
    let stretch: Stretch | null = null;
    for (const visit of visits) {
      const at = visit.state === 'called' ? this.noShowAt(visit) : null;
      if (at !== null) stretch = stretched(stretch, at);
    }
    return stretch;
  }

  #countNumber({ at }: TicketRecord, others: Records): void {
    const { date, start, end } = this.#config.days.of(at);
    const isKnown = others.some((other) => other.at >= start && other.at < end);
    if (!isKnown) this.#numbers.set(date, this.numbersOn(date) + 1);
  }

  #visitsOf(records: Records): readonly Visit[] {
    const visits = visitsOf(records);
    for (const visit of visits) this.#presume(visit);
    return visits;
  }

  /** Q2: a desk that turns to another ticket has ended the one before; a real end, whenever it comes, replaces this. */
  #presume(visit: Visit): void {
    if (!isAtDesk(visit) || visit.turn === null) return;
    const turnedAt = this.#line.turnAfter(visit.turn.record);
    // Whom a desk turns to today says nothing about whom it forgot to end yesterday.
    if (turnedAt === null || turnedAt >= this.waitOverAt(visit.turn.record.at)) return;
    const noShowAt = visit.state === 'called' ? this.noShowAt(visit) : null;
    const isNoShow = noShowAt !== null && noShowAt < turnedAt;
    visit.state = isNoShow ? 'no-show' : 'finished';
    visit.endedAt = isNoShow ? noShowAt : turnedAt;
    visit.turn.leftAt = visit.endedAt;
    visit.presumed = true;
  }

  /** When a visit that was called and goes on so becomes a presumed no-show; null for never. */
  noShowAt(visit: Visit): number | null {
    const after = this.#config.standard(visit.service, visit.tier).noShowMin;
    if (visit.lastCallAt === null || typeof after !== 'number') return null;
    return visit.lastCallAt + after * minuteMs;
  }

  /** What visits tell, one by one; what time alone tells (presumed no-shows) isn't in it. */
  marksOf(visits: readonly Visit[]): Mark[] {
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
        marks.push({ what: 'called', at: leg.to, service, ms: leg.to - leg.from });
        if (this.#isWithin(leg.service, visit.tier, leg.to - leg.from))
          marks.push({ what: 'within', at: leg.to, service });
      }
    }
    for (const call of visit.callsWithoutWait)
      marks.push({ what: 'called', at: call.at, service: this.#known(call.service) });
    if (visit.endedAt !== null && isEnded(visit)) {
      const service = this.#known(visit.service);
      const ms = serviceMs(visit);
      if (visit.state !== 'finished') marks.push({ what: 'abandoned', at: visit.endedAt, service });
      else marks.push({ what: 'served', at: visit.endedAt, service, ...(ms === null ? {} : { ms }) });
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

/** Q4: from started, or called if never started; null where the call isn't known. */
export function serviceMs({ startedAt, endedAt, legs, callsWithoutWait }: Visit): number | null {
  const calledAt = legs.findLast(({ called }) => called)?.to ?? callsWithoutWait.at(-1)?.at ?? null;
  const from = startedAt ?? calledAt;
  return from === null || endedAt === null ? null : endedAt - from;
}

/** A desk's turn to a ticket; `ticket` and `visit` are null once it has left. `items`: its business items so far. */
export interface DeskTurn {
  at: number;
  ticket: string | null;
  visit: Visit | null;
  items: readonly string[];
  freeSince: number;
}

/** True for the visits that Q2 may presume an end of. */
function isAtDesk({ state }: Visit): boolean {
  return state === 'called' || state === 'serving';
}

function mayBePresumed(visit: Visit): boolean {
  return visit.presumed || isAtDesk(visit);
}

/** Keeps no entry for an empty list. */
function put<T>(lists: Map<string, readonly T[]>, key: string, list: readonly T[]): void {
  if (list.length > 0) lists.set(key, list);
  else lists.delete(key);
}
