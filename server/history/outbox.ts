// J7: points wait here, in the data folder, until the store has them. Put together with the place in the journal that they came
// from; so a crash neither loses nor doubles one.
import type { Clock } from '../clock.ts';
import { watched } from '../damaged-files.ts';
import { sql } from '../sql.ts';
import type { Database } from '../sqlite.ts';
import { openSqlite, pragma, settle, settledMigration } from '../sqlite.ts';
import { catalogue } from './catalogue.ts';
import { DeadLetters, deadMigration } from './dead-letters.ts';
import { HistoryHoles, holesMigration } from './history-holes.ts';
import { LeftOut, leftOutMigration } from './left-out.ts';
import { ToldDates, toldMigration } from './past/told-dates.ts';
import type { Point, Refused } from './points.ts';
import { pointFault, soundPart } from './points.ts';
import type { Reaches } from './reaches.ts';
import { SeriesTable, seriesMigration } from './series-table.ts';
import { parcelsMigration, WaitingTable, waitingMigration } from './waiting-table.ts';
import { dueOrderMigration, Workbook, workMigration } from './workbook.ts';

const migrations = [
  sql`${seriesMigration}
   ${waitingMigration}
   CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL) STRICT;
   INSERT INTO place VALUES (1, 0);
   ${deadMigration}
   ${holesMigration}`,
  workMigration,
  toldMigration,
  sql`${parcelsMigration}${settledMigration}`,
  dueOrderMigration,
  leftOutMigration,
  'ALTER TABLE place ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;',
];

export interface Cap {
  points: number;
  bytes: number;
}

const defaultCap: Cap = { points: 10_000_000, bytes: 4 * 2 ** 30 };
/** Cut at once, of the cap: seldom, and never much more than must be. */
const cutShare = 0.01;
/** Bytes are asked for after so many points. */
const weighEvery = 1_000;
const pagesBack = 200;

export interface OutboxOptions {
  path: string;
  clock: Clock;
  cap?: Partial<Cap>;
  /** How far back the store keeps points; null while everything is put. */
  reaches?: Reaches | null;
}

/** Some of the oldest points. They wait until `done(upTo)`. */
export interface Batch {
  points: Point[];
  upTo: number;
}

export class Outbox {
  readonly dead: DeadLetters;
  readonly work: Workbook;
  readonly told: ToldDates;
  readonly leftOut: LeftOut;
  readonly #holes: HistoryHoles;
  readonly #path: string;
  readonly #database: Database;
  readonly #series: SeriesTable;
  readonly #clock: Clock;
  readonly #cap: Cap;
  readonly #reaches: Reaches | null;
  readonly #waiting: WaitingTable;
  #position: number;
  #unweighed = 0;
  /** What is on its way to the store isn't cut: nobody could say whether it got there. */
  #takenUpTo = 0;
  #doneUpTo = 0;

