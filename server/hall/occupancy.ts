// How many people are inside: T3 over the sums of D1 to D3.
import type { HallConfig } from '../config/hall-config.ts';
import type { DeskLive, DeviceLive, OccupancyLive, QueueLive } from '../contracts/hall-live.ts';
import type { LocalDay } from '../local-days.ts';
import { isClockDoubtful } from './clocks.ts';
import { isDoorIncomplete } from './incomplete.ts';
import type { Estimate } from './inside/inside.ts';
import { staffAmong } from './inside/staff.ts';
import { knownAt } from './liveness.ts';
import type { HallState } from './state.ts';
import { baseline, increments, partsOf } from './totals.ts';
import { withoutTicket } from './without-ticket.ts';

/** Sums of all doors over some parts of local days; null when no door was heard. */
interface Crossings {
  entered: number;
  left: number;
  resets: number;
  replaced: number;
}

/** People who entered and left on a local day, raw; null when no door was heard from that day (T3). */
export function crossingsOf(state: HallState, config: HallConfig, day: LocalDay): Crossings | null {
  const isHeard = countedDoors(state, config).some((id) => isHeardOn(state, id, day));
  return isHeard ? sumOver(state, config, [day.early, day.late]) : null;
}

/** The doors of the registry, and those that it no longer has: who came in by one came in all the same. */
function countedDoors(state: HallState, { file, devices }: HallConfig): string[] {
  return [...file.doors.map(({ id }) => id), ...state.doors.keys().filter((id) => !devices.has(id))];
}

/**
 * What is learned of the people inside, at a moment; `known`: of so many it is known that they are there; `withStaff`: and of staff.
 * `isTaught`: a day was learned from.
 */
export interface Corrected extends Estimate {
  known: number;
  withStaff: number;
  isTaught: boolean;
}

/** Beyond this a corrected number is told as rough: people, and part of the capacity. */
const rough = { people: 3, share: 0.15 };
/** More left than came, by more than this, shows that the count is off: people, and part of all who passed (a real counter loses 4 %). */
const leastOff = { people: 5, share: 0.04 };

interface Others {
  /** Say which doors live. */
  devices: ReadonlyMap<string, DeviceLive>;
  desks: readonly DeskLive[];
  queue: QueueLive;
  /** Null: the number is the raw net. */
  corrected: Corrected | null;
}

/** The occupancy panel at `now`, beside what else the hall shows then. */
export function occupancyLive(
  state: HallState,
  config: HallConfig,
  now: number,
  { devices, desks, queue, corrected }: Others,
): OccupancyLive {
  const { days, file } = config;
  const today = days.of(now);
  const parts = now >= today.emptyAt ? [today.late] : [days.shift(today, -1).late, today.early];
  const emptiedAt = days.lastEmptyAt(now);
  const day = state.isOutdated ? null : crossingsOf(state, config, today);
  const net = sumOver(state, config, parts);
  const doors = file.doors.map(({ id }) => ({ id, live: devices.get(id), heardAt: knownAt(state, id) }));
  const known =
    !state.isOutdated && doors.length > 0 && doors.every(({ heardAt: at }) => at !== null && at >= emptiedAt);
  const { quality, reason } = judge();
  const value = known ? peopleInside(net, corrected) : null;
  const staff = value !== null && corrected?.staff ? Math.round(staffAmong(corrected.staff, value)) : null;
  return {
    value,
    capacity: file.capacity,
    enteredToday: day?.entered ?? null,
    leftToday: day?.left ?? null,
    usual: null,
    staff,
    withoutTicket: withoutTicket({ occupancy: { value, staff, reason }, queue, desks, corrected }),
    asOf: doors.length > 0 && known ? Math.min(...doors.map(({ heardAt: at }) => at ?? 0)) : latestOf(doors),
    quality,
    reason,
  };

  function judge(): Pick<OccupancyLive, 'quality' | 'reason'> {
    if (doors.length === 0) return { quality: 'unknown', reason: 'no-sensor' };
    if (state.isOutdated) return { quality: 'unknown', reason: 'reading-again' };
    const isDoubtful = doors.some(({ id }) => isClockDoubtful(state, id, { days, from: emptiedAt }));
    if (!known) return { quality: 'unknown', reason: isDoubtful ? 'clock' : 'not-heard' };
    const down = doors.find(({ live }) => live?.reason === 'offline' || live?.reason === 'silent');
    if (down) return { quality: 'unknown', reason: down.live?.reason ?? 'silent' };
    // Since we can hear again, they have not been heard yet.
    if (doors.some(({ live }) => live?.reason === 'not-heard')) return { quality: 'unknown', reason: 'not-heard' };
    if (net.replaced > 0) return { quality: 'drifting', reason: 'counter-replaced' };
    if (net.resets > 0) return { quality: 'drifting', reason: 'counter-restarted' };
    if (doors.some(({ id }) => beganInside(state, config, id, emptiedAt)))
      return { quality: 'drifting', reason: 'counting-since' };
    if (isOff(net, corrected)) return { quality: 'drifting', reason: 'count-off' };
    const deviation = corrected?.deviation ?? 0;
    if (deviation > Math.max(rough.people, rough.share * file.capacity))
      return { quality: 'drifting', reason: 'correcting' };
    if (isDoubtful) return { quality: 'doubtful', reason: 'clock' };
    if (doors.some(({ id }) => isDoorIncomplete(state, config, id, { since: emptiedAt, now })))
      return { quality: 'doubtful', reason: 'incomplete' };
    const isYoung = corrected?.isTaught !== true && doors.some(({ id }) => isFirstDay(state, id, emptiedAt));
    return isYoung ? { quality: 'rough', reason: 'first-day' } : { quality: 'good', reason: null };
  }
}

