// Which visit each event of a number belongs to (I3), whatever the order they came in. A number may stand for several customers: of
// several services, or one who takes it again while its last bearer is still at a desk.
import type { TicketRecord, Visit, VisitState } from './tickets.ts';
import { goOn, isEnded, noteIssue, visitFrom, wasCalled } from './tickets.ts';

/** What the registry says about desks and appointments. */
export interface MatchRules {
  /** The services of a desk; undefined for one that the registry doesn't name. */
  serves(desk: string): ReadonlySet<string> | undefined;
  /** When the wait of a customer begins who checked in at `at` (epoch ms) with this appointment; null for at once. */
  waitsFrom(at: number, appointment: boolean | number | undefined): number | null;
}

/** Visits of a part of a number's records, and the indexes at which nothing that came before can matter any more. */
export interface Matched {
  visits: Visit[];
  cuts: number[];
}

/** A call whose issue comes so much later belongs to it: two machines of one system have two clocks. */
export const joinWithinMs = 5 * 60_000;
const ownIssueMs = 24 * 3_600_000;
const orphanGapMs = 12 * 3_600_000;
/** So many visits of a number may be meant by its next event: the latest ones. */
const mostOpen = 8;
/** Beyond so many records in a row, a new issue has nothing to do with what came before it. */
const mostTogether = 512;
/** A bonus for a visit that is where the event comes from, above what its service and state give. */
const here = 1_000;

type Suits = Record<TicketRecord['said']['event'], Partial<Record<VisitState, number>>>;

/** How well an event suits a visit in a state; what isn't named suits least. */
const suits: Suits = {
  issued: {},
  called: { waiting: 6, called: 4, 'no-show': 3, cancelled: 2, serving: 1 },
  started: { called: 6, waiting: 5, serving: 4, 'no-show': 3, cancelled: 2, finished: 1 },
  recalled: { called: 6, 'no-show': 5, serving: 3, waiting: 2, cancelled: 1 },
  finished: { serving: 6, called: 5, waiting: 3, 'no-show': 2, cancelled: 1 },
  'no-show': { called: 6, waiting: 4, serving: 3, 'no-show': 2 },
  cancelled: { waiting: 6, called: 5, serving: 4, 'no-show': 2, cancelled: 1 },
  transferred: { serving: 6, called: 5, waiting: 4, finished: 2, 'no-show': 1, cancelled: 1 },
  rated: { finished: 6, serving: 5, called: 4, waiting: 3, 'no-show': 2, cancelled: 1 },
};

/**
 * The visits that the ordered records of one number tell of from index `from` on, at which they must be cut. Reads to the end, or to the
 * first cut that `isEnd` takes.
 */
export function matchVisits(
  records: readonly TicketRecord[],
  rules: MatchRules,
  from = 0,
  isEnd: (cut: number) => boolean = () => false,
): Matched {
  const reader = new Reader(records, rules);
  const cuts: number[] = [];
  for (let i = from; i < records.length; i++) {
    if (i > from && reader.cutsAt(i)) {
      cuts.push(i);
      if (isEnd(i)) break;
    }
    reader.read(i);
  }
  return { visits: reader.visits, cuts };
}

class Reader {
  readonly visits: Visit[] = [];
  readonly #records: readonly TicketRecord[];
  readonly #rules: MatchRules;
  /** Visits that the next event may be of, in the order they began. */
  #open: Visit[] = [];
  #count = 0;

  constructor(records: readonly TicketRecord[], rules: MatchRules) {
    this.#records = records;
    this.#rules = rules;
  }

  /** True, and everything before is done with, where the record at `i` begins a visit and nothing before is still going on. */
  cutsAt(i: number): boolean {
    const record = this.#records[i] as TicketRecord;
    const { event } = record.said;
    const isCut =
      event === 'issued'
        ? this.#count >= mostTogether || this.#open.every((visit) => isOver(visit, record) && !mayJoin(visit, record))
        : isTurn(record) &&
          this.#open.length > 0 &&
          this.#open.every((visit) => isEnded(visit) && visit.issuedAt === null);
    if (isCut) [this.#open, this.#count] = [[], 0];
    return isCut;
  }

  read(i: number): void {
    const record = this.#records[i] as TicketRecord;
    this.#count++;
    if (record.said.event === 'issued') this.#issue(record, i);
    else {
      const visit = this.#visitOf(record, i);
      if (visit) goOn(visit, record);
      // A rating of nobody tells of no visit.
      else if (record.said.event !== 'rated') this.#begin(visitFrom(record, null));
    }
  }

  #issue(record: TicketRecord, i: number): void {
    const waitsFrom = this.#rules.waitsFrom(record.at, record.said.appointment);
    const called = this.#open.findLast((visit) => mayJoin(visit, record) && this.#joins(visit, record, i));
    if (called) {
      noteIssue(called, record, waitsFrom);
      return;
    }
    if (this.#open.some(isEnded)) this.#open = this.#open.filter((visit) => !isEnded(visit));
    this.#begin(visitFrom(record, waitsFrom));
  }

  #begin(visit: Visit): void {
    this.visits.push(visit);
    if (this.#open.length >= mostOpen) this.#open.shift();
    this.#open.push(visit);
  }

  /** One that is over already was of an earlier customer if this one is called later. */
  #joins(visit: Visit, issue: TicketRecord, i: number): boolean {
    if (!this.#fitsService(visit, issue)) return false;
    return !isEnded(visit) || !this.#isCalledAfter(i);
  }

  #isCalledAfter(i: number): boolean {
    for (let next = i + 1; next < this.#records.length; next++) {
      const record = this.#records[next] as TicketRecord;
      if (record.said.event === 'issued') return false;
      if (isTurn(record)) return true;
    }
    return false;
  }

