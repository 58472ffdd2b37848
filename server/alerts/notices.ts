// What is on its way out: each row one transition for one address, kept until it got there or is given up.
import type { Database } from '../sqlite.ts';

export const noticesMigration = `CREATE TABLE notices (
   id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, transition_id INTEGER NOT NULL, body TEXT NOT NULL,
   added_at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL, UNIQUE (channel, transition_id)
 ) STRICT;
 CREATE INDEX notices_due ON notices (channel, id);`;

export interface Notice {
  id: number;
  to: string;
  body: string;
  addedAt: number;
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

  /** The oldest for an address: they go out in order. */
  first(to: string): Notice | null {
    const row = this.#database.prepare('SELECT * FROM notices WHERE channel = ? ORDER BY id LIMIT 1').get(to);
    if (!row) return null;
    const { id, body, added_at, tries, due_at } = row;
    return {
      id: Number(id),
      to,
      body: String(body),
      addedAt: Number(added_at),
      tries: Number(tries),
      dueAt: Number(due_at),
    };
  }

  again(id: number, dueAt: number): void {
    this.#database.prepare('UPDATE notices SET tries = tries + 1, due_at = ? WHERE id = ?').run(dueAt, id);
  }

  drop(id: number): void {
    this.#database.prepare('DELETE FROM notices WHERE id = ?').run(id);
  }

  /** Forgets what waits for addresses that are no more. */
  keepOnly(addresses: readonly string[]): void {
    this.#database
      .prepare(`DELETE FROM notices WHERE channel NOT IN (SELECT value FROM json_each(?))`)
      .run(JSON.stringify(addresses));
  }

  waiting(to: string): number {
    return Number(this.#database.prepare('SELECT count(*) AS n FROM notices WHERE channel = ?').get(to)?.n ?? 0);
  }
}
