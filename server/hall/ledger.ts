// The books of a hall's queue: what all visits together say, kept up to date event by event. Derived wholly from the
// ticket records, so it can be thrown away and made again (a new config, a snapshot).
import type { HallConfig } from '../config/hall-config.ts';
import type { Turn } from './desk-line.ts';
import { DeskLine } from './desk-line.ts';
import { itemsOf } from './items.ts';
import { withOne } from './lists.ts';
import { matchRulesOf } from './match-rules.ts';
import type { HallState } from './state.ts';
import type { Mark, Stretch } from './tally.ts';
import { stretched, Tally } from './tally.ts';
import type { IndexChange } from './ticket-index.ts';
import { TicketIndex } from './ticket-index.ts';
import type { Leg, TicketRecord, Visit } from './tickets.ts';
import { openLeg } from './tickets.ts';
import type { VisitsChange } from './trace.ts';
import { goesOn } from './trace.ts';
import { known, marksOf } from './visit-marks.ts';
import { desksOf, isAtDesk, isRecalled, isSameStory, isShared, mayBePresumed, ticketOf } from './visit-traits.ts';
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
  /** The name of its class in `lines`; null where a doubtful clock timed its beginning, so that it has no place among others. */
  line: string | null;
  /** Which visit waits: its first record. */
  of: TicketRecord;
}

/** What one record changed: where in time, and which numbers' visits. */
export interface Rebooked extends Stretch {
  visits: readonly VisitsChange[];
}

/** Keeps sums and what may still change by itself. Visits are derived when needed: a day's would weigh more than its records. */
export class Ledger {
  readonly tally: Tally;
  /** Who waits, by class. */
  readonly lines = new WaitingLines();
  readonly #config: HallConfig;
  readonly #tickets: ReadonlyMap<string, Records>;
  readonly #line = new DeskLine();
  readonly #index: TicketIndex;
  /** By number, the waits that go on and the visits called and not yet started: asked about at every look at the hall. */
  readonly #waits = new Map<string, readonly OpenWait[]>();
  readonly #called = new Map<string, readonly Visit[]>();
  /** Numbers of those called again since the desk's turn to them. */
  readonly #recalled = new Set<string>();
  /** How many records there are, by local date. */
  readonly #recordsOn = new Map<string, number>();
  /** When the hall empties next and whether it's open then, by the part of the day a wait began in. */
  readonly #emptyings = new Map<string, { at: number; isOpen: boolean }>();

  readonly #isUnsure: (at: number) => boolean;

  /**
   * `tickets` are the state's records by number: all are booked now, later ones as they are told of; `folded` is counted besides.
   * `isUnsure`: a doubtful clock of the queue machines stood at this effective time.
   */
  constructor(
    config: HallConfig,
    { tickets, folded }: Pick<HallState, 'tickets' | 'folded'>,
    isUnsure: (at: number) => boolean = () => false,
  ) {
    this.#config = config;
    this.#tickets = tickets;
    this.#isUnsure = isUnsure;
    this.#index = new TicketIndex(tickets, matchRulesOf(config));
    this.tally = new Tally(config.days, folded);
    this.#line.addAll(tickets);
    for (const [key, records] of tickets) {
      for (const record of records) this.#countRecord(record, 1);
      this.#book(key, none, this.visitsOf(key));
    }
  }

