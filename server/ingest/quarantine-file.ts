// The file behind the quarantine: its tables, and how entries are read from them.
import type { QuarantineEntry } from '../contracts/http.ts';
import type { RefusalReason } from '../contracts/names.ts';
import { finalRefusals } from '../contracts/names.ts';
import { sql } from '../sql.ts';
import type { Database, Statement } from '../sqlite.ts';
import { openSqlite } from '../sqlite.ts';

const migrations = [
  `CREATE TABLE entries (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     topic TEXT NOT NULL,
     reason TEXT NOT NULL,
     detail TEXT NOT NULL,
     hall TEXT,
     device TEXT,
     count INTEGER NOT NULL,
     first_seen INTEGER NOT NULL,
     last_seen INTEGER NOT NULL,
     UNIQUE (topic, reason)
   ) STRICT;
   CREATE INDEX entries_by_age ON entries (last_seen);
   CREATE INDEX entries_by_hall ON entries (hall, device);
   CREATE TABLE messages (
     id INTEGER PRIMARY KEY,
     entry INTEGER NOT NULL REFERENCES entries (id),
     payload BLOB NOT NULL,
     received_at INTEGER NOT NULL,
     live INTEGER NOT NULL,
     caught_up INTEGER NOT NULL,
     shortened INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX messages_by_entry ON messages (entry, id);
   CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, dropped INTEGER NOT NULL) STRICT;
   INSERT INTO place VALUES (1, 0, 0);`,
  // Counting must not walk through the payloads, which stand before these columns in each row.
  'CREATE INDEX messages_by_time ON messages (entry, received_at, shortened);',
];

/** More than a sample shows, so that the cut is seen. */
const sampledBytes = 1_040;

/** An entry as it is kept: the sample is bytes here, and not yet cut to what is shown. */
export interface KeptEntry extends Omit<QuarantineEntry, 'sample'> {
  sample: { payload: Uint8Array; shortened: boolean } | null;
}

export interface QuarantineFilter {
  hall?: string;
  device?: string;
  reason?: string;
  limit: number;
}

/** What was refused since some moment and not read since. `isAtLeast`: more were refused than are kept to be counted. */
export interface RecentRefusals {
  messages: number;
  devices: number;
  isAtLeast: boolean;
}

/** Opens the file of a data folder. Throws as `openSqlite` does. */
export function openQuarantineFile(path: string): Database {
  return openSqlite(path, { migrations, synchronous: 'NORMAL' });
}

const columns = sql`e.*, (SELECT count(*) FROM messages WHERE entry = e.id) AS kept,
  EXISTS (SELECT 1 FROM messages WHERE entry = e.id AND shortened = 0) AS retryable,
  m.shortened, iif(m.shortened, m.payload, substr(m.payload, 1, ${sampledBytes})) AS sample
  FROM entries AS e LEFT JOIN messages AS m ON m.id = (SELECT max(id) FROM messages WHERE entry = e.id)`;

export class QuarantineReader {
  readonly #list: Statement;
  readonly #get: Statement;
  readonly #recent: Statement;

  constructor(database: Database) {
    this.#list = database.prepare(
      sql`SELECT ${columns} WHERE (?1 IS NULL OR e.hall = ?1) AND (?2 IS NULL OR e.device = ?2) AND (?3 IS NULL OR e.reason = ?3)
       ORDER BY e.last_seen DESC, e.id DESC LIMIT ?4`,
    );
    this.#get = database.prepare(sql`SELECT ${columns} WHERE e.id = ?`);
    // An entry that began since then is counted exactly; of an older one only the kept messages tell when they came.
    this.#recent = database.prepare(
      `SELECT coalesce(sum(iif(first_seen >= ?1, count, max(recent, 1))), 0) AS messages,
         count(DISTINCT coalesce(hall || '/' || device, topic)) AS devices,
         coalesce(max(first_seen < ?1 AND recent = kept AND count > kept), 0) AS is_at_least
       FROM (SELECT *, (SELECT count(*) FROM messages WHERE entry = e.id) AS kept,
           (SELECT count(*) FROM messages WHERE entry = e.id AND received_at >= ?1) AS recent
         FROM entries AS e WHERE last_seen >= ?1)`,
    );
  }

  /** Entries, the latest seen first. */
  list({ hall, device, reason, limit }: QuarantineFilter): KeptEntry[] {
    return this.#list.all(hall ?? null, device ?? null, reason ?? null, limit).map(entryOf);
  }

  get(id: number): KeptEntry | null {
    const row = this.#get.get(id);
    return row ? entryOf(row) : null;
  }

  /** What was refused since `since`, epoch ms. */
  recent(since: number): RecentRefusals {
    const row = this.#recent.get(since);
    return { messages: Number(row?.messages), devices: Number(row?.devices), isAtLeast: row?.is_at_least === 1 };
  }
}

function entryOf(row: Record<string, unknown>): KeptEntry {
  return {
    id: Number(row.id),
    reason: String(row.reason) as RefusalReason,
    detail: String(row.detail),
    topic: String(row.topic),
    hall: row.hall === null ? null : String(row.hall),
    device: row.device === null ? null : String(row.device),
    count: Number(row.count),
    kept: Number(row.kept),
    firstSeen: Number(row.first_seen),
    lastSeen: Number(row.last_seen),
    retryable: row.retryable === 1 && !finalRefusals.includes(row.reason as RefusalReason),
    sample: row.sample === null ? null : { payload: row.sample as Uint8Array, shortened: row.shortened === 1 },
  };
}
