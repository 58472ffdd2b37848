import type { ProfileField } from './measures.ts';
import { halfHours, readProfile } from './profile.ts';

/** One day of one hall, a number for each half hour, NaN where it isn't known. */
export type DayValues = Readonly<Record<string, Float64Array>>;

/** Reads days into the same numbers again and again: there are tens of thousands of them in an answer. */
export class DayReader {
  readonly #values: Record<string, Float64Array>;

  constructor(fields: readonly ProfileField[]) {
    this.#values = Object.fromEntries(fields.map((field) => [field, new Float64Array(halfHours)]));
  }

  /** The values of a day, good until the next is read. What isn't written or can't be read isn't known. */
  read(textOf: (field: string) => unknown): DayValues {
    for (const [field, into] of Object.entries(this.#values)) {
      const text = textOf(field);
      if (typeof text !== 'string' || !readProfile(text, into)) into.fill(Number.NaN);
    }
    return this.#values;
  }
}
