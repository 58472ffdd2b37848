// History in one SQLite file, for whoever has no InfluxDB.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { watched } from '../damaged-files.ts';
import type { Logger } from '../log.ts';
import { sql, sqlName } from '../sql.ts';
import type { Database } from '../sqlite.ts';
import { faultOf, openSqlite, pragma, settle, settledTimes } from '../sqlite.ts';
import { Breath } from './breath.ts';
import type { MeasurementName } from './catalogue.ts';
import { definitionOf, measurementNames } from './catalogue.ts';
import { pagesOf } from './pages.ts';
import type { Point, Refused } from './points.ts';
import { pointFault } from './points.ts';
import type { Columns, Folded, Folding, HistoryStore, Keep, Selection } from './port.ts';
import { away, byTags } from './port.ts';
import type { Series } from './series-table.ts';
import { SeriesTable } from './series-table.ts';
import { foldSeries } from './sqlite-fold.ts';
import type { Cell } from './sqlite-tables.ts';
import { fieldValue, historyMigrations, makeTables, PointInsert } from './sqlite-tables.ts';

interface Parts {
  path: string;
  keep: Keep;
  clock: Clock;
  log: Logger;
}

const dayMs = 86_400_000;
/** Points a transaction, and rows dropped at once: a few ms each. */
const slice = 500;
const trimEveryMs = 600_000;
/** Pages given back to the disk at once. */
const pagesBack = 200;

export class SqliteHistory implements HistoryStore {
  readonly #parts: Parts;
  readonly #database: Database;
  readonly #series: SeriesTable;
  readonly #inserts = new Map<MeasurementName, PointInsert>();
  readonly #trimming: NodeJS.Timeout;
  #isOpen = true;

