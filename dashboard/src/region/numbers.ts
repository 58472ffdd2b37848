// Numbers, dates and weekdays as this page writes them.
import type { Locale, PeakMeasure, Weekday } from '../../../server/contracts/names.ts';
import { weekdays } from '../../../server/contracts/names.ts';

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function remembered<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const known = (formats.get(key) as T | undefined) ?? make();
  formats.set(key, known);
  return known;
}

function number(value: number, locale: Locale, options: Intl.NumberFormatOptions): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  return remembered(key, () => new Intl.NumberFormat(locale, options)).format(value);
}

/** 1,204; a median may lie between two people. */
export function countText(value: number, locale: Locale, digits = 0): string {
  return number(value, locale, { maximumFractionDigits: digits });
}

/** Seconds in minutes with one decimal: 14.2. */
export function minutesText(seconds: number, locale: Locale): string {
  return number(seconds / 60, locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** A share in percent, rounded down: what missed its target never reads as having met it. */
export function shareText(share: number, locale: Locale, digits = 0): string {
  const scale = 100 * 10 ** digits;
  // A share such as 0.57 is held as a little less than it is.
  const down = Math.floor(share * scale + 1e-6) / scale;
  return number(down, locale, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** From here on a language has a word for many: below it, a rounded number would read as an exact one. */
const shortFrom: Record<Locale, number> = { 'zh-CN': 10_000, en: 1_000 };

/** A value of a heat map, without its unit; `short` for the few digits that a cell holds. */
export function measureText(measure: PeakMeasure, value: number, locale: Locale, short = false): string {
  if (measure === 'withinLimitShare') return shareText(value, locale, short ? 0 : 1);
  if (measure === 'waitMeanS') return short ? countText(value / 60, locale) : minutesText(value, locale);
  if (short && value >= shortFrom[locale])
    return number(value, locale, { notation: 'compact', maximumSignificantDigits: 2 });
  if (short) return number(value, locale, { maximumFractionDigits: 0, useGrouping: false });
  return countText(value, locale, value >= 10 ? 0 : 1);
}

/** A local date: 11月18日. */
export function dayText(date: string, locale: Locale): string {
  const options = { month: 'short', day: 'numeric', timeZone: 'UTC' } as const;
  const format = remembered(`day ${locale}`, () => new Intl.DateTimeFormat(locale, options));
  return format.format(Date.parse(`${date}T00:00:00Z`));
}

/** 1970-01-05 was a Monday. */
const mondayMs = 4 * 86_400_000;

export function weekdayText(weekday: Weekday, locale: Locale, width: 'short' | 'long' = 'short'): string {
  const options = { weekday: width, timeZone: 'UTC' } as const;
  const format = remembered(`weekday ${locale} ${width}`, () => new Intl.DateTimeFormat(locale, options));
  return format.format(mondayMs + weekdays.indexOf(weekday) * 86_400_000);
}
