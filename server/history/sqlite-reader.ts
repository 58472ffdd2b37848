// History's SQLite file as others read it, series by series, while a server may write to it.
import { statSync } from 'node:fs';
import { sql, sqlName } from '../sql.ts';
import type { Database } from '../sqlite.ts';
import { openSqliteToRead } from '../sqlite.ts';
import type { Field, MeasurementName } from './catalogue.ts';
import { definitionOf } from './catalogue.ts';
import type { FieldValue, Point } from './points.ts';
import type { Series } from './series-table.ts';
import { SeriesTable } from './series-table.ts';
import type { Cell } from './sqlite-tables.ts';
import { fieldValue, historyMigrations } from './sqlite-tables.ts';

export class SqliteReader {
  readonly #path: string;
  readonly #database: Database;
  readonly #series: SeriesTable;

  /** Throws `data-newer`, or what SQLite throws for a file that isn't there or can't be read. */
  constructor(path: string) {
    this.#path = path;
    this.#database = openSqliteToRead(path, historyMigrations);
    this.#series = new SeriesTable(this.#database);
  }

  /** Series of a measurement by number, those that were there when the file was opened. */
  series(measurement: MeasurementName): Series[] {
    return this.#series.matching(measurement).sort((a, b) => a.id - b.id);
  }

  /** The first `limit` points of a series at or after `from` (epoch microseconds). */
  page({ id, measurement, tags }: Series, from: number, limit: number): Point[] {
    const fields = this.#fieldsOf(measurement);
    const columns = [sql`at`, ...fields.map(([name]) => sqlName(name))];
    const statement = this.#database.prepare(
      sql`SELECT ${columns} FROM ${sqlName(measurement)} WHERE series = ? AND at >= ? ORDER BY at LIMIT ?`,
    );
    statement.setReturnArrays(true);
    const rows = statement.all(id, from, limit) as unknown as Cell[][];
    return rows.map(([at, ...cells]) => {
      const known: Record<string, FieldValue> = {};
      fields.forEach(([name, field], i) => {
        const value = fieldValue(cells[i], field);
        if (value !== null) known[name] = value;
      });
      return { measurement, tags, at: Number(at), fields: known };
    });
  }

  /** Points of a measurement at or after `from` (epoch microseconds): reads all of the table. */
  count(measurement: MeasurementName, from = 0): number {
    if (this.#fieldsOf(measurement).length === 0) return 0;
    const row = this.#database.prepare(sql`SELECT count(*) AS n FROM ${sqlName(measurement)} WHERE at >= ?`).get(from);
    return Number(row?.n ?? 0);
  }

  /** Bytes on disk, what isn't merged yet included. */
  get bytes(): number {
    return ['', '-wal'].reduce(
      (sum, ending) => sum + (statSync(this.#path + ending, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  close(): void {
    this.#database.close();
  }

  /** Those that the file has: an older Hallwatch may have made it, and only a server adds what is new. */
  #fieldsOf(measurement: MeasurementName): [string, Field][] {
    const columns = this.#database.prepare(sql`PRAGMA table_info(${sqlName(measurement)})`).all();
    const there = new Set(columns.map(({ name }) => String(name)));
    return Object.entries(definitionOf(measurement).fields).filter(([name]) => there.has(name));
  }
}
