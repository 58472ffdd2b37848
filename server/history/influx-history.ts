// History in InfluxDB 1.x over its client, whose traps are kept in here: it doesn't retry with one host and then refuses by
// itself for a while, it corrupts \' in strings, and an answer cut short never ends.
import type { IPoint } from 'influx';
import { InfluxDB } from 'influx';
import type { InfluxPlace } from '../config/settings.ts';
import type { Retention } from './catalogue.ts';
import { definitionOf, retentions } from './catalogue.ts';
import type { InfluxQl } from './influx-ql.ts';
import {
  createDatabase,
  selectColumns,
  selectFold,
  selectPoints,
  setPolicy,
  showPolicies,
  showShards,
  together,
} from './influx-ql.ts';
import { refusalOf, valueText } from './influx-refusal.ts';
import { conflictOf, droppedOf, troubleOf } from './influx-trouble.ts';
import { pagesOf } from './pages.ts';
import type { FieldValue, Point, Refused } from './points.ts';
import { knownFields, pointFault, withoutField } from './points.ts';
import type { Columns, Folded, Folding, HistoryStore, Keep, Selection } from './port.ts';
import { away, byTags, seriesText } from './port.ts';
import { runsOf } from './steps.ts';

/** A series of an answer, as InfluxDB writes it. */
interface Answer {
  tags?: Record<string, string>;
  columns: string[];
  values: (FieldValue | null)[][];
}

const writeTimeoutMs = 10_000;
const queryTimeoutMs = 30_000;
/** After a time-out of the client: an answer that breaks off is never told. */
const graceMs = 2_000;
/** Statements a request, so that its address stays short of what proxies take. */
const statementsAtOnce = 20;

/** Keeps the host in use after a failure: when to try again is the writer's business. */
const noBackOff = { getDelay: () => 0, next: () => noBackOff, reset: () => noBackOff };

/** InfluxDB answered, with an error. */
class Said extends Error {}

export class InfluxHistory implements HistoryStore {
  readonly #address: InfluxPlace;
  readonly #database: string;
  readonly #keep: Keep;
  readonly #writes: InfluxDB;
  readonly #queries: InfluxDB;
  #isPrepared = false;
  /** What InfluxDB has taken it keeps, or says that it is empty. */
  readonly settled = null;

  /** Connects to nothing yet. */
  constructor({ address, keep }: { address: InfluxPlace; keep: Keep }) {
    this.#address = address;
    this.#database = address.database;
    this.#keep = keep;
    this.#writes = clientOf(address, writeTimeoutMs);
    this.#queries = clientOf(address, queryTimeoutMs);
  }

  async prepare(): Promise<void> {
    const known = await this.#policies();
    if (known === null) await this.#change(createDatabase(this.#database, this.#keep));
    for (const retention of retentions) {
      const policy = known?.get(retention);
      if (policy?.hours === this.#keep[retention] * 24 && (retention !== 'raw' || policy.isDefault)) continue;
      await this.#change(setPolicy(policy ? 'ALTER' : 'CREATE', retention, this.#database, this.#keep));
    }
    this.#isPrepared = true;
  }

  /** Policies by name; null when there is no such database. */
  async #policies(): Promise<Map<string, { hours: number; isDefault: boolean }> | null> {
    try {
      const [answer] = await this.#ask([showPolicies(this.#database)]);
      const { columns = [], values = [] } = answer?.[0] ?? {};
      const [name, duration, isDefault] = ['name', 'duration', 'default'].map((column) => columns.indexOf(column));
      return new Map(
        values.map((row) => [
          String(row[name ?? 0]),
          { hours: hoursOf(String(row[duration ?? 1])), isDefault: row[isDefault ?? 4] === true },
        ]),
      );
    } catch (error) {
      if (troubleOf(error).kind === 'database') return null;
      throw asAway(error);
    }
  }

  async #change(statement: InfluxQl): Promise<void> {
    try {
      await within(queryTimeoutMs, this.#queries.query(statement, { database: '' }));
    } catch (error) {
      throw asAway(error);
    }
  }

