// Nothing written can be unsaid: a point that is written again keeps the fields that it no longer names. What a visit no longer tells is
// therefore written as a value that none has.
import { definitionOf } from '../catalogue.ts';
import type { FieldValue, Point } from '../points.ts';

const unsaid = { number: -1, text: '' };

/** The fields of a visit, with those that were told `before` (or may have been, where that isn't given) and no longer are. */
export function withUnsaid(fields: Point['fields'], before?: Point['fields']): Point['fields'] {
  const all = { ...fields };
  for (const [name, { type }] of Object.entries(definitionOf('visit').fields)) {
    // A visit always has its number.
    if (type === 'boolean' || name === 'ticket' || (fields[name] ?? null) !== null) continue;
    if (before === undefined || (before[name] ?? null) !== null)
      all[name] = type === 'string' ? unsaid.text : unsaid.number;
  }
  return all;
}

/** True for a value of a visit's field that stands for none. */
export function isUnsaid(name: string, value: FieldValue | null | undefined): boolean {
  return value === unsaid.number || (value === unsaid.text && name !== 'ticket');
}
