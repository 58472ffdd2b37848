// A ticket's events, in any order of arrival, and the visits they tell of: rules I3, Q1, Q2 and Q4.
import type { TicketEvent } from '../contracts/names.ts';
import { withOne } from './lists.ts';

/** What one event of a ticket says, but for when and of which number. */
export interface TicketWord {
  device: string;
  boot: number;
  event: TicketEvent | 'rated';
  service: string | undefined;
  tier: string | undefined;
  desk: string | undefined;
  item: string | undefined;
  toService: string | undefined;
  toDesk: string | undefined;
  priority: boolean | number | undefined;
  appointment: boolean | number | undefined;
  score: number | undefined;
}

/** One event of one number; (device, boot, seq) names its message. `at` is effective time, epoch ms. */
export interface TicketRecord {
  at: number;
  seq: number;
  said: TicketWord;
}

export type VisitState = 'waiting' | 'called' | 'serving' | 'finished' | 'no-show' | 'cancelled';

/** One wait: from being issued or transferred until called, or until the customer gave up. */
export interface Leg {
  service: string | null;
  from: number;
  to: number | null;
  called: boolean;
}

/** A ticket's whole life. `presumed`: its end was not reported but follows from Q2. Times are epoch ms. */
export interface Visit {
  /** Its records are those of the number from index `from`, up to but without `to`. */
  from: number;
  to: number;
  issuedAt: number | null;
  service: string | null;
  tier: string | null;
  /** As the machine said it: 0 for an ordinary customer. */
  priority: number;
  appointment: boolean;
  legs: readonly Leg[];
  /** Calls that no known wait led to: the ticket's issue isn't known. */
  callsWithoutWait: readonly { at: number; service: string | null }[];
  state: VisitState;
  desk: string | null;
  /** The latest event that put the ticket at a desk, and when it left there; it may have been transferred since. */
  turn: { desk: string; record: TicketRecord; leftAt: number | null } | null;
  /** When the customer was last called or recalled: from here a no-show is presumed. */
  lastCallAt: number | null;
  /** How often the customer was called to the desk where they are awaited. */
  calls: number;
  startedAt: number | null;
  endedAt: number | null;
  presumed: boolean;
}

const none: readonly never[] = [];
const ownIssueMs = 24 * 3_600_000;
const orphanGapMs = 12 * 3_600_000;

/**
 * The visits that the ordered records of one number tell of. An event belongs to the latest `issued` at or before it,
 * at most 24 h back (I3); events without one make a visit whose issue is unknown, a new one after 12 h or after an end.
 */
export function visitsOf(records: readonly TicketRecord[]): readonly Visit[] {
  let visits: readonly Visit[] = none;
  let current: Visit | undefined;
  let lastAt = 0;
  let i = 0;
  for (const record of records) {
    const isIssue = record.said.event === 'issued';
    if (isIssue || !current || !belongs(current, record, lastAt)) {
      current = isIssue ? issuedVisit(record) : orphanVisit(record);
      current.from = i;
      visits = withOne(visits, current);
    }
    current.to = ++i;
    if (!isIssue) advance(current, record);
    lastAt = record.at;
  }
  return visits;
}

function belongs(visit: Visit, record: TicketRecord, lastAt: number): boolean {
  if (visit.issuedAt !== null) return record.at - visit.issuedAt <= ownIssueMs;
  return record.at - lastAt <= orphanGapMs && (visit.endedAt === null || !startsAgain(record));
}

function startsAgain(record: TicketRecord): boolean {
  return record.said.event === 'called' || record.said.event === 'started';
}

function issuedVisit(record: TicketRecord): Visit {
  const visit = orphanVisit(record);
  visit.issuedAt = record.at;
  visit.legs = [legFrom(visit.service, record.at)];
  return visit;
}

function legFrom(service: string | null, from: number): Leg {
  return { service, from, to: null, called: false };
}

