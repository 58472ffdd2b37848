// The visits of each number, derived from its records when they are asked for: a day's visits would weigh more than their records.
import type { MatchRules } from './ticket-matching.ts';
import { joinWithinMs, matchVisits } from './ticket-matching.ts';
import type { TicketRecord, Visit } from './tickets.ts';

type Records = readonly TicketRecord[];

/** What a new record changed of a number: its visits from one cut to the next, before and now. */
export interface IndexChange {
  before: Visit[];
  now: Visit[];
}

const none: readonly never[] = [];
/** Of a number with more records it is remembered where they can be cut, so that a reused one costs what any other costs. */
const fewRecords = 64;

export class TicketIndex {
  readonly #tickets: ReadonlyMap<string, Records>;
  readonly #rules: MatchRules;
  /** By number with many records, the indexes at which nothing before can matter any more, growing. */
  readonly #cuts = new Map<string, number[]>();

  constructor(tickets: ReadonlyMap<string, Records>, rules: MatchRules) {
    this.#tickets = tickets;
    this.#rules = rules;
  }

  /** The visits of a number, those left out that were over before `since` (epoch ms) where that is known cheaply. */
  visitsOf(key: string, since = Number.NEGATIVE_INFINITY): Visit[] {
    const records = this.#tickets.get(key) ?? none;
    const isWhole = records.length <= fewRecords || since === Number.NEGATIVE_INFINITY;
    const cut = isWhole ? 0 : (this.#cutsOf(key, records).findLast((i) => (records[i]?.at ?? since) < since) ?? 0);
    return this.#read(records, cut);
  }

  /** What it changed that the records of a number were `before` and are `now`, with one new one at index `at`. */
  change(key: string, before: Records, now: Records, at: number): IndexChange {
    if (now.length <= fewRecords) return { before: this.#read(before, 0), now: this.#read(now, 0) };
    const cuts = this.#cutsOf(key, before);
    // Within minutes before a record, calls may be those of an issue that comes with it.
    let first = at;
    while (first > 0 && (now[first - 1]?.at ?? 0) >= (now[at]?.at ?? 0) - joinWithinMs) first--;
    const i = cuts.findLastIndex((cut) => cut <= first && cut < at);
    const from = cuts[i] ?? 0;
    // Of thousands of cuts only the last ones may move.
    const behind = cuts.splice(i + 1);
    const known = new Set(behind);
    const after = matchVisits(now, this.#rules, from, (cut) => cut > at && known.has(cut - 1));
    const until = after.cuts.at(-1) ?? 0;
    const isToTheEnd = until <= at || !known.has(until - 1);
    const told = matchVisits(before, this.#rules, from, (cut) => !isToTheEnd && cut === until - 1);
    cuts.push(...after.cuts);
    if (!isToTheEnd) for (const cut of behind) if (cut >= until) cuts.push(cut + 1);
    return { before: told.visits, now: after.visits };
  }

  /** Forgets what is known of a number whose records were changed otherwise, and answers what they tell now. */
  reread(key: string): Visit[] {
    this.#cuts.delete(key);
    return this.#read(this.#tickets.get(key) ?? none, 0);
  }

  #read(records: Records, from: number): Visit[] {
    return matchVisits(records, this.#rules, from).visits;
  }

  #cutsOf(key: string, records: Records): number[] {
    return this.#cuts.getOrInsertComputed(key, () => matchVisits(records, this.#rules).cuts);
  }
}