  /** Opens or makes the file. Throws `data-newer`, or what SQLite throws for a file that can't be opened. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.#database = openSqlite(parts.path, {
      migrations: historyMigrations,
      synchronous: 'NORMAL',
      givesBack: true,
    });
    makeTables(this.#database);
    this.#series = new SeriesTable(this.#database);
    this.#trimming = setInterval(() => {
      this.trim().catch((error: unknown) => parts.log.error({ error: String(error) }, 'old history not dropped'));
    }, trimEveryMs).unref();
  }

  async prepare(): Promise<void> {}

  async write(points: readonly Point[]): Promise<{ refused: Refused[] }> {
    const refused: Refused[] = [];
    const sound: Point[] = [];
    for (const point of points) {
      const reason = pointFault(point) ?? this.#tooOld(point);
      if (reason) refused.push({ point, reason });
      else sound.push(point);
    }
    for (let at = 0; at < sound.length; at += slice) {
      if (at > 0) await nextTurn();
      this.#change(() => this.#writeSlice(sound.slice(at, at + slice)));
    }
    // One wait for the disk for all of it: nobody forgets a point before this returns.
    this.#change(() => settle(this.#database));
    return { refused };
  }

  /** Throws `history-away` for a file that can't be written to now. */
  #change(work: () => void): void {
    this.#mayWrite();
    const { path } = this.#parts;
    try {
      watched(path, work);
    } catch (error) {
      const fault = faultOf(error);
      if (fault === 'other') throw error;
      throw away(
        `SQLite can't write ${path} (${fault})`,
        fault === 'corrupt' ? 'restart Hallwatch: what can be read is carried over' : 'see that its disk has room',
      );
    }
  }

  /** Takes in points of an older file at once, but for those that are too old or make no sense. */
  takeOver(points: readonly Point[]): void {
    this.#writeSlice(points.filter((point) => (pointFault(point) ?? this.#tooOld(point)) === null));
  }

  #writeSlice(points: readonly Point[]): void {
    this.#series.transaction(() => {
      for (const point of points) {
        this.#insertOf(point.measurement).run(this.#series.idOf(point.measurement, point.tags), point);
      }
    });
  }

  #insertOf(measurement: MeasurementName): PointInsert {
    const known = this.#inserts.get(measurement);
    if (known) return known;
    const made = new PointInsert(this.#database, measurement);
    this.#inserts.set(measurement, made);
    return made;
  }

  #tooOld({ measurement, at }: Point): string | null {
    return at < this.#oldest(measurement) ? 'points beyond retention policy' : null;
  }

  /** Epoch microseconds from which points of a measurement are kept. */
  #oldest(measurement: MeasurementName): number {
    const { keep, clock } = this.#parts;
    return (clock.now() - keep[definitionOf(measurement).retention] * dayMs) * 1000;
  }

  points({ measurement, from, to, tags }: Selection): AsyncGenerator<Point, void, undefined> {
    return pagesOf(from * 1000, async (at, limit) => {
      const page: Point[] = [];
      const breath = new Breath();
      for (const series of this.#series.matching(measurement, tags)) {
        page.push(...this.#pointsOf(series, at, to * 1000, limit));
        // Each series may hold the first ones: of all only as many as asked for stay in memory.
        if (page.length > 2 * limit) page.sort(byTime).splice(limit);
        await breath.ifDue();
        this.#mayWrite();
      }
      return page.sort(byTime).slice(0, limit);
    });
  }

  #pointsOf({ id, measurement, tags }: Series, from: number, to: number, limit: number): Point[] {
    const fields = Object.entries(definitionOf(measurement).fields);
    return this.#rows(id, { measurement, fields: fields.map(([name]) => name), from, to, limit }).map(
      ([at, ...cells]) => ({
        measurement,
        tags,
        at: Number(at),
        fields: Object.fromEntries(
          fields
            .map(([name, field], i) => [name, fieldValue(cells[i], field)] as const)
            .filter(([, value]) => value !== null),
        ),
      }),
    );
  }

  async columns({
    measurement,
    from,
    to,
    tags,
    fields,
  }: Selection & { fields: readonly string[] }): Promise<Columns[]> {
    const found: Columns[] = [];
    const definition = definitionOf(measurement);
    const breath = new Breath();
    for (const series of this.#series.matching(measurement, tags)) {
      const rows = this.#rows(series.id, { measurement, fields, from: from * 1000, to: to * 1000, limit: -1 });
      const known = rows.filter((row) => row.some((cell, i) => i > 0 && cell !== null));
      if (known.length > 0) {
        found.push({
          tags: series.tags,
          at: known.map(([at]) => Number(at)),
          values: Object.fromEntries(
            fields.map((name, i) => [name, known.map((row) => fieldValue(row[i + 1], definition.fields[name]))]),
          ),
        });
      }
      await breath.ifDue();
      this.#mayWrite();
    }
    return found.sort(byTags);
  }

  #rows(
    series: number,
    query: { measurement: MeasurementName; fields: readonly string[]; from: number; to: number; limit: number },
  ): Cell[][] {
    const { measurement, fields, from, to, limit } = query;
    const statement = this.#database.prepare(
      sql`SELECT ${[sql`at`, ...fields.map(sqlName)]} FROM ${sqlName(measurement)}
       WHERE series = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?`,
    );
    statement.setReturnArrays(true);
    return watched(this.#parts.path, () => statement.all(series, from, to, limit) as unknown as Cell[][]);
  }

  async fold(folding: Folding): Promise<Folded[]> {
    const groups = new Map<string, Series[]>();
    for (const series of this.#series.matching(folding.measurement, folding.tags)) {
      const key = JSON.stringify((folding.by ?? []).map((name) => [name, series.tags[name] ?? '']));
      groups.set(key, [...(groups.get(key) ?? []), series]);
    }
    const found: Folded[] = [];
    for (const [key, series] of groups) {
      const ids = series.map(({ id }) => id);
      const values = await foldSeries(this.#database, ids, folding, () => this.#mayWrite());
      if (values) found.push({ tags: Object.fromEntries(JSON.parse(key) as [string, string][]), values });
    }
    return found.sort(byTags);
  }

  /** Drops what is older than its days, in small slices; then gives the room back to the disk. Answers the rows dropped. */
  async trim(): Promise<number> {
    let dropped = 0;
    const breath = new Breath();
    for (const measurement of measurementNames) {
      const table = sqlName(measurement);
      const next = this.#database.prepare(
        sql`SELECT at FROM ${table} WHERE series = ? ORDER BY at LIMIT 1 OFFSET ${slice}`,
      );
      const drop = this.#database.prepare(sql`DELETE FROM ${table} WHERE series = ? AND at < ?`);
      const oldest = this.#oldest(measurement);
      for (const { id } of this.#series.matching(measurement)) {
        for (let isMore = true; isMore; ) {
          const end = Math.min(oldest, Number(next.get(id)?.at ?? oldest));
          const changes = Number(drop.run(id, end).changes);
          dropped += changes;
          isMore = end < oldest && changes > 0;
          await breath.ifDue();
          if (!this.#isOpen) return dropped;
        }
      }
    }
    while (this.#isOpen && pragma(this.#database, 'freelist_count') > 0) {
      this.#database.exec(sql`PRAGMA incremental_vacuum(${pagesBack})`);
      await nextTurn();
    }
    return dropped;
  }

  get settled(): number {
    return settledTimes(this.#database);
  }

  async size(): Promise<number> {
    return pragma(this.#database, 'page_count') * pragma(this.#database, 'page_size');
  }

  async close(): Promise<void> {
    clearInterval(this.#trimming);
    if (this.#isOpen) this.#database.close();
    this.#isOpen = false;
  }

  /** What waited its turn may find the file closed. */
  #mayWrite(): void {
    if (!this.#isOpen) throw away('it was closed', 'start the server again');
  }
}

const byTime = (a: Point, b: Point) => a.at - b.at;