  /** Takes in one new record of a number, at index `i` of its records now, given those before and now. */
  add(key: string, i: number, before: Records, now: Records): Rebooked {
    const record = now[i] as TicketRecord;
    const previous = this.#line.previous(record);
    const other = previous?.key === key ? null : previous;
    const othersTold = other ? this.visitsOf(other.key, other.record.at) : none;
    const { before: told, now: tells } = this.#index.change(key, before, now, i);
    this.#presumeAll(told);
    this.#line.add(key, record);
    this.#presumeAll(tells);
    this.#countRecord(record, 1);
    const { desks, ...along } = this.#reach(record, { before: told, now: tells });
    const visits: VisitsChange[] = [{ key, before: told, now: tells, desks }];
    const changes = [along, this.#book(key, told, tells), this.#noShows([...told, ...tells])];
    // The desk's turn to this number may end the visit it had before, or change such an end.
    if (other && othersTold.some(mayBePresumed)) {
      const now = this.visitsOf(other.key, other.record.at);
      visits.push({ key: other.key, before: othersTold, now, desks: desksOf(othersTold) });
      changes.push(this.#book(other.key, othersTold, now));
    }
    let stretch = stretched(null, record.at);
    for (const change of changes) if (change) stretch = stretched(stretched(stretch, change.from), change.to);
    return { ...stretch, visits };
  }

  /** Where the story of desks may read otherwise for a new record of a number, and that of whom a no-show was presumed of. */
  #reach(record: TicketRecord, { before, now }: IndexChange): Stretch & { desks: string[] } {
    const old = before.filter((visit) => !now.some((other) => isSameStory(visit, other)));
    const changed = now.filter((visit) => !before.some((other) => isSameStory(visit, other)));
    let stretch = stretched(null, this.#silentBefore(record, changed) ?? record.at);
    // What a desk does changes until it turns to somebody else.
    const until = (from: TicketRecord, desk: string) => {
      stretch = stretched(stretch, this.#line.turnAfter(from, desk) ?? this.#heldUntil(from.at));
    };
    const desks = new Set(desksOf([...old, ...changed]));
    if (record.said.desk !== undefined) desks.add(record.said.desk);
    for (const desk of desks) until(record, desk);
    // Nearly always one visit goes on by one record. Where others change too, so does all that they say of desks.
    if (old.length > 1 || changed.length > 1) {
      for (const { records, turn } of [...old, ...changed]) {
        stretch = stretched(stretch, records[0]?.at ?? record.at);
        for (const { said } of records) if (said.desk !== undefined) desks.add(said.desk);
        if (turn) until(turn.record, turn.desk);
      }
    }
    return { ...stretch, desks: [...desks] };
  }

  /** Takes in that records of a number were forgotten, given what it told of before. */
  shorten(key: string, before: readonly Visit[], gone: Records): void {
    for (const record of gone) this.#countRecord(record, -1);
    const now = this.#index.reread(key);
    this.#presumeAll(now);
    this.#book(key, before, now);
  }

  /** Takes in that records of a number were dropped from among those that are kept, given what it told of before. */
  drop(key: string, before: readonly Visit[], gone: Records): void {
    this.#line.forget(key, gone);
    this.shorten(key, before, gone);
  }

  forgetBefore(date: string, at: number): void {
    this.#line.forgetBefore(at);
    this.#emptyings.clear();
    for (const day of this.#recordsOn.keys()) if (day < date) this.#recordsOn.delete(day);
    this.tally.forgetBefore(date, at);
  }

  /** How many records there are of a local date (Q3). */
  recordsOn(date: string): number {
    return this.#recordsOn.get(date) ?? 0;
  }

  /**
   * The visits of a number, its ends presumed by Q2 included; none for one that isn't kept. Those that were over before `since` (epoch
   * ms) may be left out.
   */
  visitsOf(key: string, since?: number): Visit[] {
    const visits = this.#index.visitsOf(key, since);
    this.#presumeAll(visits);
    return visits;
  }

  /** Numbers whose visits may say anything about the time from `from` on, up to but without `to`. */
  *touching(from: number, to: number): Generator<string> {
    for (const [key, records] of this.#tickets) {
      if ((records[0]?.at ?? to) >= to) continue;
      // What isn't said to be over may be over by what came later elsewhere, or not at all.
      const last = records.findLast(({ said }) => said.event !== 'rated');
      if (!last || last.at >= from || !endings.has(last.said.event) || isShared(records, from)) yield key;
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
        marks.push({ what: 'abandoned', at, service: known(this.#config, visit.service) });
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
      if (at !== null && at <= now) yield { at, service: known(this.#config, visit.service) };
    }
  }

  /** The next moment after `now` at which a called ticket becomes a presumed no-show, or a wait begins or is over. */
  nextChangeAt(now: number): number | null {
    const moments = [
      ...[...this.#called.values()].flat().map((visit) => this.noShowAt(visit)),
      ...[...this.#waits.values()].flat().map(({ since }) => (since > now ? since : this.waitOverAt(since))),
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
    const visit = this.visitsOf(turn.key, at).findLast((candidate) => candidate.turn?.record === turn.record);
    const there = visit && this.#isThere(visit, desk, now) ? { key: turn.key, visit } : this.#calledBack(desk, now);
    if (there) {
      const ticket = ticketOf(there.key);
      return { at, ticket, visit: there.visit, items: itemsOf(there.visit), freeSince: at };
    }
    const noShowAt = visit?.state === 'called' ? this.noShowAt(visit) : null;
    const leftAt = visit?.turn?.leftAt ?? (noShowAt !== null && noShowAt <= now ? noShowAt : at);
    return { at, ticket: null, visit: null, items: none, freeSince: Math.max(at, leftAt) };
  }

  #isThere(visit: Visit, desk: string, now: number): boolean {
    const noShowAt = visit.state === 'called' ? this.noShowAt(visit) : null;
    return isAtDesk(visit) && visit.desk === desk && (noShowAt === null || noShowAt > now);
  }

  /** Whom a desk called again after it had turned to somebody else, who has left since. */
  #calledBack(desk: string, now: number): { key: string; visit: Visit } | null {
    for (const key of this.#recalled) {
      const visit = this.#called.get(key)?.findLast((one) => isRecalled(one) && this.#isThere(one, desk, now));
      if (visit) return { key, visit };
    }
    return null;
  }

  /**
   * A wait that nothing ended is over when the hall is empty by definition; in a hall that is open then, after 24 h.
   * Without this, yesterday's forgotten tickets would wait on the wall for ever.
   */
  waitOverAt(from: number): number {
    const emptying = this.#emptyingAfter(from);
    return emptying.isOpen ? from + longestWaitMs : emptying.at;
  }

  /** Until when what a desk does at `at` may hold: nothing of it outlives an emptying while the hall is closed. */
  #heldUntil(at: number): number {
    const emptying = this.#emptyingAfter(at);
    return emptying.isOpen ? goesOn : emptying.at;
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

  /** Books what visits of a number tell now in place of what they told before. */
  #book(key: string, before: readonly Visit[], now: readonly Visit[]): Stretch | null {
    const isTold = (first: TicketRecord | undefined) => before.some(({ records }) => records[0] === first);
    const open = this.#waits.get(key) ?? none;
    let waits: readonly OpenWait[] = open.some(({ of }) => !isTold(of)) ? open.filter(({ of }) => !isTold(of)) : none;
    let called = this.#called.get(key) ?? none;
    called = called.some(({ records }) => !isTold(records[0]))
      ? called.filter(({ records }) => !isTold(records[0]))
      : none;
    for (const { of, line, since } of open) if (line !== null && isTold(of)) this.lines.remove(line, since);
    for (const visit of now) {
      const leg = visit.state === 'waiting' ? openLeg(visit) : null;
      if (leg) {
        const wait = this.#openWait(leg, visit);
        waits = withOne(waits, wait);
        if (wait.line !== null) this.lines.add(wait.line, wait.since);
      }
      if (visit.state === 'called') called = withOne(called, visit);
    }
    for (const visit of before) this.#passing(visit, (line, since) => this.lines.forgetCalled(line, since));
    for (const visit of now) this.#passing(visit, (line, since) => this.lines.noteCalled(line, since));
    put(this.#waits, key, waits);
    put(this.#called, key, called);
    if (called.some(isRecalled)) this.#recalled.add(key);
    else this.#recalled.delete(key);
    return this.tally.replace(this.marksOf(before), this.marksOf(now));
  }

  #openWait(leg: Leg, visit: Visit): OpenWait {
    const line = this.#isUnsure(leg.from) ? null : this.#lineOf(leg, visit);
    const of = visit.records[0] as TicketRecord;
    return { service: known(this.#config, leg.service), since: leg.from, line, of };
  }

  #lineOf({ service }: Leg, { tier, priority }: Visit): string {
    return this.lines.nameOf({ service: known(this.#config, service), tier, priority });
  }

  /** A call tells of those passed over, unless it was by appointment, or of somebody sent on from another desk. */
  #passing(visit: Visit, note: (line: string, since: number) => void): void {
    const leg = visit.legs[0];
    if (leg?.called && !visit.appointment) note(this.#lineOf(leg, visit), leg.from);
  }

  /** From when on, before this record of a number, its customer was called and presumed not to come; null if not. */
  #silentBefore(record: TicketRecord, visits: readonly Visit[]): number | null {
    const visit = visits.find(({ records }) => records.includes(record));
    const before = visit?.records[visit.records.indexOf(record) - 1];
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

  #countRecord({ at }: TicketRecord, by: 1 | -1): void {
    const { date } = this.#config.days.of(at);
    this.#recordsOn.set(date, this.recordsOn(date) + by);
  }

  #presumeAll(visits: readonly Visit[]): void {
    for (const visit of visits) this.#presume(visit);
  }

  /** Q2: a desk that turns to another ticket has ended the one before; a real end, whenever it comes, replaces this. */
  #presume(visit: Visit): void {
    if (!isAtDesk(visit) || visit.turn === null) return;
    const turnedAt = this.#line.turnAfter(visit.turn.record);
    // Whom a desk turns to today says nothing about whom it forgot to end yesterday.
    if (turnedAt === null || turnedAt >= this.waitOverAt(visit.turn.record.at)) return;
    // Whom it called again after that isn't gone.
    if (visit.state === 'called' && (visit.lastCallAt ?? 0) > turnedAt) return;
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
    return marksOf(this.#config, (from) => this.waitOverAt(from), visits);
  }
}

/** A desk's turn to a ticket; `ticket` and `visit` are null once it has left. `items`: its business items so far. */
export interface DeskTurn {
  at: number;
  ticket: string | null;
  visit: Visit | null;
  items: readonly string[];
  freeSince: number;
}

/** Keeps no entry for an empty list. */
function put<T>(lists: Map<string, readonly T[]>, key: string, list: readonly T[]): void {
  if (list.length > 0) lists.set(key, list);
  else lists.delete(key);
}
