// What reached us and could not be read or placed: kept with its reason, bounded, newest kept, ready to be tried again.
import type { NewEntry } from '../journal/entry.ts';
import type { Database, Statement } from '../sqlite.ts';
import { inTransaction, openSqlite } from '../sqlite.ts';
import type { RefusalReason } from './message.ts';

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
];

/** Bounds: messages kept of one entry and their bytes, both in all, and entries (one a topic and reason) in all. */
const defaultLimits = { perEntry: 200, perEntryBytes: 2 ** 20, messages: 20_000, bytes: 64 * 2 ** 20, entries: 2_000 };
export type QuarantineLimits = typeof defaultLimits;

/** A message that was refused, with where it belongs as far as that is known. */
export interface Refused {
  id: number;
  topic: string;
  payload: Uint8Array;
  receivedAt: number;
  live: boolean;
  caughtUp: boolean;
  shortened: boolean;
  reason: RefusalReason;
  detail: string;
  hall: string | null;
  device: string | null;
}

/** All messages of one topic refused for one reason. `count`: ever; `kept`: those that can still be looked at. */
export interface QuarantineEntry {
  id: number;
  reason: RefusalReason;
  detail: string;
  topic: string;
  hall: string | null;
  device: string | null;
  count: number;
  kept: number;
  firstSeen: number;
  lastSeen: number;
  /** The newest one kept, as it came. */
  sample: Uint8Array | null;
  retryable: boolean;
}

export interface QuarantineFilter {
  hall?: string;
  device?: string;
  reason?: string;
  limit: number;
}

export class Quarantine {
  readonly #database: Database;
  readonly #limits: QuarantineLimits;
  readonly #file: Statement;
  readonly #keep: Statement;
  readonly #size: Statement;
  #messages: number;
  #bytes: number;
  #position: number;

