// Why InfluxDB fails: of an answer of 500 and above its client hands on the status alone, and "Internal Server Error" doesn't tell
// a full disk from anything else. So one point is written once more without it.
import type { InfluxPlace } from '../config/settings.ts';
import type { Retention } from './catalogue.ts';
import { definitionOf } from './catalogue.ts';
import { errorIn } from './influx-trouble.ts';
import type { FieldValue, Point } from './points.ts';
import { knownFields } from './points.ts';

const timeoutMs = 5_000;

/** What InfluxDB says when this point is written; null when it takes it, or says nothing. */
export async function refusalOf(
  { protocol, host, port, database, user }: InfluxPlace,
  point: Point,
  retention: Retention,
): Promise<string | null> {
  const query = new URLSearchParams({ db: database, rp: retention, precision: 'u' });
  const secret = user && Buffer.from(`${user.name}:${user.password}`).toString('base64');
  try {
    const answer = await fetch(`${protocol}://${host}:${port}/write?${query}`, {
      method: 'POST',
      headers: secret ? { authorization: `Basic ${secret}` } : {},
      body: lineText(point),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const said = await answer.text();
    if (answer.ok) return null;
    return errorIn(said)?.slice(0, 300) ?? null;
  } catch {
    return null;
  }
}

/** A point in InfluxDB's line protocol. */
function lineText({ measurement, tags, fields, at }: Point): string {
  const { fields: types } = definitionOf(measurement);
  const name = (text: string) => text.replaceAll(/[ ,=]/g, '\\$&');
  const series = [measurement, ...Object.entries(tags).map(([tag, value]) => `${tag}=${name(value)}`)].join(',');
  const said = Object.entries(knownFields(fields)).map(
    ([field, value]) => `${field}=${valueText(value, types[field]?.type)}`,
  );
  return `${series} ${said.join(',')} ${at}`;
}

/** A field's value in line protocol. */
export function valueText(value: FieldValue, type: string | undefined): string {
  if (typeof value === 'string') return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
  return type === 'integer' ? `${value}i` : String(value);
}
