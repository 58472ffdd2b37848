// The usual of a day: what the middle of like days, and most of them, look like by quarters of an hour.
import type { DayKind } from '../config/kind-words.ts';
import type { Band, Usual, UsualSlot } from '../contracts/usual.ts';
import type { LocalDay } from '../local-days.ts';
import type { DayCounts } from './day-counts.ts';
import type { LikeDays } from './like-days.ts';
import { fewestDays } from './like-days.ts';
import { slotMs, wallSlots } from './wall-slots.ts';

/**
 * The value below which a share of 0 to 1 of the values lies, between the two nearest ones in proportion to their distance
 * (Hyndman and Fan's type 7). The values need no order; there must be one.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

/** P10, median and P90 to one decimal; null when fewer than three days tell. */
export function bandOf(values: readonly (number | null)[]): Band | null {
  const known = values.filter((value) => value !== null);
  if (known.length < fewestDays) return null;
  const at = (share: number) => Math.round(quantile(known, share) * 10) / 10;
  return { low: at(0.1), median: at(0.5), high: at(0.9) };
}

/** The quarters of an hour of `day`, each with what is usual for its time on the wall clock. */
export function usualSlots(days: readonly DayCounts[], day: LocalDay, timeZone: string): UsualSlot[] {
  const band = (what: Exclude<keyof DayCounts, 'date'>, quarter: number) =>
    bandOf(days.map((counts) => counts[what][quarter] ?? null));
  return wallSlots(day, timeZone).map((quarter, i) => ({
    at: day.start + i * slotMs,
    entered: band('entered', quarter),
    enteredBy: band('enteredBy', quarter),
    occupancy: band('occupancy', quarter),
    waitS: band('waitS', quarter),
  }));
}

interface Told {
  hall: string;
  day: LocalDay;
  timeZone: string;
  kind: DayKind;
  like: LikeDays;
  /** The like days that have data, the latest first. */
  days: readonly DayCounts[];
}

/** The answer of /api/halls/:hall/usual. */
export function usualOf({ hall, day, timeZone, kind, like, days }: Told): Usual {
  const oldest = days.at(-1)?.date ?? day.date;
  return {
    hall,
    date: day.date,
    kind: kind.key,
    words: kind.one,
    like: { kind: like.kind.key, words: like.kind.many },
    days: days.map(({ date }) => date),
    leftOut: like.leftOut.filter(({ date }) => date > oldest),
    isEnough: days.length >= fewestDays,
    slots: usualSlots(days, day, timeZone),
  };
}

/** What is usual inside at `now`, and until when that holds; null outside the day that `usual` is of. */
export function usualAt(usual: Usual, now: number): { occupancy: Band | null; until: number } | null {
  const first = usual.slots[0]?.at ?? Number.NaN;
  const slot = usual.slots[Math.floor((now - first) / slotMs)];
  return slot ? { occupancy: slot.occupancy, until: slot.at + slotMs } : null;
}
