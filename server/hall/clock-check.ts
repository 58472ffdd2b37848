// T2: whether a device's clock is behind or ahead, judged over many live messages and never from backlog.
import type { Reading } from '../contracts/readings.ts';
import type { ClockJudgement, ClockVerdict, Presence } from './state.ts';

const toleranceMs = 120_000;
const messagesToJudge = 20;
/** Messages that come together jitter; over a run of 20 no late burst of a real device stays within this. */
const jitterMs = 2_000;
/** Longer than any device keeps messages (G1): older ones can't be late, so their clock is behind. */
const longerThanAnyOutboxMs = 36 * 3_600_000;

/** Takes one sequenced reading into the judgement; `ts` is the device's own time, null when it sent none. */
export function judgeClock(
  judgement: ClockJudgement | undefined,
  reading: Reading,
  ts: number | null,
  presence: Presence | undefined,
): ClockJudgement {
  const { receivedAt } = reading;
  const before = judgement ?? { verdict: 'right', inARow: 0, marked: 'right', since: { ts: 0, receivedAt: 0 } };
  const verdict = ts === null ? null : verdictOf(reading, ts, presence);
  if (ts === null || verdict === null) return before;
  const isSame = verdict === before.verdict || (verdict === 'old' && before.verdict === 'behind');
  const goesOn = isSame && (verdict !== 'old' || isLivePace(before.since, { ts, receivedAt }));
  const inARow = goesOn ? before.inARow + 1 : 1;
  const settled = verdict === 'old' ? 'behind' : verdict;
  return {
    verdict: settled,
    inARow,
    marked: inARow >= messagesToJudge ? settled : before.marked,
    since: goesOn ? before.since : { ts, receivedAt },
  };
}

/**
 * One message's word on the clock; null when it can't tell. Nothing is published before it happens, so a time after
 * receipt is proof of a clock ahead. A time long before receipt is either a clock behind or a message sent late: `old`
 * leaves that to the pace of its neighbours.
 */
function verdictOf(
  { receivedAt, live, caughtUp, body }: Reading,
  ts: number,
  presence: Presence | undefined,
): ClockVerdict | 'old' | null {
  if (!live || !caughtUp) return null;
  if (ts > receivedAt + toleranceMs) return 'ahead';
  if (ts >= receivedAt - toleranceMs) return 'right';
  const status = presence?.status;
  if (status && 'seq' in body && body.boot === status.boot && status.lastSeq !== null) {
    if (body.seq <= status.lastSeq) return null;
    // Made after the device told its lastSeq, so its true time is not before that was received.
    return ts < status.receivedAt - toleranceMs ? 'behind' : null;
  }
  return ts < receivedAt - longerThanAnyOutboxMs ? 'behind' : 'old';
}

/** Late messages run through their times faster than they arrive; a slow clock's come at their own pace. */
function isLivePace(first: ClockJudgement['since'], now: ClockJudgement['since']): boolean {
  const paceMs = now.ts - first.ts;
  return paceMs >= -jitterMs && paceMs <= 2 * (now.receivedAt - first.receivedAt) + jitterMs;
}
