// J4: what was cut while the store was away, so that a chart can say why it has nothing there.
import { boundReached } from '../bounds.ts';
import { sql } from '../sql.ts';
import type { Database } from '../sqlite.ts';

export const holesMigration = sql`CREATE TABLE holes (
  id INTEGER PRIMARY KEY,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL,
  cut_at INTEGER NOT NULL,
  ended INTEGER NOT NULL
) STRICT;`;

/** So many points, of times between `from` and `to` (epoch microseconds), were given up; the last at `cutAt` (epoch ms). */
export interface HistoryHole {
  from: number;
  to: number;
  count: number;
  cutAt: number;
}

const mostKept = 100;

export class HistoryHoles {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): HistoryHole[] {
    const rows = this.#database.prepare('SELECT * FROM holes ORDER BY id').all();
    return rows.map(({ first, last, count, cut_at }) => ({
      from: Number(first),
      to: Number(last),
      count: Number(count),
      cutAt: Number(cut_at),
    }));
  }

  /** Cuts while the store stays away make one hole. Called inside a transaction of the outbox. */
  add({ from, to, count, cutAt }: HistoryHole): void {
    const changes = this.#database
      .prepare(
        'UPDATE holes SET first = min(first, ?), last = max(last, ?), count = count + ?, cut_at = ? WHERE ended = 0',
      )
      .run(from, to, count, cutAt).changes;
    if (Number(changes) > 0) return;
    this.#database
      .prepare('INSERT INTO holes (first, last, count, cut_at, ended) VALUES (?, ?, ?, ?, 0)')
      .run(from, to, count, cutAt);
    this.#joinOldest();
  }

  /** The store takes points again: what is cut later is another hole. */
  end(): void {
    this.#database.exec('UPDATE holes SET ended = 1 WHERE ended = 0');
  }

  /** Bounded: the two oldest become one, and no count is lost. */
  #joinOldest(): void {
    const [a, b, ...rest] = this.#database.prepare('SELECT id FROM holes ORDER BY id').all();
    if (!a || !b || rest.length + 2 <= mostKept) return;
    boundReached('history-holes');
    const [oldest, next] = [Number(a.id), Number(b.id)];
    this.#database
      .prepare(
        `UPDATE holes SET first = min(first, (SELECT first FROM holes WHERE id = ?)),
         last = max(last, (SELECT last FROM holes WHERE id = ?)), count = count + (SELECT count FROM holes WHERE id = ?)
         WHERE id = ?`,
      )
      .run(oldest, oldest, oldest, next);
    this.#database.prepare('DELETE FROM holes WHERE id = ?').run(oldest);
  }
}
