import type { TSchema } from 'typebox';
import Type from 'typebox';
import { idPattern } from './names.ts';

/** A value that may be unknown: `null`, never 0 and never absent. */
export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

export const Id = Type.String({ pattern: idPattern, description: 'a to z, 0 to 9 and -, at most 40 characters' });

/** `08:30-18:00`, several with commas, `closed`, or `always`. */
export const Hours = Type.String({
  pattern:
    '^(closed|always|([01]\\d|2[0-3]):[0-5]\\d-(([01]\\d|2[0-3]):[0-5]\\d|24:00)(, ?([01]\\d|2[0-3]):[0-5]\\d-(([01]\\d|2[0-3]):[0-5]\\d|24:00))*)$',
  description: '08:30-18:00, several with commas, closed, or always',
});
