// A visit, and what each event of its ticket makes of it: rules Q1, Q2 and Q4. Which event is of which visit, ticket-matching.ts says.
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
  /** Its own events, in order; the first one names the visit. */
  records: TicketRecord[];
  issuedAt: number | null;
  service: string | null;
  tier: string | null;
  /** As the machine said it: 0 for an ordinary customer. */
  priority: number;
  appointment: boolean;
  /** An appointment for later: until then the customer who has checked in doesn't wait. Null for none. */
  waitsFrom: number | null;
  legs: readonly Leg[];
  /** Calls that no known wait led to: the ticket's issue isn't known. */
  callsWithoutWait: { at: number; service: string | null }[];
  state: VisitState;
  desk: string | null;
  /** The desk it was at before, or was sent on from: what that one says of it later ends nothing. */
  leftDesk: string | null;
  /** It was sent on to this desk and wasn't called there yet. */
  sentTo: string | null;
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

/** A visit that begins with this event. `waitsFrom`: when its wait begins, if that is later than its issue. */
export function visitFrom(record: TicketRecord, waitsFrom: number | null): Visit {
  const visit = newVisit(record);
  if (record.said.event !== 'issued') {
    advance(visit, record);
    return visit;
  }
  visit.issuedAt = record.at;
  visit.waitsFrom = waitsFrom;
  visit.legs = [legFrom(visit.service, waitsFrom ?? record.at)];
  return visit;
}

/** Takes in the issue of a visit that was called before it, by a machine of another clock: how long it waited isn't known. */
export function noteIssue(visit: Visit, record: TicketRecord, waitsFrom: number | null): void {
  const { service, tier, priority, appointment } = record.said;
  visit.records.push(record);
  visit.issuedAt = record.at;
  visit.waitsFrom = waitsFrom;
  fillIn(visit, service, tier);
  visit.priority = Number(priority ?? visit.priority);
  visit.appointment = Boolean(appointment ?? visit.appointment);
  const isUntouched = visit.state === 'waiting' && visit.legs.length === 0;
  if (isUntouched) visit.legs = [legFrom(visit.service, waitsFrom ?? record.at)];
}

function fillIn(visit: Visit, service: string | undefined, tier: string | undefined): void {
  visit.tier ??= tier ?? null;
  if (visit.service !== null || !service) return;
  visit.service = service;
  for (const leg of visit.legs) leg.service ??= service;
  for (const call of visit.callsWithoutWait) call.service ??= service;
}

function legFrom(service: string | null, from: number): Leg {
  return { service, from, to: null, called: false };
}

function newVisit(record: TicketRecord): Visit {
  const { said } = record;
  return {
    records: [record],
    issuedAt: null,
    service: said.service ?? null,
    tier: said.tier ?? null,
    priority: Number(said.priority ?? 0),
    appointment: Boolean(said.appointment ?? false),
    waitsFrom: null,
    legs: none,
    callsWithoutWait: [],
    state: 'waiting',
    desk: null,
    leftDesk: null,
    sentTo: null,
    turn: null,
    lastCallAt: null,
    calls: 0,
    startedAt: null,
    endedAt: null,
    presumed: false,
  };
}

const ended = new Set<VisitState>(['finished', 'no-show', 'cancelled']);

/** Takes in a visit's next event, after its first. */
export function goOn(visit: Visit, record: TicketRecord): void {
  visit.records.push(record);
  advance(visit, record);
}

/** Derives a visit's state from its next event. A finished visit only goes on by being started or transferred again. */
function advance(visit: Visit, record: TicketRecord): void {
  const { event, service, tier } = record.said;
  fillIn(visit, service, tier);
  switch (event) {
    case 'called':
    case 'started':
      toDesk(visit, record);
      break;
    case 'recalled':
      recall(visit, record.at);
      break;
    case 'finished':
    case 'no-show':
      if (!isOfLeftDesk(visit, record.said.desk)) end(visit, event, record.at);
      break;
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

/** Who is called again was called, whatever was said of their not coming. */
function recall(visit: Visit, at: number): void {
  if (visit.state === 'no-show' && visit.lastCallAt !== null) {
    visit.state = 'called';
    visit.endedAt = null;
    if (visit.turn) visit.turn.leftAt = null;
  }
  if (visit.state !== 'called') return;
  visit.lastCallAt = at;
  visit.calls++;
}

/**
 * True for a word of the desk that a ticket was sent on from: it is done there, and goes on elsewhere. A word that names no desk is
 * taken for that desk's until the ticket is called again, where tickets are called at all.
 */
function isOfLeftDesk(visit: Visit, said: string | undefined): boolean {
  const { state, desk, leftDesk, sentTo } = visit;
  if (said === undefined) return state === 'waiting' && wasCalled(visit);
  if (state === 'waiting' && sentTo !== null) return said !== sentTo;
  return said === leftDesk && said !== desk;
}

/** True once the customer was called, with a known wait or without. */
export function wasCalled({ legs, callsWithoutWait }: Visit): boolean {
  return callsWithoutWait.length > 0 || legs.some(({ called }) => called);
}

function toDesk(visit: Visit, record: TicketRecord): void {
  const { event, desk } = record.said;
  if (event === 'called' && visit.state === 'finished') return;
  const isCalledAgain = event === 'called' && visit.state === 'called' && (desk === undefined || desk === visit.desk);
  const isServedThere = visit.state === 'serving' && (desk === undefined || desk === visit.desk);
  if (desk !== undefined && visit.desk !== null && visit.desk !== desk) visit.leftDesk = visit.desk;
  visit.desk = desk ?? visit.desk;
  visit.sentTo = null;
  // Only a record with a desk stands in that desk's line of turns.
  if (desk !== undefined) visit.turn = { desk, record, leftAt: null };
  // A call that comes while the ticket is being served there tells nothing new.
  if (event === 'called' && isServedThere) return;
  const isWaitKnown = closeLeg(visit, record.at, true) || visit.legs.length > 0;
  if (!isWaitKnown && visit.callsWithoutWait.length === 0) {
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
  closeLeg(visit, at, false);
  visit.state = state;
  visit.endedAt = at;
  leaveDesk(visit, at);
}

function leaveDesk(visit: Visit, at: number): void {
  if (visit.turn) visit.turn.leftAt ??= at;
}

/** Q2: the wait for the new service's limit begins again; `legs` keeps the earlier ones. */
function transfer(visit: Visit, record: TicketRecord): void {
  const { at, said } = record;
  closeLeg(visit, at, false);
  visit.service = said.toService ?? visit.service;
  const from = wasCalled(visit) ? at : Math.max(at, visit.waitsFrom ?? at);
  visit.legs = withOne(visit.legs, legFrom(visit.service, from));
  visit.state = 'waiting';
  visit.leftDesk = said.desk ?? visit.desk ?? visit.turn?.desk ?? null;
  visit.sentTo = said.toDesk ?? null;
  visit.desk = null;
  leaveDesk(visit, at);
  visit.endedAt = null;
  visit.startedAt = null;
}

/** Ends the wait that goes on; false where none does. Who is called before the time of their appointment hasn't waited. */
function closeLeg(visit: Visit, at: number, called: boolean): boolean {
  const leg = openLeg(visit);
  if (!leg) return false;
  leg.from = Math.min(leg.from, at);
  leg.to = at;
  leg.called = called;
  return true;
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
