// What is on its way out: each row one transition for one address, kept until it got there or is given up.
import { sql } from '../sql.ts';
import type { Database } from '../sqlite.ts';

export const noticesMigration = sql`CREATE TABLE notices (
   id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, transition_id INTEGER NOT NULL, body TEXT NOT NULL,
   added_at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL, UNIQUE (channel, transition_id)
 ) STRICT;
 CREATE INDEX notices_due ON notices (channel, due_at, id);`;

export interface Notice {
  id: number;
  body: string;
  tries: number;
  dueAt: number;
}

export class Notices {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(to: string, transition: number, body: string, now: number): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO notices (channel, transition_id, body, added_at, due_at) VALUES (?, ?, ?, ?, ?)')
      .run(to, transition, body, now, now);
  }

  /** What is due first at an address. */
  next(to: string): Notice | null {
    const row = this.#database
      .prepare('SELECT id, body, tries, due_at FROM notices WHERE channel = ? ORDER BY due_at, id LIMIT 1')
      .get(to);
    if (!row) return null;
    return { id: Number(row.id), body: String(row.body), tries: Number(row.tries), dueAt: Number(row.due_at) };
  }

  again(id: number, dueAt: number): void {
    this.#database.prepare('UPDATE notices SET tries = tries + 1, due_at = ? WHERE id = ?').run(dueAt, id);
  }

  drop(id: number): void {
    this.#database.prepare('DELETE FROM notices WHERE id = ?').run(id);
  }

  /** Gives up what was added before; answers how many, by address. */
  forgetBefore(at: number): { to: string; count: number }[] {
    const given = this.#database
      .prepare('SELECT channel, count(*) AS n FROM notices WHERE added_at < ? GROUP BY channel')
      .all(at);
    if (given.length > 0) this.#database.prepare('DELETE FROM notices WHERE added_at < ?').run(at);
    return given.map(({ channel, n }) => ({ to: String(channel), count: Number(n) }));
  }

  waiting(to: string): number {
    return Number(this.#database.prepare('SELECT count(*) AS n FROM notices WHERE channel = ?').get(to)?.n ?? 0);
  }
}
