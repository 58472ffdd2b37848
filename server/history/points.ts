import type { FieldType, MeasurementName } from './catalogue.ts';
import { catalogue, definitionOf } from './catalogue.ts';

export type FieldValue = number | string | boolean;

/**
 * One point of history. Measurement, tags and `at` (epoch microseconds) are its identity: written again, its fields are laid
 * over those there. A field that is null isn't known and isn't written; so nothing written can become unknown again.
 */
export interface Point {
  measurement: MeasurementName;
  tags: Readonly<Record<string, string>>;
  fields: Readonly<Record<string, FieldValue | null | undefined>>;
  at: number;
}

export interface Refused {
  point: Point;
  reason: string;
}

/** Timestamp of a raw point (H1): `effectiveMs` with the message's seq as microseconds, so that no two share one. */
export function rawAt(effectiveMs: number, seq: number): number {
  return effectiveMs * 1000 + (seq % 1000);
}

/** InfluxDB takes strings up to 64 KB. */
const mostBytes = 64_000;
const mostTagBytes = 200;

/** Why no store may take this point, in words; null when it fits the catalogue. */
export function pointFault({ measurement, tags, fields, at }: Point): string | null {
  if (!Object.hasOwn(catalogue, measurement)) return `no measurement ${measurement}`;
  const definition = definitionOf(measurement);
  if (!Number.isSafeInteger(at) || at < 0) return `time ${at} is not in microseconds`;
  for (const name of definition.tags) {
    const fault = tagFault(tags[name]);
    if (fault) return `tag ${name} ${fault}`;
  }
  for (const name of Object.keys(tags)) if (!definition.tags.includes(name)) return `no tag ${name} in ${measurement}`;
  let known = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    const field = Object.hasOwn(definition.fields, name) ? definition.fields[name] : undefined;
    if (!field) return `no field ${name} in ${measurement}`;
    if (!fits[field.type](value)) return `type conflict: ${name} is ${words(value)}, the catalogue says ${field.type}`;
    known++;
  }
  return known === 0 ? 'no field is known' : null;
}

const fits: Record<FieldType, (value: FieldValue) => boolean> = {
  integer: (value) => Number.isSafeInteger(value),
  float: (value) => Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string' && Buffer.byteLength(value) <= mostBytes,
};

/** Line protocol has no way to write these. */
function tagFault(value: string | undefined): string | null {
  if (typeof value !== 'string' || value === '') return 'is missing';
  if (/[\n\r\\]/.test(value)) return 'has a line break or a backslash';
  return Buffer.byteLength(value) > mostTagBytes ? `is over ${mostTagBytes} bytes` : null;
}

function words(value: FieldValue): string {
  return typeof value === 'string' ? `a string of ${value.length} characters` : String(value);
}

/** The fields that are known. */
export function knownFields(fields: Point['fields']): Record<string, FieldValue> {
  const known: Record<string, FieldValue> = {};
  for (const name in fields) {
    const value = fields[name];
    if (value !== null && value !== undefined) known[name] = value;
  }
  return known;
}
