// Spring Festival moves through the year with the lunar calendar: its days are told by their distance from lunar new year.
const newYears = new Map<number, Temporal.PlainDate>();
/** A distance is asked for this far at most, so that the nearest new year is of this year or the next. */
const farDays = 30;

/** Lunar new year's day (正月初一) that falls into a year of our calendar. */
export function lunarNewYear(year: number): Temporal.PlainDate {
  const known = newYears.get(year);
  if (known) return known;
  const day = Temporal.PlainDate.from({ calendar: 'chinese', year, monthCode: 'M01', day: 1 }).withCalendar('iso8601');
  newYears.set(year, day);
  return day;
}

/** Days from lunar new year's day, negative before it; null for a date more than 30 days away. */
export function springFestivalDay(date: Temporal.PlainDate): number | null {
  // Lunar new year is from 21 January to 20 February.
  if (date.month > 3 && date.month < 12) return null;
  for (const year of [date.year, date.year + 1]) {
    const days = lunarNewYear(year).until(date).days;
    if (Math.abs(days) <= farDays) return days;
  }
  return null;
}
