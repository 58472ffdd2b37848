// What was learned of each terminal's use, by the hour of its local day: kept, for it takes days to learn.
import { sql } from '../sql.ts';
import type { Database } from '../sqlite.ts';
import { inTransaction } from '../sqlite.ts';

export const useMigration = sql`CREATE TABLE terminal_use (
   terminal TEXT PRIMARY KEY, body TEXT NOT NULL
 ) STRICT;`;

/** By hour of the local day: days seen while in service (they fade), and transactions in them. */
export interface HourlyUse {
  days: number[];
  done: number[];
}

export class UseTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): Map<string, HourlyUse> {
    const rows = this.#database.prepare('SELECT terminal, body FROM terminal_use').all();
    return new Map(rows.map(({ terminal, body }) => [String(terminal), JSON.parse(String(body)) as HourlyUse]));
  }

  putAll(uses: readonly (readonly [string, HourlyUse])[]): void {
    const put = this.#database.prepare('INSERT OR REPLACE INTO terminal_use VALUES (?, ?)');
    inTransaction(this.#database, () => {
      for (const [terminal, use] of uses) put.run(terminal, JSON.stringify(use));
    });
  }
}
