// Visits that messages changed since history was last put.
import type { Books } from '../../hall/books.ts';
import type { TicketRecord, Visit } from '../../hall/tickets.ts';
import type { VisitsChange } from '../../hall/trace.ts';
import type { Point } from '../points.ts';
import { withUnsaid } from './unsaid.ts';
import { nameText, pointsOf, voidPoint } from './visit-points.ts';

/** What a number told of before these messages, and the records of what it tells since. */
interface Changed {
  before: Visit[];
  since: number;
  records: Set<TicketRecord>;
}

export class VisitNews {
  readonly #changed = new Map<string, Changed>();

  add({ key, before, now }: VisitsChange): void {
    const known = this.#changed.get(key) ?? { before: [], since: Number.POSITIVE_INFINITY, records: new Set() };
    this.#changed.set(key, known);
    for (const visit of before) {
      // What itself came of these messages was never put.
      if (!visit.records.some((record) => known.records.has(record))) known.before.push(visit);
    }
    for (const { records } of now) for (const record of records) known.records.add(record);
    for (const { records } of [...before, ...now]) known.since = Math.min(known.since, records[0]?.at ?? known.since);
  }

  /** Points of these visits as they are now, and of those that were told before and aren't any more. */
  points(books: Books, asOf: { simulated: boolean; now: number }): Point[] {
    const points: Point[] = [];
    for (const [key, { before, since }] of this.#changed) {
      const visits = books.ledger.visitsOf(key, since).filter(({ records }) => (records[0]?.at ?? since) >= since);
      const told = pointsOf(books, key, visits, asOf);
      const gone = new Map(pointsOf(books, key, before, asOf).map((point) => [nameText(point), point]));
      for (const point of told) {
        const known = gone.get(nameText(point));
        gone.delete(nameText(point));
        points.push(known ? { ...point, fields: withUnsaid(point.fields, known.fields) } : point);
      }
      // What was dropped at a bound is told of no more, and happened all the same.
      for (const one of gone.values()) if (one.at >= books.state.foldedUntil * 1000) points.push(voidPoint(one));
    }
    return points;
  }
}
