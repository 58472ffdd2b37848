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
  string: (value) => typeof value === 'string' && Buffer.byteLength(value) <= mostBytes && value.isWellFormed(),
};

/**
 * A point of which some fields don't fit the catalogue, without those: one bad field never keeps a newer version of a point from the
 * store. Text is mended instead. `misfits` is what was left out, with the reason; `sound` is null when nothing is left.
 */
export function soundPart(point: Point): { sound: Point | null; misfits: Refused | null } {
  const { fields: known } = definitionOf(point.measurement);
  const fields: Record<string, FieldValue> = {};
  const left: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(knownFields(point.fields))) {
    const field = Object.hasOwn(known, name) ? known[name] : undefined;
    const mended =
      field?.type === 'string' && field.unit === '' && typeof value === 'string' ? mendedText(value) : value;
    if (field && fits[field.type](mended)) fields[name] = mended;
    else left[name] = value;
  }
  const sound = { ...point, fields };
  const isLeft = Object.keys(left).length > 0;
  const rest = { ...point, fields: left };
  return {
    sound: pointFault(sound) === null ? sound : null,
    misfits: isLeft ? { point: rest, reason: pointFault(rest) ?? 'left out' } : null,
  };
}

/**
 * Points without one of their fields: `left` has what was left out, `rest` the points that still say something. Null when none has
 * that field.
 */
export function withoutField(points: readonly Point[], name: string | null): { rest: Point[]; left: Point[] } | null {
  if (name === null || !points.some(({ fields }) => fields[name] != null)) return null;
  const rest: Point[] = [];
  const left: Point[] = [];
  for (const point of points) {
    const { [name]: value, ...fields } = point.fields;
    if (value != null) left.push({ ...point, fields: { [name]: value } });
    if (Object.values(fields).some((one) => one != null)) rest.push({ ...point, fields });
  }
  return { rest, left };
}

/** Whole characters only, and as many as a store takes. */
function mendedText(text: string): string {
  const whole = text.toWellFormed();
  if (Buffer.byteLength(whole) <= mostBytes) return whole;
  const cut = Buffer.from(whole).subarray(0, mostBytes).toString();
  let { length } = cut;
  while (cut[length - 1] === '\uFFFD') length--;
  return cut.slice(0, length);
}

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
