/** A moment of a local day: `second` counts from its midnight by the clock on the wall, and may go past the day's end. */
export interface LocalMoment {
  date: string;
  second: number;
}

const weekDays = 7;

/** Epoch ms of a local moment `days` later. A time that the clocks skip is the first moment after the gap. */
export function instantOf({ date, second }: LocalMoment, days: number, timeZone: string): number {
  const wall = Temporal.PlainDate.from(date).add({ days }).toPlainDateTime().add({ seconds: second });
  const zoned = wall.toZonedDateTime(timeZone);
  if (zoned.toPlainDateTime().equals(wall)) return zoned.epochMilliseconds;
  // "Previous" is strictly before: the first skipped second is read as the very moment of the transition.
  const justAfter = zoned.add({ nanoseconds: 1 });
  return justAfter.getTimeZoneTransition('previous')?.epochMilliseconds ?? zoned.epochMilliseconds;
}

/** By how many days a record moves: to where its first day is `first`, or the latest whole weeks at which `last` is past (T5). */
export function shiftDays(
  moments: { first: string; last: LocalMoment },
  timeZone: string,
  now: number,
  at?: string,
): number {
  if (at !== undefined) return daysBetween(moments.first, at);
  let weeks = Math.floor(daysBetween(moments.last.date, dateOf(now, timeZone)) / weekDays) + 1;
  while (instantOf(moments.last, weeks * weekDays, timeZone) > now) weeks -= 1;
  return weeks * weekDays;
}

function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days;
}

/** The local date of an instant, `YYYY-MM-DD`. */
export function dateOf(at: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

export function dateAfter(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** Epoch ms at which the last minute of a local date begins: the time to show a past day at (T5). */
export function lastMinuteOf(date: string, timeZone: string): number {
  return instantOf({ date, second: (23 * 60 + 59) * 60 }, 0, timeZone);
}
