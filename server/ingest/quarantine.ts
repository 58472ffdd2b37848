// What reached us and could not be read or placed: kept with its reason, bounded, newest kept, ready to be tried again.
import { boundReached } from '../bounds.ts';
import type { RefusalReason } from '../contracts/names.ts';
import { watched } from '../damaged-files.ts';
import type { Entry, NewEntry } from '../journal/entry.ts';
import type { Sql } from '../sql.ts';
import { sql } from '../sql.ts';
import type { Database, Statement } from '../sqlite.ts';
import { inTransaction } from '../sqlite.ts';
import type { KeptEntry, QuarantineFilter, RecentRefusals } from './quarantine-file.ts';
import { openQuarantineFile, QuarantineReader } from './quarantine-file.ts';

/** Bounds: messages kept of one entry and their bytes, both in all, and entries (one a topic and reason) in all. */
const defaultLimits = { perEntry: 200, perEntryBytes: 2 ** 20, messages: 20_000, bytes: 64 * 2 ** 20, entries: 2_000 };
export type QuarantineLimits = typeof defaultLimits;

/** A topic beyond this is none of ours, and whoever invents them must not fill the disk with names. */
const longestText = 1_024;

/** A message that was refused, with where it belongs as far as that is known; a retry names the message that it tried again. */
export interface Refused extends Omit<Entry, 'kind'> {
  reason: RefusalReason;
  detail: string;
  hall: string | null;
  device: string | null;
}

/** A message of ours that was tried again, and read. */
export interface ReadAtLast {
  id: number;
  retryOf: number;
  reason: null;
}

export class Quarantine {
  readonly #path: string;
  readonly #database: Database;
  readonly #reader: QuarantineReader;
  readonly #limits: QuarantineLimits;
  readonly #file: Statement;
  readonly #keep: Statement;
  readonly #size: Statement;
  /** Entries of the messages that are being tried: one may have to give way before it is known what became of it. */
  readonly #tried = new Map<number, number>();
  #messages = 0;
  #bytes = 0;
  #position: number;