/** True on the day that a door is first heard: nothing shows yet how well it counts. */
function isFirstDay(state: HallState, door: string, emptiedAt: number): boolean {
  return (state.presence.get(door)?.firstAt ?? emptiedAt) >= emptiedAt;
}

/** True when more people left than can have been inside, by more than counters usually miss; what is learned of these is taken off first. */
function isOff({ entered, left }: Crossings, corrected: Corrected | null): boolean {
  const net = corrected?.isTaught ? corrected.byDoorsAlone : entered - left;
  return -net > Math.max(leastOff.people, leastOff.share * (entered + left));
}

/** Raw sums stay raw: what is learned is added here, and nowhere else. */
function peopleInside({ entered, left }: Crossings, corrected: Corrected | null): number {
  if (!corrected) return Math.max(0, entered - left);
  const { known, withStaff, correction } = corrected;
  // Staff came in by the doors: where fewer did than there are, those aren't at work.
  return Math.max(0, known, Math.round(Math.min(withStaff, entered)), Math.round(entered - left + correction));
}

function sumOver(state: HallState, config: HallConfig, parts: string[]): Crossings {
  const total = { entered: 0, left: 0, resets: 0, replaced: 0 };
  for (const id of countedDoors(state, config)) {
    const door = state.doors.get(id);
    for (const sum of door ? increments(door) : []) {
      if (!parts.includes(sum.part)) continue;
      total.entered += sum.in;
      total.left += sum.out;
      total.resets += sum.resets;
      total.replaced += sum.replaced;
    }
  }
  return total;
}

function isHeardOn(state: HallState, id: string, day: LocalDay): boolean {
  const at = knownAt(state, id);
  // A later message doesn't unsay an earlier day: its sums are still there.
  return at !== null && ((at >= day.start && at < day.end) || hasSums(state, id, day));
}

function hasSums(state: HallState, id: string, day: LocalDay): boolean {
  const door = state.doors.get(id);
  return door !== undefined && partsOf(door).some((part) => part === day.early || part === day.late);
}

/**
 * True when counting began after the hall was last empty and not from zero: whoever was inside then is not known.
 */
export function beganInside(state: HallState, config: HallConfig, id: string, emptiedAt: number): boolean {
  const door = state.doors.get(id);
  const first = door && baseline(door);
  if (!first || (first.in === 0 && first.out === 0)) return false;
  return first.part >= config.days.part(emptiedAt);
}

function latestOf(doors: { heardAt: number | null }[]): number | null {
  const moments = doors.map(({ heardAt: at }) => at).filter((at) => at !== null);
  return moments.length > 0 ? Math.max(...moments) : null;
}
