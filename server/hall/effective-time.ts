// T1: which of its two times a message counts by.

export const clockToleranceMs = 120_000;

/** A device's own time when it can be one; T1 falls back to receipt otherwise. */
export function usableTime(ts: unknown): number | null {
  return typeof ts === 'number' && Number.isFinite(ts) && ts >= 0 && ts <= 8.64e15 ? Math.floor(ts) : null;
}

/** T1: when a message counts as having happened. */
export function effectiveTime(ts: unknown, receivedAt: number): number {
  const own = usableTime(ts);
  if (own === null || own > receivedAt + clockToleranceMs) return receivedAt;
  return Math.min(own, receivedAt);
}
