// Q3: what is done where tickets' records would outgrow their bounds. The oldest visits that are over go first, and stay counted.

import { boundReached } from '../bounds.ts';
import type { HallConfig } from '../config/hall-config.ts';
import type { LocalDay } from '../local-days.ts';
import type { Ledger } from './ledger.ts';
import type { FoldedCounts, HallState } from './state.ts';
import { wholeHall } from './tally.ts';
import type { TicketRecord, Visit } from './tickets.ts';
import { isEnded } from './tickets.ts';
import type { VisitsChange } from './trace.ts';

interface Books {
  state: HallState;
  ledger: Ledger;
  config: HallConfig;
}

/** Of one local day: ten thousand tickets of four events each. */
export const recordsADay = 40_000;
const droppedAtOnce = 2_000;
/** A machine that repeats itself must not make a visit dear: the most ever heard of one in earnest were some thirty. */
export const recordsAVisit = 200;

/** Keeps a number's visits, and the day, within their bounds after a new record; true when visits were dropped that weren't over. */
export function keepWithinBounds(books: Books, record: TicketRecord, { key, now }: VisitsChange): boolean {
  const visit = now.find(({ records }) => records.length > recordsAVisit && records.includes(record));
  if (visit) thin(books, key, visit);
  const { ledger, config } = books;
  const day = config.days.of(record.at);
  return ledger.recordsOn(day.date) > recordsADay && foldOldest(books, day, record.at);
}

/** A recall changes next to nothing; of other events, the first ones and the latest tell most. */
function thin(books: Books, key: string, { records }: Visit): void {
  boundReached('records-a-visit');
  const recall = records.find(({ said }) => said.event === 'recalled');
  const gone = recall ?? records[1];
  if (!gone) return;
  if (!recall) noteTruncated(books, gone);
  drop(books, key, new Set([gone]));
}

/** Takes the oldest visits of a day out of the records and adds what they tell to the day's counts; true when some weren't over. */
function foldOldest(books: Books, day: LocalDay, now: number): boolean {
  const { state, ledger, config } = books;
  notePeaks(books, day, now);
  const found = [...state.tickets.keys()].flatMap((key) =>
    ledger.visitsOf(key).flatMap((visit) => {
      const last = visit.records.at(-1);
      return last && last.at >= day.start && last.at < day.end ? [{ key, visit, last, isOver: isEnded(visit) }] : [];
    }),
  );
  found.sort((a, b) => Number(b.isOver) - Number(a.isOver) || a.last.at - b.last.at || (a.key < b.key ? -1 : 1));
  const gone = new Map<string, Set<TicketRecord>>();
  let count = 0;
  let isAnyOpen = false;
  for (const { key, visit, last, isOver } of found) {
    if (count >= droppedAtOnce) break;
    isAnyOpen ||= !isOver;
    count += visit.records.length;
    boundReached('ticket-records-a-day');
    const records = gone.getOrInsertComputed(key, () => new Set());
    for (const record of visit.records) records.add(record);
    for (const { what, at, service } of ledger.marksOf([visit])) {
      if (what === 'wait-begins' || what === 'wait-ends') continue;
      const { date } = config.days.of(at);
      for (const row of service === null ? [wholeHall] : [wholeHall, service]) foldedOf(state, date, row)[what]++;
    }
    noteTruncated(books, last);
    state.foldedUntil = Math.max(state.foldedUntil, last.at);
  }
  for (const [key, records] of gone) drop(books, key, records);
  return isAnyOpen;
}

/** Once visits are gone, the curve of how many waited no longer has them: the most of the day so far is written down. */
function notePeaks({ state, ledger, config }: Books, { date, start }: LocalDay, now: number): void {
  for (const row of [wholeHall, ...config.serviceIds]) {
    const most = ledger.tally.peakWaiting(row, start, now + 1);
    const folded = foldedOf(state, date, row);
    folded.maxWaiting = Math.max(folded.maxWaiting, most);
  }
}

function noteTruncated({ state, config }: Books, { at }: TicketRecord): void {
  const { date } = config.days.of(at);
  if (date > state.truncatedOn) state.truncatedOn = date;
}

function drop({ state, ledger }: Books, key: string, gone: ReadonlySet<TicketRecord>): void {
  const before = ledger.visitsOf(key);
  const kept = (state.tickets.get(key) ?? []).filter((record) => !gone.has(record));
  if (kept.length === 0) state.tickets.delete(key);
  else state.tickets.set(key, kept);
  ledger.drop(key, before, [...gone]);
}

function foldedOf({ folded }: HallState, date: string, row: string): FoldedCounts {
  const day = folded.getOrInsertComputed(date, () => new Map<string, FoldedCounts>());
  return day.getOrInsertComputed(row, () => ({
    ...{ issued: 0, called: 0, within: 0, served: 0, abandoned: 0 },
    maxWaiting: 0,
  }));
}
