// One file of the journal: entries appended in transactions, read in order, damage stepped over.
import { crc32 } from 'node:zlib';
import { sql } from '../sql.ts';
import type { Database, Statement } from '../sqlite.ts';
import { faultOf, inTransaction, openSqlite, pragma } from '../sqlite.ts';
import type { Entry, Hole } from './entry.ts';
import { entryKinds } from './entry.ts';

const migrations = [
  `CREATE TABLE entries (
     id INTEGER PRIMARY KEY,
     kind INTEGER NOT NULL,
     received_at INTEGER NOT NULL,
     flags INTEGER NOT NULL,
     topic TEXT NOT NULL,
     payload BLOB NOT NULL,
     retry_of INTEGER,
     crc INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX config_entries ON entries (id) WHERE kind = 2;`,
];
export const journalVersion = migrations.length;
const columns = sql`id, kind, received_at, flags, topic, payload, retry_of, crc`;
const liveFlag = 1;
const caughtUpFlag = 2;
const shortenedFlag = 4;
/** Clocks stand with the configs, by whose index both are found; files of former versions have it. */
const clockFlag = 8;
const configs = sql`SELECT ${columns} FROM entries WHERE kind = 2 AND id <= ?`;
const configKind = entryKinds.indexOf('config');
const readAtOnce = 1_000;

/** `columns`, in their order: as a list, which is read twice as fast as an object. */
type Row = [
  id: number,
  kind: number,
  receivedAt: number,
  flags: number,
  topic: string,
  payload: Uint8Array,
  retryOf: number | null,
  crc: number,
];

/** What was read: entries in order, and the holes among them. `upTo`: nothing at or before it is left to read. */
export interface Reading {
  entries: Entry[];
  holes: Hole[];
  upTo: number;
}

export class JournalFile {
  readonly path: string;
  readonly firstId: number;
  /** The local date of the server on which the file was begun. */
  readonly date: string;
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #after: Statement;

