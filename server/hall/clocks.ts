// The clocks of a hall's devices: what each message says of its own, and what a doubtful one makes of the numbers.
import type { Reading } from '../contracts/readings.ts';
import type { LocalDays } from '../local-days.ts';
import { judgeTime, newClock, noteImpossible, noteOffset, noteWord } from './clock-check.ts';
import { backlogFloorMs, clockToleranceMs, deviceTime, liveFloorMs } from './effective-time.ts';
import type { ClockJudgement, HallState } from './state.ts';

export type ClockNote = 'clock-ahead' | 'late' | 'ts-seconds' | 'impossible-time';

const none: readonly never[] = [];
const keptSpans = 16;
/** A backlog is read in one go. */
const untimedGapMs = 10_000;

/** Takes in what a reading says of its device's clock, and answers what is odd; to be called before it counts as a sign of life. */
export function noteClock(state: HallState, reading: Reading, days: LocalDays): readonly ClockNote[] {
  const { body, device, receivedAt, live, caughtUp, offsetMs = 0, simulated = false } = reading;
  const clock = state.clocks.get(device) ?? newClock();
  state.clocks.set(device, clock);
  if (live && !caughtUp && 'seq' in body) noteUntimed(clock, reading, days);
  if (!('ts' in body)) return none;
  noteOffset(clock, offsetMs);
  const { ts } = body;
  if (body.kind === 'status' && live && caughtUp && body.online && body.lastSeq !== undefined) {
    noteWord(clock, { boot: body.boot, lastSeq: body.lastSeq, ts, receivedAt });
  }
  // Devices without a clock say nothing of one.
  if (ts === undefined || ts === null) return none;
  const { ms, isSeconds } = deviceTime(ts);
  if (live) clock.isSeconds = isSeconds;
  let notes: readonly ClockNote[] = isSeconds ? ['ts-seconds'] : none;
  if (ms !== null && body.kind !== 'status') {
    if (ms + offsetMs > receivedAt + clockToleranceMs) notes = [...notes, 'clock-ahead'];
    else if (ms + offsetMs < receivedAt - clockToleranceMs) notes = [...notes, 'late'];
  }
  if (isImpossible(reading, ms)) {
    noteImpossible(clock);
    return [...notes, 'impossible-time'];
  }
  if (ms === null || body.kind === 'status') return notes;
  if (!live || !caughtUp) return notes;
  const heardAt = state.presence.get(device)?.lastLiveAt ?? null;
  // A queue whose clock went back calls tickets before it gave them.
  const before = body.kind === 'door' ? null : clock.latest;
  const isSetBack = before !== null && ms < before.own - clockToleranceMs;
  const timing = judgeTime(clock, { boot: body.boot, seq: body.seq, own: ms, receivedAt, heardAt, simulated });
  if (timing === 'doubtful') noteDoubtful(clock, reading, { days, isSetBack });
  if (timing === 'doubtful' && isSetBack) clock.setBackAt = Math.max(clock.setBackAt ?? 0, before.own + offsetMs);
  return notes;
}

/** A time that no clock can have had when it was read: none at all, or too far from receipt (T1). */
function isImpossible({ live, caughtUp, receivedAt, at, offsetMs = 0 }: Reading, ms: number | null): boolean {
  if (!live) return false;
  if (ms === null) return true;
  const behindMs = receivedAt - ms - offsetMs;
  if (caughtUp && behindMs < -liveFloorMs) return true;
  // In a folder without a floor it counts by its own time.
  return at === receivedAt && behindMs > (caughtUp ? liveFloorMs : backlogFloorMs);
}

