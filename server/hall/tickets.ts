// A ticket's events, in any order of arrival, and the visits they tell of: rules I3, Q1, Q2 and Q4.
import type { TicketEvent } from '../contracts/names.ts';

/** One event of one number, with what names its message: (device, boot, seq). `at` is effective time, epoch ms. */
export interface TicketRecord {
  at: number;
  event: TicketEvent | 'rated';
  device: string;
  boot: number;
  seq: number;
  service?: string;
  tier?: string;
  desk?: string;
  item?: string;
  toService?: string;
  toDesk?: string;
  priority?: boolean | number;
  appointment?: boolean | number;
  score?: number;
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
  number: string;
  issuedAt: number | null;
  service: string | null;
  tier: string | null;
  legs: Leg[];
  /** Calls that no known wait led to: the ticket's issue isn't known. */
  callsWithoutWait: readonly { at: number; service: string | null }[];
  state: VisitState;
  desk: string | null;
  /** The latest event that put the ticket at a desk, and when it left there; it may have been transferred since. */
  turn: { desk: string; record: TicketRecord; leftAt: number | null } | null;
  /** When the customer was last called or recalled: from here a no-show is presumed. */
  lastCallAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  presumed: boolean;
}

/** Nearly no visit has such calls: all others share one list. */
const none: readonly never[] = [];
const ownIssueMs = 24 * 3_600_000;
const orphanGapMs = 12 * 3_600_000;

/**
 * The visits that the ordered records of one number tell of. An event belongs to the latest `issued` at or before it,
 * at most 24 h back (I3); events without one make a visit whose issue is unknown, a new one after 12 h or after an end.
 */
export function visitsOf(number: string, records: readonly TicketRecord[]): Visit[] {
  const visits: Visit[] = [];
  let current: Visit | null = null;
  let lastAt = 0;
  for (const record of records) {
    if (record.event === 'issued') current = push(visits, issuedVisit(number, record));
    else if (!current || !belongs(current, record, lastAt)) current = push(visits, orphanVisit(number, record));
    if (record.event !== 'issued') advance(current, record);
    lastAt = record.at;
  }
  return visits;
}

function push(visits: Visit[], visit: Visit): Visit {
  visits.push(visit);
  return visit;
}

function belongs(visit: Visit, record: TicketRecord, lastAt: number): boolean {
  if (visit.issuedAt !== null) return record.at - visit.issuedAt <= ownIssueMs;
  return record.at - lastAt <= orphanGapMs && (visit.endedAt === null || !startsAgain(record));
}

function startsAgain(record: TicketRecord): boolean {
  return record.event === 'called' || record.event === 'started';
}

function issuedVisit(number: string, record: TicketRecord): Visit {
  const visit = orphanVisit(number, record);
  visit.issuedAt = record.at;
  visit.legs.push({ service: visit.service, from: record.at, to: null, called: false });
  return visit;
}

function orphanVisit(number: string, record: TicketRecord): Visit {
  return {
    number,
    issuedAt: null,
    service: record.service ?? null,
    tier: record.tier ?? null,
    legs: [],
    callsWithoutWait: none,
    state: 'waiting',
    desk: null,
    turn: null,
    lastCallAt: null,
    startedAt: null,
    endedAt: null,
    presumed: false,
  };
}

const ended = new Set<VisitState>(['finished', 'no-show', 'cancelled']);

/** Derives a visit's state from its next event. A finished visit only goes on by being started or transferred again. */
function advance(visit: Visit, record: TicketRecord): void {
  visit.tier ??= record.tier ?? null;
  if (visit.service === null && record.service) {
    visit.service = record.service;
    for (const leg of visit.legs) leg.service ??= record.service;
  }
  switch (record.event) {
    case 'called':
    case 'started':
      toDesk(visit, record);
      break;
    case 'recalled':
      if (visit.state === 'called') visit.lastCallAt = record.at;
      break;
    case 'finished':
    case 'no-show':
    case 'cancelled':
      end(visit, record.event, record.at);
      break;
    case 'transferred':
      transfer(visit, record);
      break;
    default:
      break;
  }
}

function toDesk(visit: Visit, record: TicketRecord): void {
  if (record.event === 'called' && visit.state === 'finished') return;
  const isServedThere = visit.state === 'serving' && (record.desk === undefined || record.desk === visit.desk);
  visit.desk = record.desk ?? visit.desk;
  // Only a record with a desk stands in that desk's line of turns.
  if (record.desk !== undefined) visit.turn = { desk: record.desk, record, leftAt: null };
  // A call that comes while the ticket is being served there tells nothing new.
  if (record.event === 'called' && isServedThere) return;
  const waiting = openLeg(visit);
  if (waiting) {
    waiting.to = record.at;
    waiting.called = true;
  } else if (visit.legs.length === 0 && visit.callsWithoutWait.length === 0) {
    visit.callsWithoutWait = [{ at: record.at, service: visit.service }];
  }
  visit.endedAt = null;
  if (record.event === 'started') {
    if (visit.state !== 'serving') visit.startedAt = record.at;
    visit.state = 'serving';
  } else {
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
  visit.service = record.toService ?? visit.service;
  visit.legs.push({ service: visit.service, from: record.at, to: null, called: false });
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