  /** Opens or makes the file. Throws `data-newer`, or what SQLite throws for a file that can't be opened. */
  constructor({ path, clock, cap = {}, reaches = null }: OutboxOptions) {
    // What a power cut takes, the journal tells again; each wait for the disk would be one in the messages' way.
    this.#database = openSqlite(path, { migrations, synchronous: 'NORMAL', givesBack: true });
    this.#path = path;
    this.#clock = clock;
    this.#cap = { ...defaultCap, ...cap };
    this.#reaches = reaches;
    this.#series = new SeriesTable(this.#database);
    this.dead = new DeadLetters(this.#database);
    this.#holes = new HistoryHoles(this.#database);
    this.work = new Workbook(this.#database);
    this.told = new ToldDates(this.#database);
    this.leftOut = new LeftOut(this.#database);
    this.#waiting = new WaitingTable(this.#database, this.#series);
    this.#position = Number(this.#database.prepare('SELECT position FROM place').get()?.position ?? 0);
  }

  /** Everything of the journal up to this id is put, or was never worth a point. */
  get position(): number {
    return this.#position;
  }

  /** Points that wait. */
  get waiting(): number {
    return this.#waiting.count;
  }

  /** The number of the latest point that was put, and of the latest that the store has: all up to it are there. */
  get ids(): { put: number; done: number } {
    return { put: this.#waiting.lastId, done: this.#doneUpTo };
  }

  /** Points of times before what the store keeps, left out since the start. */
  get tooOld(): number {
    return this.#reaches?.tooOld ?? 0;
  }

  /** When the point was put that waits longest since its latest version, epoch ms. */
  get oldestAt(): number | null {
    return this.#waiting.oldestAt;
  }

  /** What was cut at the cap and never reached the store, oldest first (J4). */
  get holes() {
    return this.#holes.all();
  }

  /** Bytes that hold something. */
  get bytes(): number {
    return (pragma(this.#database, 'page_count') - pragma(this.#database, 'freelist_count')) * this.#pageSize;
  }

  get #pageSize(): number {
    return pragma(this.#database, 'page_size');
  }

  /**
   * Takes points in, with the place in the journal that they came from, in one transaction. A point of a span that waits
   * already has the new fields laid over its own. What no store may take, a field or all of it, becomes a dead letter; one of a time before all that the
   * store keeps is only counted. `also` writes to `work` in the same transaction.
   */
  put(points: readonly Point[], position: number, also?: () => void): void {
    const now = Math.floor(this.#clock.now());
    const refused: Refused[] = [];
    const sound: Point[] = [];
    for (const point of this.#reaches?.within(points) ?? points) {
      const reason = pointFault(point);
      if (reason === null) {
        sound.push(point);
        continue;
      }
      const part = Object.hasOwn(catalogue, point.measurement) ? soundPart(point) : { sound: null, misfits: null };
      if (part.sound) sound.push(part.sound);
      if (part.sound === null) refused.push({ point, reason });
      else if (part.misfits) refused.push(part.misfits);
    }
    try {
      this.#transaction(() => {
        this.#waiting.put(sound, now);
        this.dead.add(refused, now);
        also?.();
        this.#database.prepare('UPDATE place SET position = ?').run(position);
      });
    } catch (error) {
      this.work.reload();
      throw error;
    }
    this.#position = position;
    this.#unweighed += points.length;
    try {
      this.#keepToCap(now);
    } catch {
      // It is put: whoever thought that it isn't would put it, and count, twice. What can't be cut now is cut with a later one.
    }
  }

  /**
   * The journal behind entry `position` is told again: what was counted of it is forgotten, and all is due to be rolled up again. What
   * waits goes on waiting. Throws what SQLite throws.
   */
  startOver(position: number): void {
    this.#transaction(() => {
      this.work.startOver();
      this.#database.prepare('UPDATE place SET position = ?, settled = 0').run(position);
    });
    this.work.reload();
    this.#position = position;
  }

  /** What was put stays, also after a power cut. Throws what SQLite throws. */
  settle(): void {
    settle(this.#database);
  }

  /** The oldest points, at least `limit` of them or all, in the order they were put; null when none waits. */
  take(limit: number): Batch | null {
    const batch = watched(this.#path, () => this.#waiting.take(limit));
    if (batch) this.#takenUpTo = batch.upTo;
    return batch;
  }

  /** What the store last said of how often it was settled; 0 before. */
  get settled(): number {
    return Number(this.#database.prepare('SELECT settled FROM place').get()?.settled ?? 0);
  }

  /**
   * The store has the points of a batch, but for those it refused. Newer versions put meanwhile go on waiting. `settled`: as the store
   * says it now.
   */
  done(upTo: number, refused: readonly Refused[] = [], settled: number | null = null): void {
    this.#transaction(() => {
      if (settled !== null) this.#database.prepare('UPDATE place SET settled = ?').run(settled);
      this.#waiting.drop(upTo);
      this.dead.add(refused, Math.floor(this.#clock.now()));
      this.#holes.end();
    });
    this.#takenUpTo = 0;
    this.#doneUpTo = upTo;
    this.#database.exec(sql`PRAGMA incremental_vacuum(${pagesBack})`);
  }

  /** The store couldn't take a batch: it waits on, and may be cut. */
  failed(): void {
    this.#takenUpTo = 0;
  }

  close(): void {
    this.#database.close();
  }

  #transaction(work: () => void): void {
    watched(this.#path, () => this.#waiting.transaction(work));
  }

  #keepToCap(now: number): void {
    const { points, bytes } = this.#cap;
    const isWeighed = this.#unweighed >= weighEvery;
    if (isWeighed) this.#unweighed = 0;
    const held = isWeighed ? this.bytes : 0;
    const waiting = this.#waiting.count;
    if (waiting <= points && held <= bytes) return;
    // Points are much of a size: so many too many bytes are so many too many points.
    const tooMany = held > bytes ? waiting * (1 - bytes / held) : 0;
    const excess = Math.max(waiting - points, tooMany);
    this.#cut(Math.ceil(excess + cutShare * Math.min(points, waiting)), now);
  }

  #cut(count: number, now: number): void {
    this.#waiting.transaction(() => {
      const cut = this.#waiting.cut(this.#takenUpTo, count);
      if (cut) this.#holes.add({ ...cut, cutAt: now });
    });
  }
}