  constructor(path: string, limits: Partial<QuarantineLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#database = openSqlite(path, { migrations, synchronous: 'NORMAL' });
    this.#file = this.#database.prepare(
      `INSERT INTO entries (topic, reason, detail, hall, device, count, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, 1, ?, ?)
       ON CONFLICT (topic, reason) DO UPDATE SET detail = excluded.detail, hall = excluded.hall, device = excluded.device,
         count = count + 1, first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)
       RETURNING id`,
    );
    this.#keep = this.#database.prepare('INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#size = this.#database.prepare(
      `SELECT count(*) AS messages, coalesce(sum(length(payload)), 0) AS bytes, coalesce(min(id), 0) AS oldest
       FROM messages WHERE entry = ?`,
    );
    const kept = this.#database
      .prepare('SELECT count(*) AS n, coalesce(sum(length(payload)), 0) AS bytes FROM messages')
      .get();
    this.#messages = Number(kept?.n);
    this.#bytes = Number(kept?.bytes);
    this.#position = Number(this.#database.prepare('SELECT position FROM place').get()?.position);
  }

  /** Everything of the journal up to here was looked at. */
  get position(): number {
    return this.#position;
  }

  get size(): { messages: number; bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Files what was refused among the entries up to `position`, in one transaction with it; older ones are known. */
  take(refused: readonly Refused[], position: number): void {
    const news = refused.filter(({ id }) => id > this.#position);
    if (news.length === 0 && position <= this.#position) return;
    inTransaction(this.#database, () => {
      for (const one of news) this.#take(one);
      if (news.length > 0) this.#trim();
      this.#database.prepare('UPDATE place SET position = max(position, ?)').run(position);
    });
    this.#position = Math.max(this.#position, position);
  }

  /** Entries, the latest seen first. */
  list({ hall, device, reason, limit }: QuarantineFilter): QuarantineEntry[] {
    const rows = this.#database
      .prepare(
        `SELECT * FROM entries WHERE (?1 IS NULL OR hall = ?1) AND (?2 IS NULL OR device = ?2) AND (?3 IS NULL OR reason = ?3)
         ORDER BY last_seen DESC, id DESC LIMIT ?4`,
      )
      .all(hall ?? null, device ?? null, reason ?? null, limit);
    return rows.map((row) => this.#entryOf(row));
  }

  get(id: number): QuarantineEntry | null {
    const row = this.#database.prepare('SELECT * FROM entries WHERE id = ?').get(id);
    return row ? this.#entryOf(row) : null;
  }

  /** The kept messages of an entry as journal entries to try again, oldest first. */
  retries(id: number): NewEntry[] {
    const topic = this.#database.prepare('SELECT topic FROM entries WHERE id = ?').get(id)?.topic;
    const rows = this.#database.prepare('SELECT * FROM messages WHERE entry = ? AND shortened = 0 ORDER BY id').all(id);
    return rows.map((row) => ({
      kind: 'retry' as const,
      topic: String(topic),
      payload: row.payload as Uint8Array,
      receivedAt: Number(row.received_at),
      live: row.live === 1,
      caughtUp: row.caught_up === 1,
      shortened: false,
      retryOf: Number(row.id),
    }));
  }

  /** A message that was read at last leaves, and its entry with the last of them. */
  resolve(messageId: number): void {
    const row = this.#database
      .prepare('DELETE FROM messages WHERE id = ? RETURNING entry, length(payload) AS bytes')
      .get(messageId);
    if (!row) return;
    this.#messages--;
    this.#bytes -= Number(row.bytes);
    this.#database
      .prepare('DELETE FROM entries WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM messages WHERE entry = ?1)')
      .run(Number(row.entry));
  }

  close(): void {
    this.#database.close();
  }

  #take({ id, topic, payload, receivedAt, live, caughtUp, shortened, reason, detail, hall, device }: Refused): void {
    const entry = this.#file.get(topic, reason, detail, hall, device, receivedAt, receivedAt)?.id as number;
    const { changes } = this.#keep.run(
      id,
      entry,
      payload,
      receivedAt,
      Number(live),
      Number(caughtUp),
      Number(shortened),
    );
    if (changes === 0) return;
    this.#messages++;
    this.#bytes += payload.length;
    const { perEntry, perEntryBytes } = this.#limits;
    let kept = this.#sizeOf(entry);
    while (kept.messages > perEntry || (kept.bytes > perEntryBytes && kept.messages > 1)) {
      this.#drop('id = ?', kept.oldest);
      kept = this.#sizeOf(entry);
    }
  }

  #sizeOf(entry: number): { messages: number; bytes: number; oldest: number } {
    const row = this.#size.get(entry);
    return { messages: Number(row?.messages), bytes: Number(row?.bytes), oldest: Number(row?.oldest) };
  }

  /** The oldest give way to the newest. */
  #trim(): void {
    const { messages, bytes, entries } = this.#limits;
    while (this.#messages > messages || this.#bytes > bytes) {
      this.#drop('id IN (SELECT id FROM messages ORDER BY id LIMIT ?)', Math.max(1, this.#messages - messages));
    }
    const count = Number(this.#database.prepare('SELECT count(*) AS n FROM entries').get()?.n);
    if (count <= entries) return;
    const old = 'SELECT id FROM entries ORDER BY last_seen, id LIMIT ?';
    this.#drop(`entry IN (${old})`, count - entries);
    this.#database.prepare(`DELETE FROM entries WHERE id IN (${old})`).run(count - entries);
  }

  #drop(where: string, value: number): void {
    const rows = this.#database
      .prepare(`DELETE FROM messages WHERE ${where} RETURNING length(payload) AS bytes`)
      .all(value);
    this.#messages -= rows.length;
    for (const { bytes } of rows) this.#bytes -= Number(bytes);
  }

  #entryOf(row: Record<string, unknown>): QuarantineEntry {
    const id = Number(row.id);
    const kept = this.#database
      .prepare('SELECT count(*) AS n, coalesce(sum(1 - shortened), 0) AS whole FROM messages WHERE entry = ?')
      .get(id);
    const newest = this.#database
      .prepare('SELECT payload FROM messages WHERE entry = ? ORDER BY id DESC LIMIT 1')
      .get(id);
    return {
      id,
      reason: String(row.reason) as RefusalReason,
      detail: String(row.detail),
      topic: String(row.topic),
      hall: row.hall === null ? null : String(row.hall),
      device: row.device === null ? null : String(row.device),
      count: Number(row.count),
      kept: Number(kept?.n),
      firstSeen: Number(row.first_seen),
      lastSeen: Number(row.last_seen),
      sample: newest ? (newest.payload as Uint8Array) : null,
      retryable: Number(kept?.whole) > 0,
    };
  }
}
