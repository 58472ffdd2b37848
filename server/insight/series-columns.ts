// What a step of a series says, out of what was written in its span: sums and maxima, and what follows from them.
import type { SeriesStep } from '../contracts/history.ts';
import { quantile } from './histogram.ts';
import { rounded } from './rounding.ts';

export type StepField = Exclude<keyof SeriesStep, 'start'>;

/** A ratio is of two sums, a quantile of the merged histograms of waits; a maximum may say nothing where a sum is 0. */
type Column =
  | { of: 'sum'; field: string }
  | { of: 'max'; field: string; by?: string }
  | { of: 'ratio'; field: string; by: string }
  | { of: 'quantile'; q: number };

const sum = (field: string): Column => ({ of: 'sum', field });
const max = (field: string): Column => ({ of: 'max', field });
const maxOf = (field: string, by: string): Column => ({ of: 'max', field, by });
const ratio = (field: string, by: string): Column => ({ of: 'ratio', field, by });

const tickets = {
  issued: sum('issued'),
  called: sum('called'),
  served: sum('served'),
  givenUp: sum('givenUp'),
  withinLimit: sum('withinLimit'),
};
const waits = {
  waitMeanS: ratio('waitS', 'waited'),
  waitMaxS: maxOf('waitMaxS', 'waited'),
  waitP50S: { of: 'quantile', q: 0.5 },
  waitP90S: { of: 'quantile', q: 0.9 },
  waitingMax: max('waitingMax'),
  serviceS: sum('serviceS'),
} as const;

/** Fields in the order of answers, by what is asked about. */
export const seriesColumns = {
  hall: {
    entered: sum('entered'),
    left: sum('left'),
    ...tickets,
    occupancyMean: ratio('occupancyS', 'knownS'),
    occupancyMax: maxOf('occupancyMax', 'knownS'),
    ...waits,
    desksOpenS: sum('desksOpenS'),
    desksBusyS: sum('desksBusyS'),
    knownS: sum('knownS'),
  },
  service: { ...tickets, ...waits },
  terminal: {
    inServiceS: sum('inServiceS'),
    faultS: sum('faultS'),
    unknownS: sum('unknownS'),
    serverDownS: sum('serverDownS'),
    offS: sum('offS'),
    busyS: sum('busyS'),
    done: sum('done'),
    failed: sum('failed'),
  },
} as const satisfies Record<string, Partial<Record<StepField, Column>>>;

export type SeriesSubject = keyof typeof seriesColumns;

/** Field names of a subject, in the order of answers. */
export function fieldsOf(subject: SeriesSubject): StepField[] {
  return Object.keys(seriesColumns[subject]) as StepField[];
}

function columnOf(subject: SeriesSubject, name: StepField): Column {
  const column = (seriesColumns[subject] as Partial<Record<StepField, Column>>)[name];
  if (!column) throw new RangeError(`a ${subject} has no ${name}`);
  return column;
}

/** What these fields are made of: the numbers to read, and how those of one step come together. */
export function foldsFor(subject: SeriesSubject, names: readonly StepField[]): Record<string, 'sum' | 'max'> {
  const folds: Record<string, 'sum' | 'max'> = {};
  for (const name of names) {
    const column = columnOf(subject, name);
    if (column.of === 'quantile') continue;
    folds[column.field] = column.of === 'max' ? 'max' : 'sum';
    if (column.of !== 'sum' && column.by) folds[column.by] = 'sum';
  }
  return folds;
}

/** True when the fields need the histograms of waits. */
export function needsHistogram(subject: SeriesSubject, names: readonly StepField[]): boolean {
  return names.some((name) => columnOf(subject, name).of === 'quantile');
}

/** What was found of a step: folded numbers by field; waits as merged buckets, null where none was written or readable. */
export interface StepSums {
  numbers: (field: string) => number | null;
  waits: ReadonlyMap<number, number> | null;
}

/** A field of a step; null where it isn't known, and a mean or a quantile also where there was nothing to take it of. */
export function stepValue(subject: SeriesSubject, name: StepField, { numbers, waits }: StepSums): number | null {
  const column = columnOf(subject, name);
  if (column.of === 'quantile') return rounded(waits && quantile(waits, column.q));
  const value = numbers(column.field);
  if (column.of === 'sum' || !column.by) return value;
  const by = numbers(column.by);
  if (value === null || !by) return null;
  return column.of === 'max' ? value : rounded(value / by);
}
