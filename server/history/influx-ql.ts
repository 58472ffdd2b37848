// InfluxQL as text. Time zones never reach the server: edges of local days come from us, so the answer doesn't hang on its
// zone tables, nor on a dialect's tz().
import type { MeasurementName, Retention } from './catalogue.ts';
import { definitionOf } from './catalogue.ts';
import type { Folding, Keep, Selection } from './port.ts';
import type { Run } from './steps.ts';

export const quoted = (name: string): string => `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
const literal = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

/** Days a shard covers: few shards make long queries quick, and a policy drops whole shards only. */
const shardDays: Record<Retention, number> = { raw: 1, minute: 7, slot: 90 };

function policy(retention: Retention, keep: Keep): string {
  const days = keep[retention];
  const shard = Math.min(shardDays[retention], days);
  return `DURATION ${days * 24}h REPLICATION 1 SHARD DURATION ${shard * 24}h`;
}

export function createDatabase(database: string, keep: Keep): string {
  return `CREATE DATABASE ${quoted(database)} WITH ${policy('raw', keep)} NAME "raw"`;
}

export function setPolicy(verb: 'CREATE' | 'ALTER', retention: Retention, database: string, keep: Keep): string {
  const isDefault = retention === 'raw' ? ' DEFAULT' : '';
  return `${verb} RETENTION POLICY "${retention}" ON ${quoted(database)} ${policy(retention, keep)}${isDefault}`;
}

function from(measurement: MeasurementName, database: string): string {
  return `FROM ${quoted(database)}."${definitionOf(measurement).retention}"."${measurement}"`;
}

/** Epoch microseconds, half-open. */
function where(start: number, end: number, tags: Selection['tags'] = {}): string {
  const conditions = Object.entries(tags).map(([name, values]) => {
    const each = [values].flat().map((value) => `${quoted(name)} = ${literal(value)}`);
    // Nothing is among no values; no point lacks a tag.
    return each.length === 0 ? `${quoted(name)} = ''` : `(${each.join(' OR ')})`;
  });
  return ['WHERE', [`time >= ${start}u`, `time < ${end}u`, ...conditions].join(' AND ')].join(' ');
}

export function selectPoints(
  { measurement, tags }: Selection,
  { database, start, end, limit }: { database: string; start: number; end: number; limit: number },
): string {
  return `SELECT * ${from(measurement, database)} ${where(start, end, tags)} ORDER BY time LIMIT ${limit}`;
}

export function selectColumns(selection: Selection & { fields: readonly string[] }, database: string): string {
  const { measurement, tags, fields } = selection;
  const range = where(selection.from * 1000, selection.to * 1000, tags);
  return `SELECT ${fields.map(quoted).join(', ')} ${from(measurement, database)} ${range} GROUP BY ${definitionOf(
    measurement,
  )
    .tags.map(quoted)
    .join(', ')}`;
}

/** One statement a run of equal steps; its answer's times are the beginnings of steps. */
export function selectFold({ measurement, tags, read, by = [] }: Folding, run: Run, database: string): string {
  const folds = Object.entries(read).map(([name, { field, fold }]) => `${fold}(${quoted(field)}) AS ${quoted(name)}`);
  const group = [`time(${run.stepMs}ms, ${run.start % run.stepMs}ms)`, ...by.map(quoted)].join(', ');
  const range = where(run.start * 1000, run.end * 1000, tags);
  return `SELECT ${folds.join(', ')} ${from(measurement, database)} ${range} GROUP BY ${group} fill(none)`;
}
