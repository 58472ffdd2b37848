// The spans that rollups are made of.
export const minuteMs = 60_000;
/** A quarter of an hour. Every time zone's midnight begins one. */
export const slotMs = 15 * minuteMs;

/** Further back nothing is rolled up by itself: what is heard of such a time makes it due. */
export const longestBackMs = 48 * 60 * minuteMs;

/** The beginning of the slot that `at` (epoch ms) lies in. */
export function slotOf(at: number): number {
  return Math.floor(at / slotMs) * slotMs;
}

/** A sum that every store can hold: a device that counts without bound makes larger ones. */
export function bounded(sum: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, sum));
}

/** What was counted in a minute at a device: people in and out, or transactions done and failed. */
export interface CountedMinute {
  /** Beginning of the minute, epoch ms. */
  at: number;
  in: number;
  out: number;
}

/** What was counted at a device of a hall in the minutes from `from` on, up to but without `to`, in order. */
export type CountedAt = (hall: string, device: string, from: number, to: number) => readonly CountedMinute[];
