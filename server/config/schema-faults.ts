import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';

import { perhaps } from './nearest.ts';

/** Steps from a file's top to a place in it. */
export type Path = (string | number)[];

interface SchemaFault {
  path: Path;
  what: string;
  fix: string;
}

type Details = Record<string, unknown>;

/**
 * Turns the validator's errors into words for whoever writes the file: one fault a place, the most telling one, with
 * what stands there and what may.
 */
export function schemaFaults(schema: TSchema, value: unknown, errors: TLocalizedValidationError[]): SchemaFault[] {
  const unions = new Set(errors.filter((error) => error.keyword === 'anyOf').map((error) => error.instancePath));
  const byPlace = new Map<string, SchemaFault>();
  for (const error of errors) {
    if (error.keyword !== 'anyOf' && unions.has(error.instancePath)) continue;
    for (const fault of faultsOf(schema, value, error)) {
      const key = fault.path.join('\u0000');
      if (!byPlace.has(key)) byPlace.set(key, fault);
    }
  }
  return [...byPlace.values()];
}

function faultsOf(schema: TSchema, value: unknown, error: TLocalizedValidationError): SchemaFault[] {
  const path = pathOf(error.instancePath);
  const params = error.params as Details;
  if (error.keyword === 'required') {
    const missing = params.requiredProperties as string[];
    return missing.map((name) => ({
      path: [...path, name],
      what: 'is missing',
      fix: `add ${name}: ${wanted(schemaAt(schema, [...path, name]))}`,
    }));
  }
  if (error.keyword === 'boolean') {
    const allowed = keysOf(schemaAt(schema, path.slice(0, -1)));
    const fix =
      allowed.length > 0
        ? `remove it, or write one of: ${allowed.join(', ')}${perhaps(String(path.at(-1)), allowed)}`
        : 'remove it';
    return [{ path, what: 'is not a setting', fix }];
  }
  if (error.keyword === 'additionalProperties') return [];
  const value_ = valueAt(value, path);
  const found = value_ === null || value_ === undefined ? 'empty' : JSON.stringify(value_).slice(0, 60);
  return [{ path, what: `is ${found}`, fix: `write ${wanted(schemaAt(schema, path)) || error.message}` }];
}

/** The keys that may stand at a place, whichever of its shapes it has. */
function keysOf(at: Details | undefined): string[] {
  const options = [at, ...((at?.anyOf as Details[] | undefined) ?? [])];
  return [...new Set(options.flatMap((option) => Object.keys((option?.properties as Details | undefined) ?? {})))];
}

function wanted(at: Details | undefined): string {
  if (!at) return '';
  if (Array.isArray(at.enum)) return `one of: ${at.enum.join(', ')}`;
  if (typeof at.description === 'string') return `${at.description}${range(at)}`;
  if (typeof at.pattern === 'string') return `text like ${at.pattern}`;
  if (Array.isArray(at.anyOf))
    return at.anyOf
      .map((option) => wanted(option as Details))
      .filter(Boolean)
      .join(', or ');
  if (at.type === 'object') {
    const names = Object.keys((at.properties as Details | undefined) ?? {});
    return names.length ? `an entry with ${names.join(', ')}` : 'an entry';
  }
  if (at.type === 'array') return `a list${count(at.minItems, at.maxItems, 'entry', 'entries')}`;
  if (at.type === 'integer') return `a whole number${range(at)}`;
  if (at.type === 'string') return `a text${count(at.minLength, at.maxLength, 'letter', 'letters')}`;
  return `a ${at.type}${range(at)}`;
}

function range({ minimum, exclusiveMinimum, maximum }: Details): string {
  if (exclusiveMinimum !== undefined)
    return ` (above ${exclusiveMinimum}${maximum === undefined ? '' : `, to ${maximum}`})`;
  if (minimum === undefined && maximum === undefined) return '';
  return ` (${minimum ?? 'any'} to ${maximum ?? 'any'})`;
}

function count(least: unknown, most: unknown, one: string, many: string): string {
  if (least === undefined && most === undefined) return '';
  const from = Number(least ?? 0);
  if (most === undefined) return from > 0 ? ` of at least ${from} ${from === 1 ? one : many}` : '';
  return ` of ${from > 0 ? `${from} to ${most}` : `at most ${most}`} ${many}`;
}

function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => (at as Details | undefined)?.[step], value);
}

function schemaAt(schema: TSchema, path: Path): Details | undefined {
  return path.reduce<Details | undefined>(
    (at, step) => {
      if (!at) return undefined;
      const options = [at, ...((at.anyOf as Details[] | undefined) ?? [])];
      for (const option of options) {
        const inside = typeof step === 'number' ? option.items : (option.properties as Details | undefined)?.[step];
        if (inside) return inside as Details;
        const patterns = Object.values((option.patternProperties as Details | undefined) ?? {});
        if (typeof step === 'string' && patterns[0]) return patterns[0] as Details;
      }
      return undefined;
    },
    schema as unknown as Details,
  );
}
