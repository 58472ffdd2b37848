// A decoded message as a reading: when it counts as having happened, and what it names of other moments, in our time (T1).
import type { Body, Origin, Reading } from '../contracts/readings.ts';
import { deviceTime, effectiveTime, floorOf, namedTime } from '../hall/effective-time.ts';

/** Everything follows from the message, its receipt, and the offset that the journal has for its device. */
export function timed(
  origin: Origin,
  body: Body,
  { simulated, offsetMs }: { simulated: boolean; offsetMs: number },
): Reading {
  const { receivedAt } = origin;
  if (!('ts' in body)) return { ...origin, at: receivedAt, body };
  const sort = simulated ? { simulated } : {};
  const at = effectiveTime(body.ts, receivedAt, { offsetMs, floorMs: floorOf(origin, simulated) });
  if (offsetMs === 0) return { ...origin, ...sort, at, body: withMoments(body, 0) };
  return { ...origin, ...sort, at, body: withMoments(body, offsetMs), offsetMs };
}

/** `until` and `appointment` are read by the clock that `ts` is read by. */
function withMoments(body: Body, offsetMs: number): Body {
  if (body.kind === 'desk' && body.until != null) {
    return { ...body, until: namedTime(body.until, deviceTime(body.ts), offsetMs) };
  }
  if (body.kind === 'ticket' && typeof body.appointment === 'number') {
    return { ...body, appointment: namedTime(body.appointment, deviceTime(body.ts), offsetMs) };
  }
  return body;
}
