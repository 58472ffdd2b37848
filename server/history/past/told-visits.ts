// Names under which visits were told as messages came: where the whole day tells otherwise, they are taken back.
import type { Books } from '../../hall/books.ts';
import type { VisitsChange } from '../../hall/trace.ts';
import type { Point } from '../points.ts';
import type { VisitName } from '../raw/visit-points.ts';
import { namesOf, nameText, voidPoint } from '../raw/visit-points.ts';

export class ToldVisits {
  readonly #date: string;
  /** By hall and name. */
  readonly #names = new Map<string, Map<string, VisitName>>();

  /** Of visits that began on a local date. */
  constructor(date: string) {
    this.#date = date;
  }

  /** Takes in what numbers had told before a message that came at `receivedAt` (epoch ms) changed it. */
  take(books: Books, changes: readonly VisitsChange[], receivedAt: number): void {
    const { id, days } = books.config;
    const { start, end } = days.onDate(this.#date);
    const names = this.#names.getOrInsertComputed(id, () => new Map<string, VisitName>());
    for (const name of changes.flatMap(({ before }) => namesOf(books, before, receivedAt))) {
      if (name.at >= start * 1000 && name.at < end * 1000) names.set(nameText(name), name);
    }
  }

  /** Takes back what was told, and isn't by the books as they are, as of `now` (epoch ms). */
  gone(books: Books, now: number): Point[] {
    const names = new Map(this.#names.get(books.config.id));
    for (const key of books.state.tickets.keys()) {
      for (const name of namesOf(books, books.ledger.visitsOf(key), now)) names.delete(nameText(name));
    }
    // What was dropped at a bound is told of no more, and happened all the same.
    const { foldedUntil } = books.state;
    return [...names.values()].filter(({ at }) => at >= foldedUntil * 1000).map(voidPoint);
  }
}