  /** Opens or makes the file. Throws what SQLite throws for one that can't be opened at all. */
  constructor(path: string, { firstId, date }: { firstId: number; date: string }) {
    this.path = path;
    this.firstId = firstId;
    this.date = date;
    this.#database = openSqlite(path, { migrations, synchronous: 'FULL' });
    this.#insert = this.#database.prepare(sql`INSERT INTO entries (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#after = this.#database.prepare(
      sql`SELECT ${columns} FROM entries WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
    );
    this.#after.setReturnArrays(true);
  }

  /** How durable a commit is, as SQLite names it: 2 is FULL. */
  get synchronous(): number {
    return pragma(this.#database, 'synchronous');
  }

  /** Size on disk without what still stands in the write-ahead log. */
  get bytes(): number {
    return pragma(this.#database, 'page_count') * pragma(this.#database, 'page_size');
  }

  /** The last id that stands in the file, null when there is none. Throws for a damaged end. */
  lastId(): number | null {
    const row = this.#database.prepare('SELECT max(id) AS id FROM entries').get();
    return row?.id === null ? null : Number(row?.id);
  }

  /** The last id behind `after` that can be read, `after` when there is none; damage is stepped over. Reads all of them. */
  lastReadable(after: number, until: number): number {
    let last = after;
    for (let at = after; at < until; ) {
      const { entries, upTo } = this.read(at, until, readAtOnce);
      last = entries.at(-1)?.id ?? last;
      at = upTo;
    }
    return last;
  }

  /** Writes all entries in one transaction; when it returns, they are on disk. Throws what SQLite throws, then none is. */
  append(entries: readonly Entry[]): void {
    inTransaction(this.#database, () => {
      for (const entry of entries) {
        const { id, receivedAt, topic, payload, retryOf } = entry;
        const kind = entry.kind === 'clock' ? configKind : entryKinds.indexOf(entry.kind);
        const flags = flagsOf(entry);
        this.#insert.run(
          id,
          kind,
          receivedAt,
          flags,
          topic,
          payload,
          retryOf,
          check(kind, receivedAt, flags, topic, payload),
        );
      }
    });
  }

  /** Entries after an id up to `until`, `limit` at most, in order. What can't be read is told as holes, not thrown. */
  read(after: number, until: number, limit: number): Reading {
    const reading: Reading = { entries: [], holes: [], upTo: after };
    try {
      this.#take(reading, this.#after.all(after, until, limit) as unknown as Row[], until, limit);
    } catch (error) {
      if (faultOf(error) !== 'corrupt') throw error;
      this.#readAround(reading, until, limit);
    }
    return reading;
  }

  /** The id of the latest config at or before `id`; null when this file has none. */
  configAt(id: number): number | null {
    const row = this.#database.prepare(sql`${configs} AND flags & ? = 0 ORDER BY id DESC LIMIT 1`).get(id, clockFlag);
    return row ? Number(row.id) : null;
  }

  /** The clock entries of this file at or before `id`, in order. */
  clocksAt(id: number): Entry[] {
    const all = this.#database.prepare(sql`${configs} AND flags & ? ORDER BY id`);
    all.setReturnArrays(true);
    return (all.all(id, clockFlag) as unknown as Row[]).map(entryOf);
  }

  /** The first id received at or after `at`, taking receipt times as growing; null when there is none. */
  firstIdSince(at: number): number | null {
    let low = this.firstId;
    let high = (this.lastId() ?? this.firstId - 1) + 1;
    const end = high;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = this.#database.prepare('SELECT received_at AS at FROM entries WHERE id >= ? LIMIT 1').get(middle);
      if (Number(row?.at) < at) low = middle + 1;
      else high = middle;
    }
    return low < end ? low : null;
  }

  close(): void {
    this.#database.close();
  }

  /** After damage: row by row, so that what stands before and behind it comes through. */
  #readAround(reading: Reading, until: number, limit: number): void {
    while (reading.entries.length < limit && reading.upTo < until) {
      const row = this.#first(reading.upTo, until);
      if (row === null) {
        reading.upTo = until;
      } else if (row !== 'damaged') {
        this.#take(reading, [row], row[0], 1);
      } else {
        const next = this.#readableAfter(reading.upTo, until);
        addHole(reading.holes, reading.upTo + 1, next - 1);
        reading.upTo = next - 1;
      }
    }
  }

  #first(after: number, until: number): Row | null | 'damaged' {
    try {
      return (this.#after.get(after, until, 1) as unknown as Row | undefined) ?? null;
    } catch (error) {
      if (faultOf(error) !== 'corrupt') throw error;
      return 'damaged';
    }
  }

  /** The first id behind the damage that begins after `after`: leaps until something can be read, then narrows. */
  #readableAfter(after: number, until: number): number {
    let bad = after;
    let step = 1;
    while (bad + step <= until && this.#first(bad + step - 1, until) === 'damaged') {
      bad += step;
      step *= 2;
    }
    let good = Math.min(bad + step, until + 1);
    while (good - bad > 1) {
      const middle = Math.floor((good + bad) / 2);
      if (this.#first(middle - 1, until) === 'damaged') bad = middle;
      else good = middle;
    }
    return good;
  }

  #take(reading: Reading, rows: Row[], until: number, limit: number): void {
    for (const row of rows) {
      const [id, kind, receivedAt, flags, topic, payload, , crc] = row;
      // An id that isn't there was lost, too: the journal itself never leaves one out.
      if (id > reading.upTo + 1 && reading.upTo >= this.firstId - 1) addHole(reading.holes, reading.upTo + 1, id - 1);
      if (crc === check(kind, receivedAt, flags, topic, payload)) reading.entries.push(entryOf(row));
      else addHole(reading.holes, id, id);
      reading.upTo = id;
    }
    if (rows.length < limit) reading.upTo = Math.max(reading.upTo, until);
  }
}

function flagsOf({ kind, live, caughtUp, shortened }: Entry): number {
  const ofKind = kind === 'clock' ? clockFlag : 0;
  return ofKind | (live ? liveFlag : 0) | (caughtUp ? caughtUpFlag : 0) | (shortened ? shortenedFlag : 0);
}

function entryOf([id, kind, receivedAt, flags, topic, payload, retryOf]: Row): Entry {
  return {
    id,
    kind: (flags & clockFlag) !== 0 ? 'clock' : (entryKinds[kind] ?? 'message'),
    topic,
    payload,
    receivedAt,
    live: (flags & liveFlag) !== 0,
    caughtUp: (flags & caughtUpFlag) !== 0,
    shortened: (flags & shortenedFlag) !== 0,
    retryOf,
  };
}

/** SQLite notices a page that makes no sense, not one whose bytes changed: a message carries its own sum. */
function check(kind: number, receivedAt: number, flags: number, topic: string, payload: Uint8Array): number {
  return crc32(payload, crc32(topic, (receivedAt ^ (flags << 24) ^ (kind << 28)) >>> 0));
}

function addHole(holes: Hole[], from: number, to: number): void {
  const last = holes.at(-1);
  if (last && last.to === from - 1) last.to = to;
  else holes.push({ from, to });
}
