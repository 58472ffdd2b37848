// What is counted and what is still to be rolled up, in the outbox's file: written in one transaction with the points and the place
// in the journal that it follows from, so that a crash counts nothing twice and forgets nothing.
import { sql } from '../sql.ts';
import type { Database, Statement } from '../sqlite.ts';
import type { CountedMinute } from './rollup/span.ts';
import { bounded, minuteMs } from './rollup/span.ts';

export const workMigration = `
  CREATE TABLE counters (id INTEGER PRIMARY KEY, hall TEXT NOT NULL, device TEXT NOT NULL, UNIQUE (hall, device)) STRICT;
  CREATE TABLE counted (
    counter INTEGER NOT NULL, minute INTEGER NOT NULL, ins INTEGER NOT NULL, outs INTEGER NOT NULL,
    PRIMARY KEY (counter, minute)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE due (
    kind TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (kind, subject, at)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE rolled (one INTEGER PRIMARY KEY CHECK (one = 1), until INTEGER NOT NULL) STRICT;
  INSERT INTO rolled VALUES (1, 0);`;

/** What is due is read oldest first, a little at a time: after a lost outbox hundreds of thousands of slots are. */
export const dueOrderMigration = 'CREATE INDEX due_order ON due (kind, at, subject);';

export const dueKinds = ['slot', 'day', 'profile', 'region'] as const;

/**
 * What is to be rolled up: `slot` of a hall out of its books (`at`: its beginning), `day` of a hall out of the journal, `profile`
 * of a hall's day and `region` for a slot out of the store (`at` of days: the local date as midnight UTC). Times are epoch ms.
 */
export interface Due {
  kind: (typeof dueKinds)[number];
  subject: string;
  at: number;
}

/** What was read of it; it may become due again while it is worked on. */
export interface Taken extends Due {
  version: number;
}

/** A sum beyond can't be read again: of a device that counts without bound. */
const most = Number.MAX_SAFE_INTEGER;

export class Workbook {
  readonly #database: Database;
  readonly #count: Statement;
  readonly #read: Statement;
  readonly #add: Statement;
  readonly #drop: Statement;
  readonly #counters = new Map<string, number>();
  #rolledUntil = 0;
  #rollingUntil = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#count = database.prepare(
      sql`INSERT INTO counted VALUES (?, ?, ?, ?) ON CONFLICT (counter, minute)
       DO UPDATE SET ins = max(-${most}, min(${most}, ins + excluded.ins)),
         outs = max(-${most}, min(${most}, outs + excluded.outs))`,
    );
    this.#read = database.prepare(
      'SELECT minute, ins, outs FROM counted WHERE counter = ? AND minute >= ? AND minute < ? ORDER BY minute',
    );
    this.#add = database.prepare('INSERT INTO due VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET version = version + 1');
    this.#drop = database.prepare('DELETE FROM due WHERE kind = ? AND subject = ? AND at = ? AND version = ?');
    this.reload();
  }

  /** Reads again what is kept in memory: a transaction that failed has taken its rows back. */
  reload(): void {
    this.#rolledUntil = Number(this.#database.prepare('SELECT until FROM rolled').get()?.until ?? 0);
    this.#counters.clear();
    for (const { id, hall, device } of this.#database.prepare('SELECT * FROM counters').all()) {
      this.#counters.set(`${hall}|${device}`, Number(id));
    }
  }

  /** Forgets what was counted and how far slots were rolled up; what is due stays due. `reload` follows the commit. */
  startOver(): void {
    this.#database.exec('DELETE FROM counted; UPDATE rolled SET until = 0');
  }

  /** All slots that ended by then (epoch ms) are rolled up, but for those that are due again; 0 before the first time. */
  get rolledUntil(): number {
    return this.#rolledUntil;
  }

  /**
   * Slots that end by then are rolled up, or just being: what is heard of them from here on makes them due again. In memory alone: a
   * pass that a crash ends begins anew.
   */
  get takenUntil(): number {
    return Math.max(this.#rolledUntil, this.#rollingUntil);
  }

  /** A pass over the slots that end by `until` begins. */
  rolling(until: number): void {
    this.#rollingUntil = until;
  }

  /** Adds to what was counted at a device in a minute. Inside a transaction of the outbox, as all that writes here. */
  count(hall: string, device: string, { at, in: ins, out }: CountedMinute): void {
    this.#count.run(this.#counterOf(hall, device), at / minuteMs, bounded(ins), bounded(out));
  }

  /** What was counted at a device from `from` on, up to but without `to`, by the minute. */
  counted(hall: string, device: string, from: number, to: number): CountedMinute[] {
    const counter = this.#counters.get(`${hall}|${device}`);
    if (counter === undefined) return [];
    const rows = this.#read.all(counter, Math.floor(from / minuteMs), Math.ceil(to / minuteMs));
    return rows.map(({ minute, ins, outs }) => ({ at: Number(minute) * minuteMs, in: Number(ins), out: Number(outs) }));
  }

  addDue({ kind, subject, at }: Due): void {
    this.#add.run(kind, subject, at);
  }

  /** Done with, unless it became due again since it was read. */
  dropDue({ kind, subject, at, version }: Taken): void {
    this.#drop.run(kind, subject, at, version);
  }

  /** What is due of a kind, the oldest first, at most `limit`; with `after`, of what comes behind that. */
  due(kind: Due['kind'], limit: number, after: Pick<Due, 'at' | 'subject'> | null = null): Taken[] {
    const rows = this.#database
      .prepare(
        'SELECT subject, at, version FROM due WHERE kind = ? AND (at, subject) > (?, ?) ORDER BY at, subject LIMIT ?',
      )
      .all(kind, after?.at ?? Number.MIN_SAFE_INTEGER, after?.subject ?? '', limit);
    return rows.map(({ subject, at, version }) => ({
      kind,
      subject: String(subject),
      at: Number(at),
      version: Number(version),
    }));
  }

  /** How much is due of a kind. */
  dueCount(kind: Due['kind']): number {
    return Number(this.#database.prepare('SELECT count(*) AS count FROM due WHERE kind = ?').get(kind)?.count ?? 0);
  }

  rolled(until: number): void {
    this.#database.prepare('UPDATE rolled SET until = ?').run(until);
    this.#rolledUntil = until;
  }

  /** Forgets what was counted in a hall before `before` of it (epoch ms). */
  forgetBefore(before: (hall: string) => number): void {
    const drop = this.#database.prepare('DELETE FROM counted WHERE counter = ? AND minute < ?');
    for (const [name, counter] of this.#counters) {
      drop.run(counter, Math.floor(before(name.slice(0, name.indexOf('|'))) / minuteMs));
    }
  }

  #counterOf(hall: string, device: string): number {
    const name = `${hall}|${device}`;
    const known = this.#counters.get(name);
    if (known !== undefined) return known;
    const row = this.#database
      .prepare('INSERT INTO counters (hall, device) VALUES (?, ?) ON CONFLICT DO UPDATE SET hall = hall RETURNING id')
      .get(hall, device);
    const id = Number(row?.id);
    this.#counters.set(name, id);
    return id;
  }
}