  constructor(path: string, limits: Partial<QuarantineLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#path = path;
    this.#database = openQuarantineFile(path);
    this.#reader = new QuarantineReader(this.#database);
    this.#file = this.#database.prepare(
      `INSERT INTO entries (topic, reason, detail, hall, device, count, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, 1, ?, ?)
       ON CONFLICT (topic, reason) DO UPDATE SET detail = excluded.detail, hall = excluded.hall, device = excluded.device,
         count = count + 1, first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)
       RETURNING id`,
    );
    this.#keep = this.#database.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#size = this.#database.prepare(
      `SELECT count(*) AS messages, coalesce(sum(length(payload)), 0) AS bytes, coalesce(min(id), 0) AS oldest
       FROM messages WHERE entry = ?`,
    );
    this.#measure();
    this.#position = Number(this.#database.prepare('SELECT position FROM place').get()?.position);
  }

  /** Everything of the journal up to here was looked at. */
  get position(): number {
    return this.#position;
  }

  get size(): { messages: number; bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /**
   * Files what was refused, and what was read at last, among the journal's entries up to `position`, in one transaction with
   * it; older ones are known. Throws what SQLite throws, and then nothing is filed.
   */
  take(verdicts: readonly (Refused | ReadAtLast)[], position: number): void {
    const news = verdicts.filter(({ id }) => id > this.#position);
    const reached = Math.max(this.#position, position, news.at(-1)?.id ?? 0);
    if (reached === this.#position) return;
    try {
      this.#transaction(() => {
        for (const one of news) {
          if (one.retryOf !== null) this.#retried(one, one.retryOf);
          else if (one.reason !== null) this.#refused(one);
        }
        if (news.length > 0) this.#trim();
        this.#database.prepare('UPDATE place SET position = ?').run(reached);
      });
    } catch (error) {
      // What was counted along the way was taken back.
      this.#measure();
      throw error;
    }
    this.#position = reached;
    for (const { retryOf } of news) if (retryOf !== null) this.#tried.delete(retryOf);
  }

  /** Entries, the latest seen first. */
  list(filter: QuarantineFilter): KeptEntry[] {
    return watched(this.#path, () => this.#reader.list(filter));
  }

  get(id: number): KeptEntry | null {
    return watched(this.#path, () => this.#reader.get(id));
  }

  /** What was refused since `since`, epoch ms, and not read since. */
  recent(since: number): RecentRefusals {
    return watched(this.#path, () => this.#reader.recent(since));
  }

  /** The kept messages of an entry as journal entries to try again, oldest first. */
  retries(id: number): NewEntry[] {
    const topic = this.#database.prepare('SELECT topic FROM entries WHERE id = ?').get(id)?.topic;
    const rows = this.#database.prepare('SELECT * FROM messages WHERE entry = ? AND shortened = 0 ORDER BY id').all(id);
    for (const row of rows) this.#tried.set(Number(row.id), id);
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

  close(): void {
    this.#database.close();
  }

  #transaction(work: () => void): void {
    watched(this.#path, () => inTransaction(this.#database, work));
  }

  #refused(message: Refused): void {
    const { id, payload, receivedAt, live, caughtUp, shortened } = message;
    const entry = this.#entryFor(message);
    this.#keep.run(id, entry, payload, receivedAt, Number(live), Number(caughtUp), Number(shortened));
    this.#messages++;
    this.#bytes += payload.length;
    this.#trimEntry(entry);
  }

  /** A message that was read leaves; one refused again goes to where it belongs now, which is mostly where it was. */
  #retried(verdict: Refused | ReadAtLast, message: number): void {
    const kept = this.#database.prepare('SELECT entry FROM messages WHERE id = ?').get(message);
    if (verdict.reason === null) {
      const entry = kept ? Number(kept.entry) : this.#tried.get(message);
      this.#drop(sql`id = ?`, message);
      if (entry !== undefined) this.#uncount(entry);
      return;
    }
    if (!kept) return;
    const entry = this.#entryFor(verdict);
    this.#database.prepare('UPDATE messages SET entry = ? WHERE id = ?').run(entry, message);
    this.#uncount(Number(kept.entry));
    this.#trimEntry(entry);
  }

  /** The entry of a message's topic and reason, which counts one more now. */
  #entryFor({ topic, reason, detail, hall, device, receivedAt }: Refused): number {
    const row = this.#file.get(cut(topic), reason, cut(detail), hall, device, receivedAt, receivedAt);
    return Number(row?.id);
  }

  /** An entry goes with the last message that it counts, kept or not: what could not be kept was refused all the same. */
  #uncount(entry: number): void {
    this.#database.prepare('UPDATE entries SET count = count - 1 WHERE id = ?').run(entry);
    this.#database.prepare('DELETE FROM entries WHERE id = ? AND count <= 0').run(entry);
  }

  #trimEntry(entry: number): void {
    const { perEntry, perEntryBytes } = this.#limits;
    let kept = this.#sizeOf(entry);
    while (kept.messages > perEntry || (kept.bytes > perEntryBytes && kept.messages > 1)) {
      boundReached('quarantine-kept');
      this.#drop(sql`id = ?`, kept.oldest);
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
      boundReached('quarantine-kept');
      this.#drop(sql`id IN (SELECT id FROM messages ORDER BY id LIMIT ?)`, Math.max(1, this.#messages - messages));
    }
    const count = Number(this.#database.prepare('SELECT count(*) AS n FROM entries').get()?.n);
    if (count <= entries) return;
    boundReached('quarantine-kept', count - entries);
    const old = sql`SELECT id FROM entries ORDER BY last_seen, id LIMIT ?`;
    this.#drop(sql`entry IN (${old})`, count - entries);
    this.#database.prepare(sql`DELETE FROM entries WHERE id IN (${old})`).run(count - entries);
  }

  #drop(where: Sql, value: number): void {
    const rows = this.#database
      .prepare(sql`DELETE FROM messages WHERE ${where} RETURNING length(payload) AS bytes`)
      .all(value);
    this.#messages -= rows.length;
    for (const { bytes } of rows) this.#bytes -= Number(bytes);
  }

  #measure(): void {
    const kept = this.#database
      .prepare('SELECT count(*) AS n, coalesce(sum(length(payload)), 0) AS bytes FROM messages')
      .get();
    this.#messages = Number(kept?.n);
    this.#bytes = Number(kept?.bytes);
  }
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}
