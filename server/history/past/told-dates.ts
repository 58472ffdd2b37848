// Which days of halls history was told of afterwards, and by which story: in the outbox's file, in one transaction with their points.
import { sql } from '../../sql.ts';
import type { Database, Statement } from '../../sqlite.ts';

export const toldMigration = sql`
  CREATE TABLE told (
    hall TEXT NOT NULL, date TEXT NOT NULL, story TEXT NOT NULL, whole INTEGER NOT NULL, PRIMARY KEY (hall, date)
  ) STRICT, WITHOUT ROWID;`;

/** A hall's local date. `whole`: all of its points are put; until then it may be told again, by the same story. */
export interface ToldDate {
  date: string;
  story: string;
  whole: boolean;
}

export class ToldDates {
  readonly #read: Statement;
  readonly #begin: Statement;
  readonly #end: Statement;

  constructor(database: Database) {
    this.#read = database.prepare('SELECT date, story, whole FROM told WHERE hall = ? ORDER BY date');
    this.#begin = database.prepare('INSERT INTO told VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING');
    this.#end = database.prepare(
      'INSERT INTO told VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET whole = 1, story = excluded.story',
    );
  }

  /** The dates of a hall, the oldest first. */
  of(hall: string): ToldDate[] {
    const rows = this.#read.all(hall);
    return rows.map(({ date, story, whole }) => ({ date: String(date), story: String(story), whole: whole === 1 }));
  }

  /** Points of the date are being put. Inside a transaction of the outbox, as all that writes here. */
  begin(hall: string, date: string, story: string): void {
    this.#begin.run(hall, date, story);
  }

  end(hall: string, date: string, story: string): void {
    this.#end.run(hall, date, story);
  }
}
