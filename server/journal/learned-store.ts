// What was learned of each hall (J5): in a file of its own, because the journal can't give it back once its days are dropped, and
// because a rebuild keeps it.
import { deserialize, serialize } from 'node:v8';
import type { Lesson } from '../hall/lesson.ts';
import { firstLesson, learnedVersion } from '../hall/lesson.ts';
import type { Logger } from '../log.ts';
import type { Database, Statement } from '../sqlite.ts';
import { openSqlite } from '../sqlite.ts';

const migrations = [
  `CREATE TABLE lessons (
     hall TEXT PRIMARY KEY, position INTEGER NOT NULL, version INTEGER NOT NULL, learned BLOB NOT NULL
   ) STRICT;`,
];

export class LearnedStore {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #put: Statement;

  /** Throws `data-newer`, and what SQLite throws for a file that can't be opened. */
  constructor(path: string, log: Logger) {
    this.#database = openSqlite(path, { migrations, synchronous: 'NORMAL' });
    this.#log = log;
    this.#put = this.#database.prepare('INSERT OR REPLACE INTO lessons VALUES (?, ?, ?, ?)');
  }

  /** What was learned of a hall; the beginning where that is nothing, of another version, or can't be read. */
  lesson(hall: string): Lesson {
    try {
      const row = this.#database
        .prepare('SELECT position, learned FROM lessons WHERE hall = ? AND version = ?')
        .get(hall, learnedVersion);
      if (row) return { ...deserialize(row.learned as Uint8Array), position: Number(row.position) };
    } catch (error) {
      this.#log.error(
        { error: String(error), hall },
        'what was learned of a hall could not be read: it is learned anew',
      );
    }
    return firstLesson();
  }

  put(hall: string, { position, ...learned }: Lesson): void {
    this.#put.run(hall, position, learnedVersion, serialize(learned));
  }

  close(): void {
    this.#database.close();
  }
}
