// Points that the store will never take, with its reason: kept to be looked at, never sent again.
import { boundReached } from '../bounds.ts';
import { sql } from '../sql.ts';
import type { Database, Statement } from '../sqlite.ts';
import type { Refused } from './points.ts';

export const deadMigration = sql`CREATE TABLE dead (
  id INTEGER PRIMARY KEY,
  refused_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  point TEXT NOT NULL
) STRICT;`;

/** The newest so many are kept; all are counted. */
const mostKept = 10_000;
const mostReason = 500;
const mostPoint = 4_000;

export interface DeadLetter {
  id: number;
  /** Epoch ms. */
  refusedAt: number;
  reason: string;
  /** The point as JSON, its beginning if it is long. */
  point: string;
}

export class DeadLetters {
  readonly #database: Database;
  readonly #insert: Statement;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO dead VALUES (?, ?, ?, ?)');
  }

  /** How many there ever were. */
  get count(): number {
    return Number(this.#database.prepare('SELECT max(id) AS id FROM dead').get()?.id ?? 0);
  }

  /** Visits of a hall among those kept whose first event lies in `from` to `to` (epoch microseconds, half-open). */
  visitsWithin(hall: string, from: number, to: number): number {
    const row = this.#database
      .prepare(
        `SELECT count(DISTINCT point ->> '$.at' || (point ->> '$.tags.device')) AS count FROM dead
         WHERE json_valid(point) AND point ->> '$.measurement' = 'visit' AND point ->> '$.fields.outcome' IS NOT NULL
         AND point ->> '$.tags.hall' = ? AND point ->> '$.at' >= ? AND point ->> '$.at' < ?`,
      )
      .get(hall, from, to);
    return Number(row?.count ?? 0);
  }

  /** The latest ones, newest first. */
  latest(limit: number): DeadLetter[] {
    const rows = this.#database.prepare('SELECT * FROM dead ORDER BY id DESC LIMIT ?').all(limit);
    return rows.map(({ id, refused_at, reason, point }) => ({
      id: Number(id),
      refusedAt: Number(refused_at),
      reason: String(reason),
      point: String(point),
    }));
  }

  /** Called inside a transaction of the outbox. */
  add(refused: readonly Refused[], now: number): void {
    if (refused.length === 0) return;
    const from = this.count;
    refused.forEach(({ point, reason }, i) => {
      // JSON has no NaN: it would say null, which was never the trouble.
      const text = JSON.stringify(point, (_, value: unknown) =>
        Number.isFinite(value) || typeof value !== 'number' ? value : String(value),
      );
      this.#insert.run(from + i + 1, now, reason.slice(0, mostReason), text.slice(0, mostPoint));
    });
    const { changes } = this.#database.prepare('DELETE FROM dead WHERE id <= ?').run(from + refused.length - mostKept);
    if (changes) boundReached('history-dead', Number(changes));
  }
}
