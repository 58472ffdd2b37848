// The tables of SQLite's history, out of the catalogue: one a measurement, in order of series and time, so that a range of a
// series lies together and no further index is needed, not even to drop what is too old.

import type { Sql } from '../sql.ts';
import { sql, sqlName } from '../sql.ts';
import type { Database, Statement } from '../sqlite.ts';
import { settledMigration } from '../sqlite.ts';
import type { Field, FieldType, MeasurementName } from './catalogue.ts';
import { definitionOf, measurementNames } from './catalogue.ts';
import type { FieldValue, Point } from './points.ts';
import { seriesMigration } from './series-table.ts';

const columnTypes: Record<FieldType, Sql> = {
  integer: sql`INTEGER`,
  float: sql`REAL`,
  string: sql`TEXT`,
  boolean: sql`INTEGER`,
};

/** What the file is made by, besides `makeTables`. */
export const historyMigrations = [seriesMigration, settledMigration];

export type Cell = number | string | null;

/** Makes tables and columns that a newer catalogue has; none is ever taken away. */
export function makeTables(database: Database): void {
  for (const name of measurementNames) {
    const { fields } = definitionOf(name);
    const columns = Object.entries(fields).map(([field, { type }]) => sql`${sqlName(field)} ${columnTypes[type]}`);
    database.exec(sql`CREATE TABLE IF NOT EXISTS ${sqlName(name)} (
      series INTEGER NOT NULL, at INTEGER NOT NULL, ${columns}, PRIMARY KEY (series, at)
    ) STRICT, WITHOUT ROWID`);
    const there = new Set(
      database
        .prepare(sql`PRAGMA table_info(${sqlName(name)})`)
        .all()
        .map((column) => String(column.name)),
    );
    for (const [field, { type }] of Object.entries(fields)) {
      if (there.has(field)) continue;
      database.exec(sql`ALTER TABLE ${sqlName(name)} ADD COLUMN ${sqlName(field)} ${columnTypes[type]}`);
    }
  }
}

/** Writes points of one measurement; fields that a point doesn't have stay as they are. */
export class PointInsert {
  readonly #fields: [string, Field][];
  readonly #statement: Statement;

  constructor(database: Database, measurement: MeasurementName) {
    this.#fields = Object.entries(definitionOf(measurement).fields);
    const table = sqlName(measurement);
    const names = this.#fields.map(([name]) => sqlName(name));
    const merged = names.map((name) => sql`${name} = coalesce(excluded.${name}, ${table}.${name})`);
    this.#statement = database.prepare(
      sql`INSERT INTO ${table} (series, at, ${names}) VALUES (?, ?, ${names.map(() => sql`?`)})
       ON CONFLICT (series, at) DO UPDATE SET ${merged}`,
    );
  }

  run(series: number, { at, fields }: Point): void {
    const cells: Cell[] = [series, at];
    for (const [name] of this.#fields) {
      const value = fields[name] ?? null;
      cells.push(typeof value === 'boolean' ? Number(value) : value);
    }
    this.#statement.run(...cells);
  }
}

/** A cell as the field's value. */
export function fieldValue(cell: Cell | undefined, field: Field | undefined): FieldValue | null {
  if (cell === null || cell === undefined) return null;
  return field?.type === 'boolean' ? cell === 1 : cell;
}