/** Notes what counts by the time of a doubtful clock; what counts by its receipt is right. */
function noteDoubtful(
  clock: ClockJudgement,
  { at, receivedAt }: Reading,
  { days, isSetBack }: { days: LocalDays; isSetBack: boolean },
): void {
  if (at >= receivedAt - clockToleranceMs) return;
  const { date } = days.of(receivedAt);
  clock.unsureOn = date;
  if (isSetBack || days.part(at) !== days.part(receivedAt)) clock.misplacedOn = date;
  const last = clock.unsure.at(-1);
  if (last && !last.isWrong && clock.doubts > 1 && at >= last.from) last.to = Math.max(last.to, at + 1);
  else clock.unsure.push({ from: at, to: at + 1, isWrong: false });
  if (clock.unsure.length > keptSpans) joinFirstTwo(clock);
}

/** Of what waited at the broker without a usable time of its own, nobody knows when it was: it counts as of its receipt. */
function noteUntimed(clock: ClockJudgement, { body, at, receivedAt, offsetMs = 0 }: Reading, days: LocalDays): void {
  const { ms } = 'ts' in body ? deviceTime(body.ts) : { ms: null };
  if (at !== receivedAt || (ms !== null && Math.abs(ms + offsetMs - receivedAt) <= clockToleranceMs)) return;
  clock.unsureOn = days.of(receivedAt).date;
  const last = clock.unsure.at(-1);
  if (last && !last.isWrong && at >= last.from && at - last.to < untimedGapMs) last.to = Math.max(last.to, at + 1);
  else clock.unsure.push({ from: at, to: at + 1, isWrong: false });
  if (clock.unsure.length > keptSpans) joinFirstTwo(clock);
}

/** Of so many spans the two oldest become one, with what lies between them. */
function joinFirstTwo(clock: ClockJudgement): void {
  const [first, second, ...rest] = clock.unsure;
  if (!first || !second) return;
  const isWrong = first.isWrong || second.isWrong;
  clock.unsure = [{ from: Math.min(first.from, second.from), to: Math.max(first.to, second.to), isWrong }, ...rest];
}

interface Since {
  days: LocalDays;
  /** The beginning of what a number counts, epoch ms. */
  from: number;
}

/** True while numbers that rest on a device's times are doubtful: its clock isn't settled, or some of them are misplaced. */
export function isClockDoubtful(state: HallState, device: string, since: Since): boolean {
  return (state.clocks.get(device)?.doubts ?? 0) > 0 || isMisplaced(state, device, since);
}

/** True when messages received since `from` count to another part of a day, or in another order, than they may belong to. */
export function isMisplaced(state: HallState, device: string, since: Since): boolean {
  return isSince(state.clocks.get(device)?.misplacedOn ?? '', since);
}

/** True when doubtful times of a device stand in what was received since `from`: how long something lasted isn't known. */
export function areTimesUnsure(state: HallState, device: string, since: Since): boolean {
  return isSince(state.clocks.get(device)?.unsureOn ?? '', since);
}

/** True while a device's messages count by times that are doubtful. */
export function isUnsureNow(state: HallState, device: string, since: Since): boolean {
  return (state.clocks.get(device)?.doubts ?? 0) > 0 && areTimesUnsure(state, device, since);
}

function isSince(date: string, { days, from }: Since): boolean {
  return date !== '' && date >= days.of(from).date;
}

type Devices = readonly { id: string }[];

/** True for an effective time at which a doubtful clock of the devices stood: when that really was isn't known. */
export function isUnsureAt(state: HallState, devices: Devices, at: number): boolean {
  return devices.some(({ id }) => state.clocks.get(id)?.unsure.some(({ from, to }) => at >= from && at < to));
}

/** True for a wait of which it isn't known since when it goes on, or whether it does: a call may count as of before its issue. */
export function isWaitUnsure(state: HallState, devices: Devices, since: number): boolean {
  const isOlder = devices.some(({ id }) => since <= (state.clocks.get(id)?.setBackAt ?? 0));
  return isOlder || isUnsureAt(state, devices, since);
}

/** True for one at which a clock of them stood that was found to have been wrong, once it was right again. */
export function isWrongAt(state: HallState, devices: Devices, at: number): boolean {
  return devices.some(({ id }) =>
    state.clocks.get(id)?.unsure.some(({ from, to, isWrong }) => isWrong && at >= from && at < to),
  );
}
