// T2: whether a device's clock is behind or ahead, judged over many live messages and never from backlog.
import type { Reading } from '../contracts/readings.ts';
import type { ClockJudgement, ClockVerdict, Presence } from './state.ts';

const toleranceMs = 120_000;
const messagesToJudge = 20;

/** Takes one sequenced reading into the judgement; `ts` is the device's own time, null when it sent none. */
export function judgeClock(
  judgement: ClockJudgement | undefined,
  reading: Reading,
  ts: number | null,
  presence: Presence | undefined,
): ClockJudgement {
  const before = judgement ?? { verdict: 'right', inARow: 0, marked: 'right', last: null };
  if (ts === null) return before;
  const last = { ts, receivedAt: reading.receivedAt };
  const verdict = verdictOf(reading, ts, presence, before.last);
  if (verdict === null) return { ...before, last };
  const inARow = verdict === before.verdict ? before.inARow + 1 : 1;
  const marked = inARow >= messagesToJudge ? verdict : before.marked;
  return { verdict, inARow, marked, last };
}

/**
 * One message's word on the clock; null when it can't tell. Nothing is published before it happens, so a time after
 * receipt is proof of a clock ahead. A time long before receipt is either a clock behind or a message sent late: late
 * ones run through their times faster than they arrive, or were announced by `lastSeq`.
 */
function verdictOf(
  { receivedAt, live, caughtUp, body }: Reading,
  ts: number,
  presence: Presence | undefined,
  last: ClockJudgement['last'],
): ClockVerdict | null {
  if (!live || !caughtUp) return null;
  if (ts > receivedAt + toleranceMs) return 'ahead';
  if (ts >= receivedAt - toleranceMs) return 'right';
  const status = presence?.status;
  if (status && 'seq' in body && body.boot === status.boot && status.lastSeq !== null) {
    if (body.seq <= status.lastSeq) return null;
    // Made after the device told its lastSeq, so its true time is not before that was received.
    if (ts < status.receivedAt - toleranceMs) return 'behind';
    return null;
  }
  if (last === null) return null;
  const paceMs = ts - last.ts;
  return paceMs >= 0 && paceMs <= 2 * (receivedAt - last.receivedAt) + 2_000 ? 'behind' : null;
}
