import type { LocalDay } from '../local-days.ts';

export const slotMs = 900_000;
const slotsADay = 96;

/**
 * The quarter of an hour on the wall clock, 0 to 95, in which each quarter of an hour of a local day lies. Where the clocks change
 * some are missing and some come twice.
 */
export function wallSlots({ start, end }: LocalDay, timeZone: string): number[] {
  const count = Math.round((end - start) / slotMs);
  // The other 363 days of a year need no time zone.
  if (count === slotsADay) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => {
    const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(start + i * slotMs).toZonedDateTimeISO(timeZone);
    return hour * 4 + Math.floor(minute / 15);
  });
}
