// A visit as a point of its own, once it is over.
import type { Books } from '../../hall/books.ts';
import { isWrongAt } from '../../hall/clocks.ts';
import type { TicketRecord, Visit } from '../../hall/tickets.ts';
import { isEnded } from '../../hall/tickets.ts';
import { serviceMs } from '../../hall/visit-marks.ts';
import { ticketOf } from '../../hall/visit-traits.ts';
import type { Point } from '../points.ts';
import { rawAt } from '../points.ts';
import { seconds } from '../rollup/queue-rows.ts';
import { withUnsaid } from './unsaid.ts';

/** A service that the registry doesn't name; ids are never like this. */
export const otherService = '_other';

type Outcome = 'served' | 'cancelled' | 'no-show' | 'expired';

/** What tells a visit's point from all others. */
export type VisitName = Pick<Point, 'tags' | 'at'>;

/** Equal for equal names of one hall. */
export function nameText({ tags, at }: VisitName): string {
  return `${tags.service} ${tags.device} ${at}`;
}

/** The names of those visits that are over as of `now`: they had points. */
export function namesOf(books: Books, visits: readonly Visit[], now: number): VisitName[] {
  return visits.flatMap((visit) => (endOf(books, visit, now) ? [nameOf(books, visit)] : []));
}

function nameOf({ config }: Books, visit: Visit): VisitName {
  const first = visit.records[0] as TicketRecord;
  const service = visit.legs[0]?.service ?? visit.service;
  const known = service !== null && config.serviceIds.has(service) ? service : otherService;
  return {
    tags: { hall: config.id, service: known, device: first.said.device },
    at: rawAt(first.at, first.seq),
  };
}

/** Points of visits of a number (as the state keys it), of those that are over as of `now`. */
export function pointsOf(
  books: Books,
  key: string,
  visits: readonly Visit[],
  { simulated, now }: { simulated: boolean; now: number },
): Point[] {
  return visits.flatMap((visit) => {
    const end = endOf(books, visit, now);
    if (!end) return [];
    const fields = { ticket: ticketOf(key), ...fieldsOf(books, visit), ...end, simulated };
    return [{ measurement: 'visit' as const, ...nameOf(books, visit), fields }];
  });
}

/** Points of all visits of a number that are over as of `now`; `again`: they were told before, perhaps with more fields. */
export function visitPoints(
  books: Books,
  key: string,
  { again, ...asOf }: { simulated: boolean; now: number; again?: boolean },
): Point[] {
  const points = pointsOf(books, key, books.ledger.visitsOf(key), asOf);
  return again ? points.map((point) => ({ ...point, fields: withUnsaid(point.fields) })) : points;
}

/** Takes back a point that was written of what turned out to be another visit. */
export function voidPoint({ tags, at }: VisitName): Point {
  return { measurement: 'visit', tags, at, fields: withUnsaid({ outcome: 'void' }) };
}

/** How and when a visit ended, by what was said or by time alone; null while it goes on. */
function endOf({ ledger }: Books, visit: Visit, now: number) {
  const ended = (outcome: Outcome, endedAt: number | null, presumed: boolean) => ({ outcome, endedAt, presumed });
  if (isEnded(visit)) {
    const outcome = visit.state === 'finished' ? 'served' : visit.state === 'no-show' ? 'no-show' : 'cancelled';
    return ended(outcome, visit.endedAt, visit.presumed);
  }
  const noShowAt = visit.state === 'called' ? ledger.noShowAt(visit) : null;
  if (noShowAt !== null && noShowAt <= now) return ended('no-show', noShowAt, true);
  const from = sinceOf(visit);
  const overAt = from === null ? null : ledger.waitOverAt(from);
  return overAt !== null && overAt <= now ? ended('expired', overAt, true) : null;
}

function fieldsOf({ config, state }: Books, visit: Visit): Point['fields'] {
  const limitMin = config.standard(visit.service, visit.tier).waitLimitMin;
  const said = <T>(read: (record: TicketRecord) => T | undefined) =>
    visit.records.map(read).findLast((one) => one !== undefined);
  const waits = visit.legs.filter(({ to }) => to !== null);
  // What a clock timed that was found to be wrong was some other time.
  const isWrong = (at: number | null) => at !== null && isWrongAt(state, config.file.queueMachines, at);
  const isTimed = !waits.some(({ from, to }) => isWrong(from) || isWrong(to));
  const isWaitKnown = isTimed && visit.issuedAt !== null && visit.callsWithoutWait.length === 0;
  const early = visit.waitsFrom === null ? 0 : (visit.legs[0]?.from ?? 0) - (visit.issuedAt ?? 0);
  const service = [visit.startedAt, visit.lastCallAt, visit.endedAt].some(isWrong) ? null : serviceMs(visit);
  const priority = said((record) => record.said.priority);
  const score = said((record) => record.said.score) ?? null;
  return {
    issuedAt: isWrong(visit.issuedAt) ? null : visit.issuedAt,
    calledAt: visit.callsWithoutWait[0]?.at ?? visit.legs.find(({ called }) => called)?.to ?? null,
    waitS: isWaitKnown ? seconds(waits.reduce((sum, { from, to }) => sum + (to ?? from) - from, 0)) : null,
    earlyS: early > 0 ? seconds(early) : null,
    serviceS: visit.state === 'finished' && service !== null ? seconds(service) : null,
    limitS: limitMin === undefined ? null : limitMin * 60,
    tier: visit.tier,
    priority: priority === undefined ? null : priority !== false && priority !== 0,
    item: said((record) => record.said.item) ?? null,
    desk: visit.desk ?? visit.turn?.desk ?? null,
    score,
    rating: score === null ? null : Math.round(score),
  };
}

/** Numbers with a visit that time alone ended from `from` on, up to and with `now`. */
export function endedByTime({ ledger }: Books, from: number, now: number): string[] {
  const isWithin = (at: number | null) => at !== null && at >= from && at <= now;
  return [...ledger.touching(from, now)].filter((key) =>
    ledger.visitsOf(key).some((visit) => {
      if (isEnded(visit)) return false;
      const since = sinceOf(visit);
      return (
        isWithin(visit.state === 'called' ? ledger.noShowAt(visit) : null) ||
        isWithin(since && ledger.waitOverAt(since))
      );
    }),
  );
}

/** From when on a visit that goes on will be over with the hall's day. */
function sinceOf(visit: Visit): number | null {
  return visit.legs.at(-1)?.from ?? visit.issuedAt ?? visit.lastCallAt ?? visit.startedAt;
}
