import type { TSchema } from 'typebox';
import Type from 'typebox';

/** A value that may be unknown: `null`, never 0 and never absent. */
export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}
