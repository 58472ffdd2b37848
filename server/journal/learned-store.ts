// What was learned of each hall (J5): in a file of its own, because the journal can't give it back once its days are dropped, and
// because a rebuild keeps it.
import { deserialize, serialize } from 'node:v8';
import { watched } from '../damaged-files.ts';
import type { Lesson, Taught } from '../hall/lesson.ts';
import { firstLesson, isTaught, learnedVersion } from '../hall/lesson.ts';
import type { Logger } from '../log.ts';
import type { Database, Statement } from '../sqlite.ts';
import { openSqlite } from '../sqlite.ts';

export const learnedFile = 'learned.sqlite';

const migrations = [
  `CREATE TABLE lessons (
     hall TEXT PRIMARY KEY, position INTEGER NOT NULL, version INTEGER NOT NULL, learned BLOB NOT NULL
   ) STRICT;`,
];

export class LearnedStore {
  readonly #path: string;
  readonly #database: Database;
  readonly #log: Logger;
  readonly #put: Statement;

  /** Throws `data-newer`, and what SQLite throws for a file that can't be opened. */
  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#database = openSqlite(path, { migrations, synchronous: 'NORMAL' });
    this.#log = log;
    this.#put = this.#database.prepare('INSERT OR REPLACE INTO lessons VALUES (?, ?, ?, ?)');
  }

  /** What was learned of a hall; the beginning where that is nothing, of another version, or can't be read. */
  lesson(hall: string): Lesson {
    try {
      const row = watched(this.#path, () =>
        this.#database
          .prepare('SELECT position, learned FROM lessons WHERE hall = ? AND version = ?')
          .get(hall, learnedVersion),
      );
      if (row) return { ...fromBytes(row.learned as Uint8Array), position: Number(row.position) };
    } catch (error) {
      this.#log.error(
        { error: String(error), hall },
        'what was learned of a hall could not be read: it is learned anew',
      );
    }
    return firstLesson();
  }

  put(hall: string, { position, ...learned }: Lesson): void {
    watched(this.#path, () => this.#put.run(hall, position, learnedVersion, toBytes(learned)));
  }

  close(): void {
    this.#database.close();
  }
}

function toBytes(learned: Taught): Uint8Array {
  return serialize(learned);
}

function fromBytes(bytes: Uint8Array): Taught {
  return deserialize(bytes) as Taught;
}

/** What a past taught as text, for whoever keeps lessons. */
export function textOfTaught({ waits, inside }: Taught): string {
  return Buffer.from(toBytes({ waits, inside })).toString('base64');
}

/** The other way; null for what no program of this version wrote. */
export function taughtOfText(text: string): Taught | null {
  try {
    const taught: unknown = fromBytes(Buffer.from(text, 'base64'));
    return isTaught(taught) ? taught : null;
  } catch {
    return null;
  }
}
