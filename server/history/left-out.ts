// Events of tickets that no visit will ever tell of, by hall and local date: counted in one transaction with the place in the journal.
import { sql } from '../sql.ts';
import type { Database } from '../sqlite.ts';

export const leftOutMigration = sql`CREATE TABLE left_out (
  hall TEXT NOT NULL,
  date TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (hall, date, reason)
) STRICT, WITHOUT ROWID;`;

/** `too-late`: of a day that neither books nor journal hold; `too-many`: beyond the bound of numbers a day. */
export const leftOutReasons = ['too-late', 'too-many'] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

export class LeftOut {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Called inside a transaction of the outbox. */
  add(hall: string, date: string, reason: LeftOutReason, count: number): void {
    this.#database
      .prepare('INSERT INTO left_out VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count')
      .run(hall, date, reason, count);
  }

  /** How many of a hall were left out of the local dates `from` to `to`, both included. */
  count(hall: string, reason: LeftOutReason, from: string, to: string): number {
    const row = this.#database
      .prepare('SELECT sum(count) AS count FROM left_out WHERE hall = ? AND reason = ? AND date >= ? AND date <= ?')
      .get(hall, reason, from, to);
    return Number(row?.count ?? 0);
  }

  /** Inside a transaction of the outbox: forgets what was before a local date. */
  forgetBefore(date: string): void {
    this.#database.prepare('DELETE FROM left_out WHERE date < ?').run(date);
  }
}