  /** The visit that an event is of; null for one that nothing was heard of before. */
  #visitOf(record: TicketRecord, i: number): Visit | null {
    let best: Visit | null = null;
    let most = -1;
    for (const visit of this.#open) {
      if (isOver(visit, record) || !mayGoOn(visit, record)) continue;
      const rank = this.#rank(visit, record);
      // Of equal ones the latest, but of two services the one that came first.
      if (rank > most || (rank === most && visit.service === best?.service)) [best, most] = [visit, rank];
    }
    if (best && isTurn(record) && this.#comesFirst(best, record, i)) return null;
    return best;
  }

  /** A call that suits no visit known so far, while one that it suits is issued within minutes. */
  #comesFirst(best: Visit, record: TicketRecord, i: number): boolean {
    if (best.state !== 'finished' && this.#fit(best, record) > 0) return false;
    for (let next = i + 1; next < this.#records.length; next++) {
      const issue = this.#records[next] as TicketRecord;
      if (issue.at > record.at + joinWithinMs) return false;
      if (issue.said.event === 'issued' && isToldBefore(issue, record) && this.#suitsIssue(record, issue)) return true;
    }
    return false;
  }

  #rank(visit: Visit, record: TicketRecord): number {
    const { event, desk } = record.said;
    const state = suits[event][visit.state] ?? 0;
    const fit = 100 * this.#fit(visit, record) + 10 * state;
    if (desk === undefined) return fit;
    const isThere = visit.desk === desk && (visit.state === 'called' || visit.state === 'serving');
    // A call or start of whom it serves already tells nothing new, of somebody else much.
    if (isThere) return isTurn(record) && (event === 'called' || visit.state === 'serving') ? fit : fit + here;
    if (visit.sentTo === desk || (visit.leftDesk === desk && event !== 'called' && event !== 'started')) {
      return fit + here / 2;
    }
    // Who is at another desk isn't meant while somebody waits.
    return visit.desk !== null && (event === 'started' || event === 'finished') ? fit - 15 : fit;
  }

  /** 2 where the event is of the visit's service, 0 where it is of another one, 1 where that isn't known. */
  #fit({ service, legs }: Visit, { said }: TicketRecord): 0 | 1 | 2 {
    if (service === null) return 1;
    if (said.service !== undefined) {
      return said.service === service || legs.some((leg) => leg.service === said.service) ? 2 : 0;
    }
    const served = said.desk === undefined ? undefined : this.#rules.serves(said.desk);
    return served ? (served.has(service) ? 2 : 0) : 1;
  }

  #fitsService(visit: Visit, issue: TicketRecord): boolean {
    const first = visit.records[0] as TicketRecord;
    return this.#suitsIssue(first, issue);
  }

  /** False where a call and an issue are of two services. */
  #suitsIssue({ said }: TicketRecord, issue: TicketRecord): boolean {
    const { service } = issue.said;
    if (service === undefined) return true;
    if (said.service !== undefined) return said.service === service;
    const served = said.desk === undefined ? undefined : this.#rules.serves(said.desk);
    return !served || served.has(service);
  }
}

function isTurn({ said }: TicketRecord): boolean {
  return said.event === 'called' || said.event === 'started';
}

/** True where nothing of the visit can be told of any more at a record of its number. */
function isOver(visit: Visit, { at, said }: TicketRecord): boolean {
  if (said.event === 'issued' && isEnded(visit)) return true;
  if (visit.issuedAt !== null) return at - visit.issuedAt > ownIssueMs;
  return at - (visit.records.at(-1)?.at ?? at) > orphanGapMs;
}

/** A visit of unknown issue that has ended doesn't begin again, and nobody rates who never was called. */
function mayGoOn(visit: Visit, record: TicketRecord): boolean {
  if (record.said.event === 'rated') return wasCalled(visit) || visit.state !== 'waiting';
  return visit.issuedAt !== null || !isEnded(visit) || !isTurn(record);
}

/** True for a visit of unknown issue that an issue within minutes of its first event may be that of. */
function mayJoin(visit: Visit, issue: TicketRecord): boolean {
  const [first] = visit.records;
  return (
    visit.issuedAt === null && first !== undefined && issue.at - first.at <= joinWithinMs && isToldBefore(issue, first)
  );
}

/** Two machines have two clocks; of one machine, what it sent first came first. */
function isToldBefore(a: TicketRecord, b: TicketRecord): boolean {
  if (a.said.device !== b.said.device) return true;
  return a.said.boot === b.said.boot && a.seq < b.seq;
}
