// The rows in which points wait for the store, in the order they were put: one point a row where a newer version is to take its
// place, and many a row where each is said once (a row costs more than all else about a point).
import { sql } from '../sql.ts';
import type { Database, Statement } from '../sqlite.ts';
import { definitionOf } from './catalogue.ts';
import type { FieldValue, Point } from './points.ts';
import { knownFields } from './points.ts';
import type { SeriesTable } from './series-table.ts';

export const waitingMigration = sql`CREATE TABLE waiting (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL,
  at INTEGER NOT NULL,
  put_at INTEGER NOT NULL,
  versions INTEGER NOT NULL,
  fields TEXT NOT NULL,
  UNIQUE (series, at)
) STRICT;`;

/** `series` and `at` are null in a row of many points; those are `[[series, at, fields], ...]` then, and the fields alone otherwise. */
export const parcelsMigration = sql`
  ALTER TABLE waiting RENAME TO waiting_one_by_one;
  CREATE TABLE waiting (
    id INTEGER PRIMARY KEY,
    series INTEGER,
    at INTEGER,
    put_at INTEGER NOT NULL,
    versions INTEGER NOT NULL,
    count INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    points TEXT NOT NULL,
    UNIQUE (series, at)
  ) STRICT;
  INSERT INTO waiting SELECT id, series, at, put_at, versions, 1, at, at, fields FROM waiting_one_by_one;
  DROP TABLE waiting_one_by_one;`;

/** Points a row at most. */
const parcelSize = 100;

type Fields = Record<string, FieldValue>;

/** Points of a span of rows. */
interface Span {
  count: number;
  from: number;
  to: number;
}

export class WaitingTable {
  readonly #database: Database;
  readonly #series: SeriesTable;
  readonly #putOne: Statement;
  readonly #putMany: Statement;
  readonly #rows: Statement;
  #nextId: number;
  #count: number;

  constructor(database: Database, series: SeriesTable) {
    this.#database = database;
    this.#series = series;
    // A newer version goes to the end: the one on its way may be done with before this one is.
    this.#putOne = database.prepare(
      `INSERT INTO waiting VALUES (?1, ?2, ?3, ?4, 1, 1, ?3, ?3, ?5) ON CONFLICT (series, at) DO UPDATE SET id = excluded.id,
       put_at = excluded.put_at, versions = versions + 1, points = json_patch(points, excluded.points) RETURNING versions`,
    );
    this.#putMany = database.prepare('INSERT INTO waiting VALUES (?, NULL, NULL, ?, 1, ?, ?, ?, ?)');
    this.#rows = database.prepare('SELECT id, series, at, count, points FROM waiting ORDER BY id');
    const row = database.prepare('SELECT coalesce(sum(count), 0) AS count, max(id) AS last FROM waiting').get();
    this.#count = Number(row?.count);
    this.#nextId = Number(row?.last ?? 0) + 1;
  }

  /** Points that wait. */
  get count(): number {
    return this.#count;
  }

  /** The number of the latest row. */
  get lastId(): number {
    return this.#nextId - 1;
  }

  /** When the row was put that waits longest since its latest version, epoch ms. */
  get oldestAt(): number | null {
    const row = this.#database.prepare('SELECT put_at FROM waiting ORDER BY id LIMIT 1').get();
    return row ? Number(row.put_at) : null;
  }

  /** A transaction after whose failure nothing is counted that isn't in the file. */
  transaction(work: () => void): void {
    const before = this.#count;
    try {
      this.#series.transaction(work);
    } catch (error) {
      this.#count = before;
      throw error;
    }
  }

  /** Adds points, inside a transaction. */
  put(points: readonly Point[], now: number): void {
    let parcel: Point[] = [];
    for (const point of points) {
      if (isRewritten(point)) {
        this.#one(point, now);
      } else if (parcel.push(point) === parcelSize) {
        this.#many(parcel, now);
        parcel = [];
      }
    }
    if (parcel.length > 0) this.#many(parcel, now);
  }

  #one({ measurement, tags, fields, at }: Point, now: number): void {
    const series = this.#series.idOf(measurement, tags);
    const row = this.#putOne.get(this.#nextId++, series, at, now, JSON.stringify(knownFields(fields)));
    if (Number(row?.versions) === 1) this.#count++;
  }

  #many(points: readonly Point[], now: number): void {
    let [first, last] = [Number.POSITIVE_INFINITY, 0];
    const rows = points.map(({ measurement, tags, fields, at }) => {
      first = Math.min(first, at);
      last = Math.max(last, at);
      return [this.#series.idOf(measurement, tags), at, knownFields(fields)];
    });
    this.#putMany.run(this.#nextId++, now, rows.length, first, last, JSON.stringify(rows));
    this.#count += rows.length;
  }

  /** Points of the first rows, at least `limit` of them or all; null when none waits. `upTo` is the last row's number. */
  take(limit: number): { points: Point[]; upTo: number } | null {
    const points: Point[] = [];
    let upTo = 0;
    let taken = 0;
    for (const { id, series, at, count, points: text } of this.#rows.iterate()) {
      const told: unknown = JSON.parse(String(text));
      const rows =
        series === null
          ? (told as [number, number, Fields][])
          : [[Number(series), Number(at), told as Fields] as const];
      for (const row of rows) this.#add(row, points);
      upTo = Number(id);
      taken += Number(count);
      if (taken >= limit) break;
    }
    return upTo === 0 ? null : { points, upTo };
  }

  #add([series, at, fields]: readonly [number, number, Fields], points: Point[]): void {
    const known = this.#series.get(series);
    if (known) points.push({ measurement: known.measurement, tags: known.tags, at, fields });
  }

  /** Drops rows up to one, inside a transaction. Newer versions have higher numbers. */
  drop(upTo: number): void {
    this.#drop(0, upTo);
  }

  /** Drops the first rows behind row `after` that hold `count` points or a few more; what they held, null for nothing. */
  cut(after: number, count: number): Span | null {
    const row = this.#database
      .prepare(
        `SELECT max(id) AS id FROM (
           SELECT id, sum(count) OVER (ORDER BY id) - count AS before FROM (
             SELECT id, count FROM waiting WHERE id > ? ORDER BY id LIMIT ?
           )
         ) WHERE before < ?`,
      )
      .get(after, count, count);
    return row?.id == null ? null : this.#drop(after, Number(row.id));
  }

  #drop(after: number, upTo: number): Span {
    const span = this.#database
      .prepare(
        `SELECT coalesce(sum(count), 0) AS count, coalesce(min(first_at), 0) AS first, coalesce(max(last_at), 0) AS last
         FROM waiting WHERE id > ? AND id <= ?`,
      )
      .get(after, upTo);
    this.#database.prepare('DELETE FROM waiting WHERE id > ? AND id <= ?').run(after, upTo);
    const count = Number(span?.count);
    this.#count -= count;
    return { count, from: Number(span?.first), to: Number(span?.last) };
  }
}

/** Whether points of its kind are told again and again, until their span is over: all but what is told of single events. */
function isRewritten({ measurement }: Point): boolean {
  return definitionOf(measurement).retention !== 'raw';
}
