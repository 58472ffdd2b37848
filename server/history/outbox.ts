// J7: points wait here, in the data folder, until the store has them. Put together with the place in the journal that they came
// from; so a crash neither loses nor doubles one.
import type { Clock } from '../clock.ts';
import type { Database, Statement } from '../sqlite.ts';
import { openSqlite, pragma } from '../sqlite.ts';
import { DeadLetters, deadMigration } from './dead-letters.ts';
import { HistoryHoles, holesMigration } from './history-holes.ts';
import { ToldDates, toldMigration } from './past/told-dates.ts';
import type { FieldValue, Point, Refused } from './points.ts';
import { knownFields, pointFault } from './points.ts';
import { SeriesTable, seriesMigration } from './series-table.ts';
import { Workbook, workMigration } from './workbook.ts';

const migrations = [
  `${seriesMigration}
   CREATE TABLE waiting (
     id INTEGER PRIMARY KEY,
     series INTEGER NOT NULL,
     at INTEGER NOT NULL,
     put_at INTEGER NOT NULL,
     versions INTEGER NOT NULL,
     fields TEXT NOT NULL,
     UNIQUE (series, at)
   ) STRICT;
   CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL) STRICT;
   INSERT INTO place VALUES (1, 0);
   ${deadMigration}
   ${holesMigration}`,
  workMigration,
  toldMigration,
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

/** Some of the oldest points. They wait until `done(upTo)`. */
export interface Batch {
  points: Point[];
  upTo: number;
}

export class Outbox {
  readonly dead: DeadLetters;
  readonly work: Workbook;
  readonly told: ToldDates;
  readonly #holes: HistoryHoles;
  readonly #database: Database;
  readonly #series: SeriesTable;
  readonly #clock: Clock;
  readonly #cap: Cap;
  readonly #put: Statement;
  readonly #take: Statement;
  readonly #drop: Statement;
  #position: number;
  #nextId: number;
  #waiting: number;
  #unweighed = 0;
  /** What is on its way to the store isn't cut: nobody could say whether it got there. */
  #takenUpTo = 0;
  #doneUpTo = 0;

  /** Opens or makes the file. Throws `data-newer`, or what SQLite throws for a file that can't be opened. */
  constructor({ path, clock, cap = {} }: { path: string; clock: Clock; cap?: Partial<Cap> }) {
    // Halls' snapshots lie behind what was put before them, also after a power cut.
    this.#database = openSqlite(path, { migrations, synchronous: 'FULL', givesBack: true });
    this.#clock = clock;
    this.#cap = { ...defaultCap, ...cap };
    this.#series = new SeriesTable(this.#database);
    this.dead = new DeadLetters(this.#database);
    this.#holes = new HistoryHoles(this.#database);
    this.work = new Workbook(this.#database);
    this.told = new ToldDates(this.#database);
    // A newer version goes to the end: the one on its way may be done with before this one is.
    this.#put = this.#database.prepare(
      `INSERT INTO waiting VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (series, at) DO UPDATE SET id = excluded.id,
       put_at = excluded.put_at, versions = versions + 1, fields = json_patch(fields, excluded.fields) RETURNING versions`,
    );
    this.#take = this.#database.prepare('SELECT id, series, at, fields FROM waiting ORDER BY id LIMIT ?');
    this.#drop = this.#database.prepare('DELETE FROM waiting WHERE id <= ?');
    this.#position = Number(this.#database.prepare('SELECT position FROM place').get()?.position ?? 0);
    const row = this.#database.prepare('SELECT count(*) AS count, max(id) AS last FROM waiting').get();
    this.#waiting = Number(row?.count ?? 0);
    this.#nextId = Number(row?.last ?? 0) + 1;
  }

  /** Everything of the journal up to this id is put, or was never worth a point. */
  get position(): number {
    return this.#position;
  }

  /** Points that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The number of the latest point that was put, and of the latest that the store has: all up to it are there. */
  get ids(): { put: number; done: number } {
    return { put: this.#nextId - 1, done: this.#doneUpTo };
  }

  /** When the point was put that waits longest since its latest version, epoch ms. */
  get oldestAt(): number | null {
    const row = this.#database.prepare('SELECT put_at FROM waiting ORDER BY id LIMIT 1').get();
    return row ? Number(row.put_at) : null;
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
   * Takes points in, with the place in the journal that they came from, in one transaction. A point that waits already has the
   * new fields laid over its own. One that no store may take becomes a dead letter. `also` writes to `work` in the same transaction.
   */
  put(points: readonly Point[], position: number, also?: () => void): void {
    let waiting = this.#waiting;
    const now = Math.floor(this.#clock.now());
    const refused: Refused[] = [];
    try {
      this.#series.transaction(() => {
        for (const point of points) {
          const reason = pointFault(point);
          if (reason) refused.push({ point, reason });
          else if (this.#putOne(point, now) === 1) waiting++;
        }
        this.dead.add(refused, now);
        also?.();
        this.#database.prepare('UPDATE place SET position = ?').run(position);
      });
    } catch (error) {
      this.work.reload();
      throw error;
    }
    this.#waiting = waiting;
    this.#position = position;
    this.#unweighed += points.length;
    try {
      this.#keepToCap(now);
    } catch {
      // It is put: whoever thought that it isn't would put it, and count, twice. What can't be cut now is cut with a later one.
    }
  }

  #putOne({ measurement, tags, fields, at }: Point, now: number): number {
    const series = this.#series.idOf(measurement, tags);
    const row = this.#put.get(this.#nextId++, series, at, now, JSON.stringify(knownFields(fields)));
    return Number(row?.versions);
  }

  /** The oldest points, in the order they were put; null when none waits. */
  take(limit: number): Batch | null {
    const rows = this.#take.all(limit);
    const last = rows.at(-1);
    if (!last) return null;
    this.#takenUpTo = Number(last.id);
    const points = rows.flatMap(({ series, at, fields }) => {
      const known = this.#series.get(Number(series));
      if (!known) return [];
      const { measurement, tags } = known;
      return [{ measurement, tags, at: Number(at), fields: JSON.parse(String(fields)) as Record<string, FieldValue> }];
    });
    return { points, upTo: this.#takenUpTo };
  }

  /** The store has the points of a batch, but for those it refused. Newer versions put meanwhile go on waiting. */
  done(upTo: number, refused: readonly Refused[] = []): void {
    let dropped = 0;
    this.#series.transaction(() => {
      dropped = Number(this.#drop.run(upTo).changes);
      this.dead.add(refused, Math.floor(this.#clock.now()));
      this.#holes.end();
    });
    this.#takenUpTo = 0;
    this.#doneUpTo = upTo;
    this.#waiting -= dropped;
    this.#database.exec(`PRAGMA incremental_vacuum(${pagesBack})`);
  }

  /** The store couldn't take a batch: it waits on, and may be cut. */
  failed(): void {
    this.#takenUpTo = 0;
  }

  close(): void {
    this.#database.close();
  }

  #keepToCap(now: number): void {
    const { points, bytes } = this.#cap;
    const isWeighed = this.#unweighed >= weighEvery;
    if (isWeighed) this.#unweighed = 0;
    const held = isWeighed ? this.bytes : 0;
    if (this.#waiting <= points && held <= bytes) return;
    // Points are much of a size: so many too many bytes are so many too many points.
    const tooMany = held > bytes ? this.#waiting * (1 - bytes / held) : 0;
    const excess = Math.max(this.#waiting - points, tooMany);
    this.#cut(Math.ceil(excess + cutShare * Math.min(points, this.#waiting)), now);
  }

  #cut(count: number, now: number): void {
    this.#series.transaction(() => {
      const row = this.#database
        .prepare(
          `SELECT count(*) AS count, min(at) AS first, max(at) AS last, max(id) AS id
           FROM (SELECT id, at FROM waiting WHERE id > ? ORDER BY id LIMIT ?)`,
        )
        .get(this.#takenUpTo, count);
      const cut = Number(row?.count ?? 0);
      if (cut === 0) return;
      this.#database.prepare('DELETE FROM waiting WHERE id > ? AND id <= ?').run(this.#takenUpTo, Number(row?.id));
      this.#holes.add({ from: Number(row?.first), to: Number(row?.last), count: cut, cutAt: now });
      this.#waiting -= cut;
    });
  }
}
