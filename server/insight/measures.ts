// What a heat map can show: how halls and half hours come together, and what "far above the usual" means for each.
import type { PeakMeasure } from '../contracts/names.ts';

/** A field of hall_day_profile. */
export const profileFields = [
  'entered',
  'occupancyMax',
  'issued',
  'called',
  'withinLimit',
  'waitMeanS',
  'waitingMax',
] as const;
export type ProfileField = (typeof profileFields)[number];

export interface Measure {
  /** How halls are joined in one half hour of one day. `ratio`: sum of `field` by sum of `by`; `mean`: `field` weighed with `by`. */
  join: 'sum' | 'max' | 'ratio' | 'mean';
  field: ProfileField;
  by?: ProfileField;
  /** Whether much of it is what should be seen, or little. */
  bad: 'high' | 'low';
  /** How far values lie apart by chance alone, at least. */
  noise: (usual: number) => number;
}

/** Arrivals scatter by about the root of their number. */
const ofArrivals = (usual: number) => Math.max(1, Math.sqrt(usual));
const aMinute = () => 60;
const aTwentieth = () => 0.05;

const arrivals = (field: ProfileField): Measure => ({ join: 'sum', field, bad: 'high', noise: ofArrivals });
/** The most of several halls happens at several times: their sum would be of no moment, so the worst hall counts. */
const worst = (field: ProfileField): Measure => ({ join: 'max', field, bad: 'high', noise: ofArrivals });

export const measures: Record<PeakMeasure, Measure> = {
  entered: arrivals('entered'),
  issued: arrivals('issued'),
  called: arrivals('called'),
  occupancyMax: worst('occupancyMax'),
  waitingMax: worst('waitingMax'),
  withinLimitShare: { join: 'ratio', field: 'withinLimit', by: 'called', bad: 'low', noise: aTwentieth },
  waitMeanS: { join: 'mean', field: 'waitMeanS', by: 'called', bad: 'high', noise: aMinute },
};

/** What the table of halls is made of. */
const tableFields: readonly ProfileField[] = ['entered', 'called', 'withinLimit', 'waitMeanS'];

/** The fields to read for a measure and the table of halls. */
export function fieldsFor(measure: PeakMeasure): ProfileField[] {
  const { field, by } = measures[measure];
  return [...new Set([...tableFields, field, ...(by ? [by] : [])])];
}

/** How many times the usual a peak is at least, and how many times what chance alone makes; both must hold. */
const farTimes = 1.5;
const farNoises = 3;
/** A share can't grow by half; far is a tenth of all. */
const farShare = 0.1;

/** How far `value` is beyond `usual` in multiples of `spread`; null where that isn't far. */
export function farness({ bad }: Measure, value: number, { usual, spread }: { usual: number; spread: number }) {
  const beyond = bad === 'high' ? value - usual : usual - value;
  const isFar = bad === 'high' ? value >= farTimes * usual : beyond >= farShare;
  return isFar && beyond >= farNoises * spread ? beyond / spread : null;
}
