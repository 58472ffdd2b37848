// History as the rest of the house sees it; two stores pass one contract test (tests/contract).
import { HallwatchError } from '../errors.ts';
import type { MeasurementName, Retention } from './catalogue.ts';
import type { FieldValue, Point, Refused } from './points.ts';

/** Points of a measurement from `from` to `to` (epoch ms, half-open). A tag is one value or some; left out, all. */
export interface Selection {
  measurement: MeasurementName;
  from: number;
  to: number;
  tags?: Readonly<Record<string, string | readonly string[]>>;
}

/** One series, by columns: `values[field][i]` was written at `at[i]` (epoch microseconds), null where the field wasn't. */
export interface Columns {
  tags: Readonly<Record<string, string>>;
  at: number[];
  values: Record<string, (FieldValue | null)[]>;
}

export type Fold = 'sum' | 'mean' | 'min' | 'max' | 'count';

/** What to fold each step into: by name, a number field and how. Steps lie between neighbours of `edges` (see steps.ts). */
export interface Folding extends Omit<Selection, 'from' | 'to'> {
  edges: readonly number[];
  read: Readonly<Record<string, { field: string; fold: Fold }>>;
  /** One answer for each value of these tags; left out, one of all. */
  by?: readonly string[];
}

/** `values[name][i]` belongs to step i; null where nothing was written (0 of a count). */
export interface Folded {
  tags: Readonly<Record<string, string>>;
  values: Record<string, (number | null)[]>;
}

/** Days that points are kept. */
export type Keep = Readonly<Record<Retention, number>>;

/** Every method but `close` throws `history-away` when the store can't be used now and may be later. */
export interface HistoryStore {
  /** Makes what is missing, and alters what is kept for another time than asked. `write` does it by itself when needed. */
  prepare(): Promise<void>;
  /**
   * Writes points in any order; the same ones may be written again. When it returns, those not refused are durable; when it
   * throws, any of them may be.
   */
  write(points: readonly Point[]): Promise<{ refused: Refused[] }>;
  /** Points in order of time, however many, in bounded memory. */
  points(selection: Selection): AsyncGenerator<Point, void, undefined>;
  /** All at once, for heat maps: series in order of their tags. */
  columns(selection: Selection & { fields: readonly string[] }): Promise<Columns[]>;
  fold(folding: Folding): Promise<Folded[]>;
  /** Bytes on disk; null when the store doesn't say. */
  size(): Promise<number | null>;
  /** Grows with every write that was made durable; null when the store doesn't say. Less than it was: writes were lost. */
  readonly settled: number | null;
  close(): Promise<void>;
}

/** The store can't be used now; `why` never holds a password. */
export function away(why: string, fix: string): HallwatchError {
  return new HallwatchError('history-away', {
    what: `history can't be used now: ${why}`,
    fix: `${fix}; what happens meanwhile waits in the data folder and arrives later`,
  });
}

/** Order of series in answers. */
export function byTags(a: { tags: Readonly<Record<string, string>> }, b: { tags: Readonly<Record<string, string>> }) {
  const [left, right] = [seriesText(a.tags), seriesText(b.tags)];
  return left < right ? -1 : Number(left > right);
}

/** Tags as one text, equal for equal tags. */
export function seriesText(tags: Readonly<Record<string, string>>): string {
  return Object.keys(tags)
    .sort()
    .map((name) => `${name}=${tags[name]}`)
    .join('\n');
}
