// T2: whether a device's clock is behind or ahead, judged over many live messages and never from what comes late.
import { clockToleranceMs, deviceTime, liveFloorMs } from './effective-time.ts';
import type { ClockJudgement, ClockVerdict, OldRun } from './state.ts';

const messagesToJudge = 20;
/** Messages that come together jitter; over a run of 20 no late burst of a real device stays within this. */
const jitterMs = 2_000;
/** The same between one message and the next. */
const stepJitterMs = 250;
/** What was kept while a device was not heard comes at once; a clock that is behind goes on for longer. */
const longerThanAnyBurstMs = 60_000;
/** What was kept is sent without longer pauses. */
const longestPauseMs = 10_000;
const quarterMs = 900_000;

/** One message with a time of its own, live and caught up. */
export interface Timed {
  boot: number;
  seq: number;
  own: number;
  receivedAt: number;
  /** When the device was heard last before it; null for never. */
  heardAt: number | null;
}

/** `late`: made before it was sent, by a clock that nothing is known against. */
export type Timing = 'right' | 'late' | 'doubtful';

export function newClock(): ClockJudgement {
  return {
    verdict: 'right',
    inARow: 0,
    since: { own: 0, receivedAt: 0, mayBeLate: false },
    marked: 'right',
    steady: { quarters: 0, count: 0 },
    dueOffsetMs: null,
    offsetMs: 0,
    isSeconds: false,
    latest: null,
    word: null,
    old: null,
    doubts: 0,
    rights: 0,
    unsure: [],
    unsureOn: '',
    misplacedOn: '',
    setBackAt: null,
  };
}

/** Takes one message into the judgement. */
export function judgeTime(clock: ClockJudgement, message: Timed): Timing {
  const { own, receivedAt } = message;
  const lagMs = receivedAt - own;
  const behindMs = lagMs - clock.offsetMs;
  const before = clock.latest;
  const isLater = follows(before, message);
  if (isLater) {
    const { boot, seq } = message;
    clock.latest = { boot, seq, own, receivedAt };
  }
  // A clock that is right again is believed before its offset ends (T1).
  if (Math.abs(behindMs) <= clockToleranceMs || Math.abs(lagMs) <= clockToleranceMs) {
    return settle(clock, message, 'right', lagMs);
  }
  // Nothing is published before it happens: a time after receipt is proof.
  if (behindMs < 0) return settle(clock, message, 'ahead', lagMs);
  return isLater ? judgeOld(clock, message, before) : 'late';
}

/** A time that no clock can have had: nothing is learned from it. */
export function noteImpossible(clock: ClockJudgement): Timing {
  clock.marked = 'impossible';
  Object.assign(clock, { verdict: 'behind', inARow: 0, old: null, dueOffsetMs: null });
  clock.steady = { quarters: 0, count: 0 };
  return doubt(clock);
}

/** Takes a live word of how far the device is; one that was late itself proves nothing of what comes after it. */
export function noteWord(
  clock: ClockJudgement,
  { boot, lastSeq, ts, receivedAt }: { boot: number; lastSeq: number; ts: unknown; receivedAt: number },
): void {
  const { ms } = deviceTime(ts);
  const own = ms === null ? receivedAt : Math.max(ms, ms + clock.offsetMs);
  clock.word = { boot, lastSeq, saidAt: own < receivedAt - clockToleranceMs ? own : receivedAt };
}

/** A new offset is in force, or none any more. */
export function noteOffset(clock: ClockJudgement, offsetMs: number): void {
  if (offsetMs === clock.offsetMs) return;
  clock.offsetMs = offsetMs;
  clock.dueOffsetMs = null;
  clock.old = null;
  foundWrong(clock);
  // What it was learned from has settled the clock: the next right message says so.
  clock.doubts = Math.min(clock.doubts, 1);
}

/**
 * A time long before receipt: from a clock that is behind, or from a message sent late. It was late when the device had told of it, or
 * when times run by faster than they arrive.
 */
function judgeOld(clock: ClockJudgement, message: Timed, before: ClockJudgement['latest']): Timing {
  const { boot, seq, own, receivedAt } = message;
  const lagMs = receivedAt - own;
  const { word, since } = clock;
  const isOfWord = word !== null && word.boot === boot;
  const isTold = isOfWord && seq <= word.lastSeq;
  // Made after the device told its lastSeq, so its true time is not before that.
  const isAfterWord = isOfWord && !isTold && own + clock.offsetMs < word.saidAt - clockToleranceMs;
  const isSetBack = before !== null && own < before.own - clockToleranceMs;
  const isProven = isAfterWord || isSetBack || lagMs - clock.offsetMs > liveFloorMs;
  const isFirst = clock.old === null;
  const isFast = before !== null && own > before.own && isFaster(before, message, stepJitterMs);
  const isFlushed = noteOld(clock, message, { isFast, isProven });
  const isRun = clock.verdict === 'behind' && clock.inARow > 0;
  const goesOn = isRun && (isProven ? !since.mayBeLate : !isFaster(since, message, jitterMs));
  if (!goesOn) {
    const { heardAt } = message;
    const isOfSilence = heardAt !== null && !isSetBack && own + clock.offsetMs >= heardAt - clockToleranceMs;
    const mayBeLate = isTold || isOfSilence || !isFirst;
    clock.since = { own, receivedAt, mayBeLate: mayBeLate && !isProven };
    clock.inARow = 0;
    clock.steady.count = 0;
  }
  run(clock, 'behind', lagMs);
  const isLong = !clock.since.mayBeLate || receivedAt - clock.since.receivedAt >= longerThanAnyBurstMs;
  conclude(clock, isLong);
  if (isFlushed || (isTold && clock.marked !== 'behind')) return 'late';
  return doubt(clock);
}