function orphanVisit({ said }: TicketRecord): Visit {
  return {
    from: 0,
    to: 0,
    issuedAt: null,
    service: said.service ?? null,
    tier: said.tier ?? null,
    priority: Number(said.priority ?? 0),
    appointment: Boolean(said.appointment ?? false),
    legs: none,
    callsWithoutWait: none,
    state: 'waiting',
    desk: null,
    turn: null,
    lastCallAt: null,
    calls: 0,
    startedAt: null,
    endedAt: null,
    presumed: false,
  };
}

const ended = new Set<VisitState>(['finished', 'no-show', 'cancelled']);

/** Derives a visit's state from its next event. A finished visit only goes on by being started or transferred again. */
function advance(visit: Visit, record: TicketRecord): void {
  const { event, service, tier } = record.said;
  visit.tier ??= tier ?? null;
  if (visit.service === null && service) {
    visit.service = service;
    for (const leg of visit.legs) leg.service ??= service;
  }
  switch (event) {
    case 'called':
    case 'started':
      toDesk(visit, record);
      break;
    case 'recalled':
      if (visit.state !== 'called') break;
      visit.lastCallAt = record.at;
      visit.calls++;
      break;
    case 'finished':
    case 'no-show':
    case 'cancelled':
      end(visit, event, record.at);
      break;
    case 'transferred':
      transfer(visit, record);
      break;
    default:
      break;
  }
}

function toDesk(visit: Visit, record: TicketRecord): void {
  const { event, desk } = record.said;
  if (event === 'called' && visit.state === 'finished') return;
  const isCalledAgain = event === 'called' && visit.state === 'called' && (desk === undefined || desk === visit.desk);
  const isServedThere = visit.state === 'serving' && (desk === undefined || desk === visit.desk);
  visit.desk = desk ?? visit.desk;
  // Only a record with a desk stands in that desk's line of turns.
  if (desk !== undefined) visit.turn = { desk, record, leftAt: null };
  // A call that comes while the ticket is being served there tells nothing new.
  if (event === 'called' && isServedThere) return;
  const waiting = openLeg(visit);
  if (waiting) {
    waiting.to = record.at;
    waiting.called = true;
  } else if (visit.legs.length === 0 && visit.callsWithoutWait.length === 0) {
    visit.callsWithoutWait = [{ at: record.at, service: visit.service }];
  }
  visit.endedAt = null;
  if (event === 'started') {
    if (visit.state !== 'serving') visit.startedAt = record.at;
    visit.state = 'serving';
  } else {
    visit.calls = isCalledAgain ? visit.calls + 1 : 1;
    visit.state = 'called';
    visit.lastCallAt = record.at;
    visit.startedAt = null;
  }
}

function end(visit: Visit, state: 'finished' | 'no-show' | 'cancelled', at: number): void {
  if (visit.state === 'finished') return;
  const waiting = openLeg(visit);
  if (waiting) waiting.to = at;
  visit.state = state;
  visit.endedAt = at;
  leaveDesk(visit, at);
}

function leaveDesk(visit: Visit, at: number): void {
  if (visit.turn) visit.turn.leftAt ??= at;
}

/** Q2: the wait for the new service's limit begins again; `legs` keeps the earlier ones. */
function transfer(visit: Visit, record: TicketRecord): void {
  const waiting = openLeg(visit);
  if (waiting) waiting.to = record.at;
  visit.service = record.said.toService ?? visit.service;
  visit.legs = withOne(visit.legs, legFrom(visit.service, record.at));
  visit.state = 'waiting';
  visit.desk = null;
  leaveDesk(visit, record.at);
  visit.endedAt = null;
  visit.startedAt = null;
}

/** The wait that still goes on, if any. */
export function openLeg(visit: Visit): Leg | null {
  const leg = visit.legs.at(-1);
  return leg && leg.to === null ? leg : null;
}

/** True once the visit is over, reported or presumed. */
export function isEnded(visit: Visit): boolean {
  return ended.has(visit.state);
}
