// A day of a hall by half hours of its wall clock, out of its quarters of an hour.

import { addHistogramText, histogramText } from '../../insight/histogram.ts';
import { halfHours, isInProfile, profileText } from '../../insight/profile.ts';
import type { LocalDays } from '../../local-days.ts';
import type { FieldValue, Point } from '../points.ts';
import type { Columns } from '../port.ts';

const counted = [
  'entered',
  'occupancyMax',
  'knownS',
  'issued',
  'called',
  'waited',
  'withinLimit',
  'waitS',
  'waitingMax',
] as const;
/** Fields of `hall_slot` that a profile is made of. */
export const profileSources = [...counted, 'waitHistogram'] as const;

type Source = (typeof counted)[number];
type Half = Partial<Record<Source, number>>;

const largest: readonly Source[] = ['occupancyMax', 'waitingMax'];

/** The profile of the local date `date`, from the hall's slots of that day; null when nothing is known of it. */
export function dayProfile(slots: Columns, date: string, days: LocalDays): Point | null {
  const halves = Array.from({ length: halfHours }, (): Half => ({}));
  const day = days.onDate(date);
  const waits = new Map<number, number>();
  let isReadable = true;
  slots.at.forEach((at, i) => {
    const ms = at / 1000;
    if (ms < day.start || ms >= day.end) return;
    const half = halves[halfHourOf(ms, days.timeZone)];
    if (half) join(half, Object.fromEntries(counted.map((name) => [name, slots.values[name]?.[i] ?? null])));
    const histogram = slots.values.waitHistogram?.[i];
    if (typeof histogram === 'string') isReadable = addHistogramText(waits, histogram) && isReadable;
  });
  // More than any hall can have was counted by a device that counts without bound: it isn't known.
  const known = (value: number | undefined) => (value !== undefined && isInProfile(value) ? value : null);
  const text = (read: (half: Half) => number | undefined) => profileText(halves.map((half) => known(read(half))));
  const fields = {
    entered: text(({ entered }) => entered),
    occupancyMax: text(({ occupancyMax, knownS }) => (knownS ? occupancyMax : undefined)),
    issued: text(({ issued }) => issued),
    called: text(({ called }) => called),
    withinLimit: text(({ withinLimit }) => withinLimit),
    waitMeanS: text(({ waitS = 0, waited }) => (waited ? Math.round(waitS / waited) : undefined)),
    waitingMax: text(({ waitingMax }) => waitingMax),
  };
  if (Object.values(fields).every((one) => one === '')) return null;
  const waitHistogram = isReadable ? histogramText(waits) : null;
  return {
    measurement: 'hall_day_profile',
    tags: slots.tags,
    at: Date.parse(date) * 1000,
    fields: { ...fields, waitHistogram },
  };
}

/** The hour that comes twice on a day of 25 h is counted together. */
function join(half: Half, slot: Record<string, FieldValue | null>): void {
  for (const name of counted) {
    const value = slot[name];
    if (typeof value !== 'number') continue;
    // An occupancy of which no second was known is none.
    if (name === 'occupancyMax' && !slot.knownS) continue;
    const known = half[name] ?? 0;
    half[name] = largest.includes(name) ? Math.max(known, value) : Math.max(0, known + value);
  }
}

function halfHourOf(at: number, timeZone: string): number {
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return hour * 2 + Number(minute >= 30);
}