/** Takes an old message into its run; true while those are what was kept and is sent now. */
function noteOld(
  clock: ClockJudgement,
  { own, receivedAt }: Timed,
  { isFast, isProven }: { isFast: boolean; isProven: boolean },
): boolean {
  const lagMs = receivedAt - own;
  const { unsureOn, misplacedOn } = clock;
  const begin = (): OldRun => ({ lagMs, receivedAt, fastAt: null, isProven, unsureOn, misplacedOn });
  clock.old ??= begin();
  clock.old.isProven ||= isProven;
  const { old } = clock;
  if (old.fastAt !== null) {
    if (isFast) old.fastAt = receivedAt;
    else if (receivedAt - old.fastAt >= longestPauseMs) clock.old = begin();
  } else if (isFast && old.lagMs - lagMs > clockToleranceMs && !old.isProven) {
    if (receivedAt - old.receivedAt < longestPauseMs) noteFlush(clock, old, receivedAt);
    else {
      // Times that went on as they arrived and then leapt were not late.
      foundWrong(clock);
      clock.old = begin();
    }
  }
  return clock.old.fastAt !== null;
}

/** What came before is explained: it was late, and the clock right. */
function noteFlush(clock: ClockJudgement, old: OldRun, receivedAt: number): void {
  old.fastAt = receivedAt;
  if (clock.marked === 'behind') return;
  clock.unsure = clock.unsure.filter(({ isWrong }) => isWrong);
  Object.assign(clock, { doubts: 0, rights: 0, unsureOn: old.unsureOn, misplacedOn: old.misplacedOn });
}

function foundWrong(clock: ClockJudgement): void {
  for (const span of clock.unsure) span.isWrong = true;
}

function settle(clock: ClockJudgement, message: Timed, verdict: 'right' | 'ahead', lagMs: number): Timing {
  // Times that went on as they arrive and then leapt were not late.
  const { old } = clock;
  if (old && (old.isProven || message.receivedAt - old.receivedAt >= longestPauseMs)) foundWrong(clock);
  clock.old = null;
  if (clock.verdict !== verdict) {
    clock.since = { own: message.own, receivedAt: message.receivedAt, mayBeLate: false };
    clock.inARow = 0;
  }
  run(clock, verdict, lagMs);
  conclude(clock, true);
  if (verdict === 'ahead') return doubt(clock);
  if (clock.doubts === 0) return 'right';
  // As many right ones as there were doubtful ones.
  clock.rights++;
  if (clock.rights >= clock.doubts) clock.doubts = clock.rights = 0;
  return 'right';
}

function doubt(clock: ClockJudgement): Timing {
  clock.doubts = Math.min(messagesToJudge, clock.doubts + 1);
  clock.rights = 0;
  return 'doubtful';
}

function run(clock: ClockJudgement, verdict: ClockVerdict, lagMs: number): void {
  clock.verdict = verdict;
  clock.inARow++;
  const quarters = Math.round(lagMs / quarterMs);
  const isWhole = Math.abs(lagMs - quarters * quarterMs) <= clockToleranceMs;
  if (clock.steady.quarters !== quarters) clock.steady = { quarters, count: 0 };
  clock.steady.count = isWhole ? clock.steady.count + 1 : 0;
}

/** What the run has come to; `isLong`: it can't be a burst of what was kept. */
function conclude(clock: ClockJudgement, isLong: boolean): void {
  const { steady, inARow, verdict, offsetMs } = clock;
  if (inARow >= messagesToJudge && isLong) clock.marked = verdict;
  const steadyMs = steady.quarters * quarterMs;
  const isDue = steady.count >= messagesToJudge && isLong && steadyMs !== offsetMs;
  clock.dueOffsetMs = isDue ? steadyMs : null;
}

/** True for a message that the device made after its latest one: by its numbers, or, where it doesn't count its boots, by its clock. */
function follows(latest: ClockJudgement['latest'], { boot, seq, own }: Timed): boolean {
  if (latest === null || own > latest.own) return true;
  return boot > latest.boot || (boot === latest.boot && seq > latest.seq);
}

/** Late messages run through their times faster than they arrive; a slow clock's come at their own pace. */
function isFaster(
  first: { own: number; receivedAt: number },
  now: { own: number; receivedAt: number },
  withinMs: number,
): boolean {
  const paceMs = now.own - first.own;
  return paceMs < -withinMs || paceMs > 2 * (now.receivedAt - first.receivedAt) + withinMs;
}
