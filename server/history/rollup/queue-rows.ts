// What a queue did in a span of time, counted from the marks of its visits.
import type { Mark } from '../../hall/tally.ts';
import { histogramOf, histogramText } from '../../insight/histogram.ts';
import type { Point } from '../points.ts';
import { bounded } from './span.ts';

/** Counts of one span; waits and services in ms. */
export interface QueueRow {
  issued: number;
  called: number;
  served: number;
  givenUp: number;
  withinLimit: number;
  waits: number[];
  serviceMs: number;
}

const fieldOf = {
  issued: 'issued',
  called: 'called',
  served: 'served',
  abandoned: 'givenUp',
  within: 'withinLimit',
} as const;

export function emptyRow(): QueueRow {
  return { issued: 0, called: 0, served: 0, givenUp: 0, withinLimit: 0, waits: [], serviceMs: 0 };
}

/** Counts one mark into a row. */
export function countMark(row: QueueRow, { what, ms }: Mark): void {
  if (what === 'wait-begins' || what === 'wait-ends') return;
  row[fieldOf[what]]++;
  if (ms === undefined) return;
  if (what === 'called') row.waits.push(ms);
  else row.serviceMs += ms;
}

/** A row as fields of a point. Where `waited` is 0 the longest wait says nothing, but is written: nothing written can be unsaid. */
export function queueFields(row: QueueRow, waitingMax: number): Point['fields'] {
  const { waits, serviceMs, ...counts } = row;
  return {
    ...counts,
    waited: waits.length,
    waitS: seconds(waits.reduce((sum, ms) => sum + ms, 0)),
    waitMaxS: seconds(waits.reduce((most, ms) => Math.max(most, ms), 0)),
    waitHistogram: histogramText(histogramOf(waits.map((ms) => ms / 1000))),
    waitingMax,
    serviceS: seconds(serviceMs),
  };
}

export function seconds(ms: number): number {
  return bounded(Math.round(ms / 1000));
}
