// Times of day and dates in the hall's time zone, in the reader's language.
import type { Locale } from '../../../server/contracts/names.ts';

const shapes = {
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  date: { month: 'long', day: 'numeric', weekday: 'long' },
  shortDate: { month: 'short', day: 'numeric' },
  day: { year: 'numeric', month: '2-digit', day: '2-digit' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;
type Shape = keyof typeof shapes;

// Building a formatter costs far more than using it, and a wall formats every second for weeks.
const formatters = new Map<string, Intl.DateTimeFormat>();

function format(shape: Shape, at: number, timeZone: string, locale: Locale): string {
  const key = `${shape} ${timeZone} ${locale}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, { ...shapes[shape], timeZone });
    formatters.set(key, formatter);
  }
  return formatter.format(at);
}

/** 10:42:07 */
export function clockText(at: number, timeZone: string, locale: Locale): string {
  return format('clock', at, timeZone, locale);
}

/** The date with its weekday. */
export function dateText(at: number, timeZone: string, locale: Locale): string {
  return format('date', at, timeZone, locale);
}

/** A local date, `YYYY-MM-DD`, without its year. */
export function dayText(date: string, locale: Locale): string {
  return format('shortDate', Date.parse(date), 'UTC', locale);
}

/** 10:42, with the date in front of it where that isn't the date of `now`. */
export function momentText(at: number, now: number, timeZone: string, locale: Locale): string {
  const time = format('minute', at, timeZone, locale);
  const sameDay = format('day', at, timeZone, locale) === format('day', now, timeZone, locale);
  return sameDay ? time : `${format('shortDate', at, timeZone, locale)} ${time}`;
}
