// Measurement and tags of every series, numbered, so that no row of a SQLite file repeats them. Kept in memory, too: tags are
// bounded by the registry.
import { sql } from '../sql.ts';
import type { Database, Statement } from '../sqlite.ts';
import { inTransaction } from '../sqlite.ts';
import type { MeasurementName } from './catalogue.ts';
import { seriesText } from './port.ts';

export const seriesMigration = sql`CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  measurement TEXT NOT NULL,
  tags TEXT NOT NULL
) STRICT;`;

export interface Series {
  id: number;
  measurement: MeasurementName;
  tags: Readonly<Record<string, string>>;
}

export class SeriesTable {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #byText = new Map<string, Series>();
  readonly #byId = new Map<number, Series>();
  /** Tags as they were handed in: points of one series mostly share them, and their text takes longer than the rest. */
  #byTags = new WeakMap<Series['tags'], Series>();

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO series VALUES (?, ?, ?)');
    this.#load();
  }

  /** The number of a series, made when there is none. Call it inside `transaction`. */
  idOf(measurement: MeasurementName, tags: Series['tags']): number {
    const met = this.#byTags.get(tags);
    if (met?.measurement === measurement) return met.id;
    const known = this.#byText.get(`${measurement}\n${seriesText(tags)}`) ?? this.#make(measurement, tags);
    this.#byTags.set(tags, known);
    return known.id;
  }

  #make(measurement: MeasurementName, tags: Series['tags']): Series {
    const series = { id: this.#byId.size + 1, measurement, tags };
    this.#insert.run(series.id, measurement, JSON.stringify(tags));
    this.#keep(series);
    return series;
  }

  get(id: number): Series | undefined {
    return this.#byId.get(id);
  }

  /** Series of a measurement whose tags are among those asked for. */
  matching(measurement: MeasurementName, tags: Readonly<Record<string, string | readonly string[]>> = {}): Series[] {
    const wanted = Object.entries(tags).map(([name, values]) => ({ name, values: new Set([values].flat()) }));
    return [...this.#byId.values()].filter(
      (series) =>
        series.measurement === measurement && wanted.every(({ name, values }) => values.has(series.tags[name] ?? '')),
    );
  }

  /** A transaction after whose failure no series is known that isn't in the file. */
  transaction<T>(work: () => T): T {
    try {
      return inTransaction(this.#database, work);
    } catch (error) {
      this.#load();
      throw error;
    }
  }

  #load(): void {
    this.#byTags = new WeakMap();
    this.#byText.clear();
    this.#byId.clear();
    for (const { id, measurement, tags } of this.#database.prepare('SELECT * FROM series ORDER BY id').all()) {
      this.#keep({
        id: Number(id),
        measurement: String(measurement) as MeasurementName,
        tags: JSON.parse(String(tags)) as Series['tags'],
      });
    }
  }

  #keep(series: Series): void {
    this.#byText.set(`${series.measurement}\n${seriesText(series.tags)}`, series);
    this.#byId.set(series.id, series);
  }
}