  async write(points: readonly Point[]): Promise<{ refused: Refused[] }> {
    const refused: Refused[] = [];
    const byRetention = new Map<Retention, Point[]>();
    for (const point of points) {
      const reason = pointFault(point);
      if (reason) refused.push({ point, reason });
      else byRetention.getOrInsertComputed(definitionOf(point.measurement).retention, () => []).push(point);
    }
    for (const [retention, some] of byRetention) refused.push(...(await this.#store(some, retention)));
    return { refused };
  }

  /**
   * Points of one policy. Of a batch that is refused in part InfluxDB names neither which nor all, so it is halved until each
   * half is taken whole or is one point: what is written twice on the way is the same both times. A field that has another type
   * there is left out, so that the rest of a newer version arrives.
   */
  async #store(points: readonly Point[], retention: Retention): Promise<Refused[]> {
    const reason = await this.#send(points, retention);
    if (reason === null) return [];
    if (points.length === 1 || droppedOf(reason) === points.length) {
      const parts = withoutField(points, conflictOf(reason));
      if (!parts) return points.map((point) => ({ point, reason }));
      return [...parts.left.map((point) => ({ point, reason })), ...(await this.#store(parts.rest, retention))];
    }
    const half = points.length >> 1;
    return [
      ...(await this.#store(points.slice(0, half), retention)),
      ...(await this.#store(points.slice(half), retention)),
    ];
  }

  /** Null when all are stored; else why some may not be. */
  async #send(points: readonly Point[], retention: Retention, isRepeated = false): Promise<string | null> {
    if (!this.#isPrepared) await this.prepare();
    try {
      const options = { database: this.#database, retentionPolicy: retention, precision: 'u' as const };
      await within(writeTimeoutMs, this.#writes.writePoints(points.map(lineOf), options));
      return null;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind === 'points') return trouble.reason;
      if (trouble.kind === 'size') return 'too large for InfluxDB (413)';
      // Whatever it is now, perhaps it comes back empty.
      this.#isPrepared = false;
      if (trouble.kind === 'database' && !isRepeated) return this.#send(points, retention, true);
      const [first] = points;
      const why =
        first && trouble.kind === 'away' && !('res' in (error as object))
          ? await refusalOf(this.#address, first, retention)
          : null;
      throw why === null ? asAway(error) : asAway(new Error(why));
    }
  }

  points(selection: Selection): AsyncGenerator<Point, void, undefined> {
    const { measurement } = selection;
    const definition = definitionOf(measurement);
    return pagesOf(selection.from * 1000, async (start, limit) => {
      const query = { database: this.#database, start, end: selection.to * 1000, limit };
      const [answer] = await this.#read([selectPoints(selection, query)]);
      const { columns = [], values = [] } = answer?.[0] ?? {};
      return values.map((row) => {
        const point = {
          measurement,
          tags: {} as Record<string, string>,
          fields: {} as Point['fields'] & object,
          at: 0,
        };
        const fields: Record<string, FieldValue> = {};
        columns.forEach((name, i) => {
          const value = row[i] ?? null;
          if (name === 'time') point.at = Number(value);
          else if (definition.tags.includes(name)) point.tags[name] = String(value);
          else if (value !== null) fields[name] = value;
        });
        return { ...point, fields };
      });
    });
  }

  async columns(selection: Selection & { fields: readonly string[] }): Promise<Columns[]> {
    const [answer = []] = await this.#read([selectColumns(selection, this.#database)]);
    return answer
      .map(({ tags = {}, values }) => ({
        tags,
        at: values.map((row) => Number(row[0])),
        values: Object.fromEntries(selection.fields.map((name, i) => [name, values.map((row) => row[i + 1] ?? null)])),
      }))
      .sort(byTags);
  }

  async fold(folding: Folding): Promise<Folded[]> {
    const runs = runsOf(folding.edges);
    const answers = await this.#read(runs.map((run) => selectFold(folding, run, this.#database)));
    const steps = folding.edges.length - 1;
    const groups = new Map<string, Folded>();
    runs.forEach(({ first, start, stepMs }, i) => {
      for (const { tags = {}, columns, values } of answers[i] ?? []) {
        const key = seriesText(tags);
        const group = groups.get(key) ?? { tags, values: emptyValues(folding, steps) };
        groups.set(key, group);
        for (const [time, ...cells] of values) {
          const step = first + Math.round((Number(time) / 1000 - start) / stepMs);
          cells.forEach((cell, column) => {
            const name = columns[column + 1];
            const into = name === undefined ? undefined : group.values[name];
            if (into && typeof cell === 'number') into[step] = cell;
          });
        }
      }
    });
    return [...groups.values()].sort(byTags);
  }

  async size(): Promise<number | null> {
    try {
      const [answer = []] = await this.#ask([showShards]);
      return answer
        .filter(({ tags }) => tags?.database === this.#database)
        .reduce((sum, { columns, values }) => sum + Number(values[0]?.[columns.indexOf('diskBytes')] ?? 0), 0);
    } catch (error) {
      // Only its administrator may ask, and not every InfluxDB answers.
      if (error instanceof Said || 'res' in (error as object)) return null;
      throw asAway(error);
    }
  }

  async close(): Promise<void> {}

  /** Answers statement by statement. A database that isn't there holds nothing. */
  async #read(statements: readonly InfluxQl[]): Promise<Answer[][]> {
    try {
      const answers: Answer[][] = [];
      for (let i = 0; i < statements.length; i += statementsAtOnce) {
        answers.push(...(await this.#ask(statements.slice(i, i + statementsAtOnce))));
      }
      return answers;
    } catch (error) {
      if (troubleOf(error).kind === 'database') return statements.map(() => []);
      throw asAway(error);
    }
  }

  async #ask(statements: readonly InfluxQl[]): Promise<Answer[][]> {
    const query = together(statements);
    const raw = await within(
      queryTimeoutMs,
      this.#queries.queryRaw(query, { database: this.#database, precision: 'u' }),
    );
    const { results = [] } = raw as { results?: { error?: string; series?: Answer[] }[] };
    return results.map(({ error, series = [] }) => {
      if (error) throw new Said(error);
      return series;
    });
  }
}

function clientOf({ protocol, host, port, database, user }: InfluxPlace, requestTimeout: number): InfluxDB {
  return new InfluxDB({
    protocol,
    host,
    port,
    database,
    ...(user ? { username: user.name, password: user.password } : { username: '' }),
    pool: { maxRetries: 0, requestTimeout, backoff: noBackOff },
  });
}

/** A value in line protocol: the client writes what isn't a string as it says of itself. */
class Written {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

function lineOf({ measurement, tags, fields, at }: Point): IPoint {
  const { fields: types } = definitionOf(measurement);
  const written = Object.entries(knownFields(fields)).map(([name, value]) => [
    name,
    new Written(valueText(value, types[name]?.type)),
  ]);
  // A number 0 is no timestamp to the client, and it would take the time of its server.
  return { measurement, tags: { ...tags }, fields: Object.fromEntries(written), timestamp: String(at) };
}

function emptyValues({ read }: Folding, steps: number): Folded['values'] {
  return Object.fromEntries(
    Object.entries(read).map(([name, { fold }]) => [
      name,
      new Array<number | null>(steps).fill(fold === 'count' ? 0 : null),
    ]),
  );
}

/** `720h0m0s` in hours. */
function hoursOf(duration: string): number {
  return Number(/^(\d+)h/.exec(duration)?.[1] ?? 0);
}

function asAway(error: unknown): Error {
  const trouble = troubleOf(error);
  if (error instanceof Error && 'code' in error && error.code === 'history-away') return error;
  if (trouble.kind === 'away') return trouble.error;
  const said = error instanceof Error ? error.message : String(error);
  return away(`InfluxDB says: ${said.slice(0, 300)}`, 'see that its database and policies can be made by our user');
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('the answer broke off')), timeoutMs + graceMs).unref();
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
