import type { DayValues } from './day-profiles.ts';
import type { Measure } from './measures.ts';
import { halfHours } from './profile.ts';

const dayMs = 86_400_000;

/** Day 0 is a Thursday; Monday is weekday 0. */
export const weekdayOf = (epochDay: number): number => (epochDay + 3) % 7;

/** The local date of an epoch day (days since 1970-01-01), and back. */
export const dateOf = (epochDay: number): string => new Date(epochDay * dayMs).toISOString().slice(0, 10);
export const epochDayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / dayMs;

/** A measure by date and half hour, over the halls that were added. */
export class DayGrid {
  readonly firstDay: number;
  readonly dayCount: number;
  readonly #measure: Measure;
  /** Of a ratio or a mean the upper part and the lower one; of the others the value alone. NaN until something is known. */
  readonly #upper: Float64Array;
  readonly #lower: Float64Array;

  /** Epoch days. */
  constructor(measure: Measure, { firstDay, dayCount }: { firstDay: number; dayCount: number }) {
    this.#measure = measure;
    this.firstDay = firstDay;
    this.dayCount = dayCount;
    this.#upper = new Float64Array(dayCount * halfHours).fill(Number.NaN);
    this.#lower = new Float64Array(dayCount * halfHours).fill(Number.NaN);
  }

  /** Adds a hall's day; what isn't known of it adds nothing, and is no zero. */
  add(epochDay: number, values: DayValues): void {
    const { join, field, by } = this.#measure;
    const upper = values[field];
    const lower = by === undefined ? undefined : values[by];
    const at = (epochDay - this.firstDay) * halfHours;
    if (!upper) return;
    for (let slot = 0; slot < halfHours; slot++) {
      const value = upper[slot] ?? Number.NaN;
      const weight = lower ? (lower[slot] ?? Number.NaN) : 1;
      // Nobody called: there is no mean, and no share.
      if (Number.isNaN(value) || Number.isNaN(weight) || (lower && weight === 0)) continue;
      const i = at + slot;
      const before = this.#upper[i] ?? Number.NaN;
      const isFirst = Number.isNaN(before);
      const more = join === 'mean' ? value * weight : value;
      if (join === 'max') this.#upper[i] = isFirst ? more : Math.max(before, more);
      else this.#upper[i] = isFirst ? more : before + more;
      this.#lower[i] = isFirst ? weight : (this.#lower[i] ?? 0) + weight;
    }
  }

  /** The value of a half hour of a day; NaN where nothing is known. */
  value(epochDay: number, slot: number): number {
    const i = (epochDay - this.firstDay) * halfHours + slot;
    const upper = this.#upper[i] ?? Number.NaN;
    return this.#measure.by === undefined ? upper : upper / (this.#lower[i] ?? Number.NaN);
  }
}
