// T1: which of its two times a message counts by.

export const clockToleranceMs = 120_000;
const hourMs = 3_600_000;
/** Longer than any outbox keeps messages (G1): an older live message comes from a clock that can't be right. */
export const liveFloorMs = 36 * hourMs;
/** A backlog may hold messages of our own downtime, as long as a broker session lives (J1) and a day more. */
export const backlogFloorMs = 9 * 24 * hourMs;
/** Numbers from here on are epoch seconds, and from `leastMs` on epoch ms. Smaller ones are the uptime of something. */
const leastSeconds = 1e9;
const leastMs = 1e11;
const mostMs = 8.64e15;

/** A device's own time in epoch ms; null where it can't be a time. */
export interface DeviceTime {
  ms: number | null;
  isSeconds: boolean;
}

export function deviceTime(ts: unknown): DeviceTime {
  if (typeof ts !== 'number' || !(ts >= leastSeconds && ts <= mostMs)) return { ms: null, isSeconds: false };
  const isSeconds = ts < leastMs;
  return { ms: Math.floor(isSeconds ? ts * 1000 : ts), isSeconds };
}

/** What a message's time is judged by besides itself. */
interface Given {
  /** Learned of the device's clock: what is added to its time. */
  offsetMs?: number;
  /** How long before its receipt a message can have been made. */
  floorMs?: number;
}

/** T1: when a message counts as having happened. */
export function effectiveTime(
  ts: unknown,
  receivedAt: number,
  { offsetMs = 0, floorMs = Number.POSITIVE_INFINITY }: Given = {},
): number {
  const { ms } = deviceTime(ts);
  if (ms === null) return receivedAt;
  // A clock that is right again is believed before its offset ends.
  if (Math.abs(ms - receivedAt) <= clockToleranceMs) return Math.min(ms, receivedAt);
  const own = ms + offsetMs;
  // An offset leaves up to 2 min of the clock's error: receipt is nearer.
  const isLate = own < receivedAt - (offsetMs === 0 ? 0 : clockToleranceMs);
  return isLate && own >= receivedAt - floorMs ? own : receivedAt;
}

/** Replay publishes old times, and what a broker retained is of any age: neither has a floor. */
export function floorOf({ live, caughtUp }: { live: boolean; caughtUp: boolean }, simulated: boolean): number {
  if (simulated || !live) return Number.POSITIVE_INFINITY;
  return caughtUp ? liveFloorMs : backlogFloorMs;
}

/** A moment that a message names beside its own time, read by the same clock. */
export function namedTime(value: number, { isSeconds }: DeviceTime, offsetMs: number): number {
  const ms = isSeconds ? (deviceTime(value).ms ?? value) : value;
  return Math.max(0, ms + offsetMs);
}
