// What makes a restart quick, and what the journal can't tell: snapshots of halls with their place in the journal (J6), the
// configs they were made under, and the holes of consumers (J4).
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { watched } from '../damaged-files.ts';
import type { Database, Statement } from '../sqlite.ts';
import { faultOf, inTransaction, openSqlite } from '../sqlite.ts';
import type { Hole } from './entry.ts';

const migrations = [
  `CREATE TABLE configs (hash TEXT PRIMARY KEY, source TEXT NOT NULL) STRICT;
   CREATE TABLE snapshots (
     hall TEXT PRIMARY KEY,
     position INTEGER NOT NULL,
     version INTEGER NOT NULL,
     config TEXT NOT NULL,
     state BLOB NOT NULL
   ) STRICT;
   CREATE TABLE holes (
     consumer TEXT NOT NULL,
     first INTEGER NOT NULL,
     last INTEGER NOT NULL,
     PRIMARY KEY (consumer, first)
   ) STRICT;`,
  // SQLite notices a page that makes no sense, not one whose bytes changed: a wall must not show what a bad disk made of a number.
  `DELETE FROM snapshots;
   ALTER TABLE snapshots ADD COLUMN crc INTEGER NOT NULL DEFAULT 0;`,
];

/** One hall as it was when the journal stood at `position`, under the config of that hash. */
export interface Snapshot<State> {
  hall: string;
  position: number;
  config: string;
  state: State;
}

/** A config as it is kept: enough to make it again. */
interface KeptConfig {
  hash: string;
  source: unknown;
}

export interface ConsumerHole extends Hole {
  consumer: string;
}

export class StateStore<State> {
  readonly #path: string;
  readonly #database: Database;
  /** The layout of `State`: snapshots of another one are of no use. */
  readonly #version: number;
  readonly #put: Statement;
  readonly #move: Statement;
  readonly #holes: ConsumerHole[];
  /** The config last written. */
  #keptConfig = '';

  constructor(path: string, { version }: { version: number }) {
    this.#path = path;
    this.#database = openSqlite(path, { migrations, synchronous: 'NORMAL' });
    this.#version = version;
    this.#put = this.#database.prepare('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?)');
    this.#move = this.#database.prepare('UPDATE snapshots SET position = max(position, ?) WHERE hall = ?');
    this.#holes = this.#database
      .prepare('SELECT consumer, first, last FROM holes ORDER BY first')
      .all()
      .map((row) => ({ consumer: String(row.consumer), from: Number(row.first), to: Number(row.last) }));
  }

  /** Writes one hall and the config it is under; `written` runs before the commit. Answers the bytes of its state. */
  put(
    { hall, position, state }: Omit<Snapshot<State>, 'config'>,
    { hash, source }: KeptConfig,
    written: () => void,
  ): number {
    const bytes = serialize(state);
    this.#transaction(() => {
      if (this.#keptConfig !== hash) this.#keep(hash, JSON.stringify(source));
      this.#put.run(hall, position, this.#version, hash, bytes, crc32(bytes));
      written();
    });
    this.#keptConfig = hash;
    return bytes.length;
  }

  /** Moves halls that heard nothing since their snapshot on to where the journal stands. */
  move(halls: Iterable<string>, position: number): void {
    this.#transaction(() => {
      for (const hall of halls) this.#move.run(position, hall);
    });
  }

  /** The usable snapshots, and why others are not: made by another version, or unreadable. */
  snapshots(): { usable: Snapshot<State>[]; refused: string[] } {
    const usable: Snapshot<State>[] = [];
    const refused: string[] = [];
    const names = this.#database.prepare('SELECT hall, version FROM snapshots ORDER BY hall').all();
    const one = this.#database.prepare('SELECT position, config, state, crc FROM snapshots WHERE hall = ?');
    for (const { hall, version } of names) {
      const name = String(hall);
      const row = version === this.#version ? readOrNull(() => one.get(name)) : null;
      const isWhole = row && crc32(row.state as Uint8Array) === row.crc;
      const state = isWhole ? readOrNull(() => deserialize(row.state as Uint8Array) as State) : null;
      if (row && state !== null) {
        usable.push({ hall: name, position: Number(row.position), config: String(row.config), state });
      } else refused.push(name);
    }
    return { usable, refused };
  }

  deleteSnapshots(halls: readonly string[]): void {
    for (const hall of halls) this.#database.prepare('DELETE FROM snapshots WHERE hall = ?').run(hall);
  }

  #keep(hash: string, source: string): void {
    this.#database.prepare('DELETE FROM configs WHERE hash NOT IN (SELECT config FROM snapshots)').run();
    this.#database.prepare('INSERT OR IGNORE INTO configs VALUES (?, ?)').run(hash, source);
  }

  config(hash: string): string | null {
    const row = this.#database.prepare('SELECT source FROM configs WHERE hash = ?').get(hash);
    return row ? String(row.source) : null;
  }

  /** Entries that a consumer never saw and never will, while the journal would still hold them. */
  get holes(): readonly ConsumerHole[] {
    return this.#holes;
  }

  addHole(hole: ConsumerHole): void {
    // One that adjoins another makes it longer.
    const known = this.#holes.find(
      ({ consumer, from, to }) => consumer === hole.consumer && hole.from >= from && hole.from <= to + 1,
    );
    if (known && known.to >= hole.to) return;
    if (known) known.to = hole.to;
    else this.#holes.push({ ...hole });
    const { consumer, from, to } = known ?? hole;
    this.#database.prepare('INSERT OR REPLACE INTO holes VALUES (?, ?, ?)').run(consumer, from, to);
  }

  /** Forgets holes of entries that would be gone by now anyway. */
  forgetHolesBefore(id: number): void {
    const kept = this.#holes.filter(({ to }) => to >= id);
    if (kept.length === this.#holes.length) return;
    this.#holes.splice(0, this.#holes.length, ...kept);
    this.#database.prepare('DELETE FROM holes WHERE last < ?').run(id);
  }

  /** How far of the journal any snapshot tells; 0 without one. */
  get position(): number {
    return Number(this.#database.prepare('SELECT max(position) AS position FROM snapshots').get()?.position ?? 0);
  }

  close(): void {
    this.#database.close();
  }

  #transaction(work: () => void): void {
    watched(this.#path, () => inTransaction(this.#database, work));
  }
}

function readOrNull<T>(read: () => T): T | null {
  try {
    return read() ?? null;
  } catch (error) {
    // A damaged snapshot costs a rebuild, never a start. What SQLite didn't say is v8's word on bytes it can't read.
    if (['busy', 'full'].includes(faultOf(error))) throw error;
    return null;
  }
}
