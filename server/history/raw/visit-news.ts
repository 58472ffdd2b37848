// Visits that messages changed since history was last put.
import type { Books } from '../../hall/books.ts';
import type { TicketRecord, Visit } from '../../hall/tickets.ts';
import type { VisitsChange } from '../../hall/trace.ts';
import type { Point } from '../points.ts';
import { namesOf, nameText, visitPoints, voidPoint } from './visit-points.ts';

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
  points(books: Books, { simulated, now }: { simulated: boolean; now: number }): Point[] {
    const points: Point[] = [];
    for (const [key, { before, since }] of this.#changed) {
      const told = visitPoints(books, key, { simulated, now, since });
      const names = new Set(told.map(nameText));
      const gone = namesOf(books, before, now).filter(
        // What was dropped at a bound is told of no more, and happened all the same.
        (name) => !names.has(nameText(name)) && name.at >= books.state.foldedUntil * 1000,
      );
      points.push(...told, ...gone.map(voidPoint));
    }
    return points;
  }
}
