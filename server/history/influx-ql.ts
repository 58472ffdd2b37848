// InfluxQL as text. Time zones never reach the server: edges of local days come from us, so the answer doesn't hang on its
// zone tables, nor on a dialect's tz().
import type { QueryText } from '../query-text.ts';
import { queryTag } from '../query-text.ts';
import type { MeasurementName, Retention } from './catalogue.ts';
import { definitionOf } from './catalogue.ts';
import type { Folding, Keep, Selection } from './port.ts';
import type { Run } from './steps.ts';

export type InfluxQl = QueryText<'influxql'>;

const influxQl = queryTag<InfluxQl>();

/** The one quoting function of InfluxQL, for names (") and for text (\'); the server reads a line break in either as an error. */
function quoted(text: string, mark: '"' | "'" = '"'): InfluxQl {
  return `${mark}${text.replaceAll(/["'\\]/g, (one) => (one === mark || one === '\\' ? `\\${one}` : one))}${mark}` as InfluxQl;
}

const names = (list: readonly string[]) => list.map((name) => quoted(name));

/** Days a shard covers: few shards make long queries quick, and a policy drops whole shards only. */
const shardDays: Record<Retention, number> = { raw: 1, minute: 7, slot: 90 };

function policy(retention: Retention, keep: Keep): InfluxQl {
  const days = keep[retention];
  const shard = Math.min(shardDays[retention], days);
  return influxQl`DURATION ${days * 24}h REPLICATION 1 SHARD DURATION ${shard * 24}h`;
}

export function createDatabase(database: string, keep: Keep): InfluxQl {
  return influxQl`CREATE DATABASE ${quoted(database)} WITH ${policy('raw', keep)} NAME "raw"`;
}

const verbs = { CREATE: influxQl`CREATE`, ALTER: influxQl`ALTER` };

export function setPolicy(verb: 'CREATE' | 'ALTER', retention: Retention, database: string, keep: Keep): InfluxQl {
  const isDefault = retention === 'raw' ? influxQl` DEFAULT` : influxQl``;
  return influxQl`${verbs[verb]} RETENTION POLICY ${quoted(retention)} ON ${quoted(database)} ${policy(retention, keep)}${isDefault}`;
}

export function showPolicies(database: string): InfluxQl {
  return influxQl`SHOW RETENTION POLICIES ON ${quoted(database)}`;
}

export const showShards = influxQl`SHOW STATS FOR 'shard'`;

function from(measurement: MeasurementName, database: string): InfluxQl {
  return influxQl`FROM ${quoted(database)}.${quoted(definitionOf(measurement).retention)}.${quoted(measurement)}`;
}

/** Epoch microseconds, half-open. */
function where(start: number, end: number, tags: Selection['tags'] = {}): InfluxQl {
  const range = influxQl`WHERE time >= ${start}u AND time < ${end}u`;
  return Object.entries(tags).reduce<InfluxQl>(
    (all, [name, values]) => influxQl`${all} AND ${isAmong(name, [values].flat())}`,
    range,
  );
}

/** Nothing is among no values; no point lacks a tag. */
function isAmong(name: string, values: readonly string[]): InfluxQl {
  const [first = '', ...more] = values;
  const is = (value: string) => influxQl`${quoted(name)} = ${quoted(value, "'")}`;
  if (values.length === 0) return is('');
  return influxQl`(${more.reduce<InfluxQl>((all, value) => influxQl`${all} OR ${is(value)}`, is(first))})`;
}

export function selectPoints(
  { measurement, tags }: Selection,
  { database, start, end, limit }: { database: string; start: number; end: number; limit: number },
): InfluxQl {
  return influxQl`SELECT * ${from(measurement, database)} ${where(start, end, tags)} ORDER BY time LIMIT ${limit}`;
}

export function selectColumns(selection: Selection & { fields: readonly string[] }, database: string): InfluxQl {
  const { measurement, tags, fields } = selection;
  const range = where(selection.from * 1000, selection.to * 1000, tags);
  const by = names(definitionOf(measurement).tags);
  return influxQl`SELECT ${names(fields)} ${from(measurement, database)} ${range} GROUP BY ${by}`;
}

const functions = {
  sum: influxQl`sum`,
  min: influxQl`min`,
  max: influxQl`max`,
  mean: influxQl`mean`,
  count: influxQl`count`,
};

/** One statement a run of equal steps; its answer's times are the beginnings of steps. */
export function selectFold({ measurement, tags, read, by = [] }: Folding, run: Run, database: string): InfluxQl {
  const folds = Object.entries(read).map(
    ([name, { field, fold }]) => influxQl`${functions[fold]}(${quoted(field)}) AS ${quoted(name)}`,
  );
  const group = [influxQl`time(${run.stepMs}ms, ${run.start % run.stepMs}ms)`, ...names(by)];
  const range = where(run.start * 1000, run.end * 1000, tags);
  return influxQl`SELECT ${folds} ${from(measurement, database)} ${range} GROUP BY ${group} fill(none)`;
}

/** Several statements of one request. */
export function together(statements: readonly InfluxQl[]): InfluxQl {
  const [first = influxQl``, ...more] = statements;
  return more.reduce<InfluxQl>((all, statement) => influxQl`${all}; ${statement}`, first);
}
