// Which earlier days a date is compared with.
import { kindsToTry, ownKeys } from '../config/day-kind.ts';
import type { HallConfig } from '../config/hall-config.ts';
import type { DayKind } from '../config/kind-words.ts';
import type { Words } from '../contracts/http.ts';

/** So many like days at most make what is usual, so many at least. */
export const mostDays = 8;
export const fewestDays = 3;
/** Some have no data: so many are named, for the reader to take the first eight that have. */
const namedDays = 12;
const scannedDays = 400;
/** A day that comes once a year is looked for further back, around the same date: the lunar calendar moves it by up to a month. */
const scannedYears = 10;
const seasonDays = 45;
const datesAStep = 100;

/** Days of one kind before a date, the latest first. */
export interface LikeDays {
  kind: DayKind;
  dates: string[];
  /** Days of the kind among them that are no examples, and why. */
  leftOut: { date: string; reason: Words }[];
}

type Hall = Pick<HallConfig, 'calendar' | 'hours'>;
type Found = [LikeDays, ...LikeDays[]];

/** The days to compare `date` with, by kind in the order of `kindsToTry`: a later one only serves where an earlier has too few. */
export function likeDays(hall: Hall, date: string): Found {
  const search = searchLikeDays(hall, date);
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}

/** The same in steps of a millisecond or two, for whoever has others waiting: a rare day is looked for in ten years. */
export function* searchLikeDays(hall: Hall, date: string): Generator<undefined, Found> {
  const [first, ...others] = kindsToTry(hall, date);
  const daysOf = (kind: DayKind): LikeDays => ({ kind, dates: [], leftOut: [] });
  const own = daysOf(first);
  const kinds: Found = [own, ...others.map(daysOf)];
  let looked = 0;
  for (const earlier of earlierDates(date)) {
    if (++looked % datesAStep === 0) yield;
    const keys = ownKeys(hall, earlier);
    const reason = hall.calendar.leftOut(earlier);
    for (const { kind, dates, leftOut } of kinds) {
      if (!keys.includes(kind.key) || dates.length >= namedDays) continue;
      if (reason) leftOut.push({ date: earlier, reason });
      else dates.push(earlier);
    }
    // The other kinds only stand in for it.
    if (own.dates.length >= namedDays) break;
  }
  return kinds;
}

function* earlierDates(date: string): Generator<string> {
  const start = Temporal.PlainDate.from(date);
  for (let back = 1; back <= scannedDays; back++) yield start.subtract({ days: back }).toString();
  const nearest = start.subtract({ days: scannedDays });
  for (let years = 1; years <= scannedYears; years++) {
    const middle = start.subtract({ years });
    for (let offset = seasonDays; offset >= -seasonDays; offset--) {
      const day = middle.add({ days: offset });
      if (Temporal.PlainDate.compare(day, nearest) < 0) yield day.toString();
    }
  }
}
