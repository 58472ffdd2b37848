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
import { baseline, increments } from './totals.ts';
import { withoutTicket } from './without-ticket.ts';

/** Sums of all doors over some parts of local days; null when no door was heard. */
interface Crossings {
  entered: number;
  left: number;
  resets: number;
}

/** People who entered and left on a local day, raw; null when no door was heard from that day (T3). */
export function crossingsOf(state: HallState, config: HallConfig, day: LocalDay): Crossings | null {
  const heard = config.file.doors.filter(({ id }) => isHeardOn(state, id, day));
  return heard.length === 0 ? null : sumOver(state, config, [day.early, day.late]);
}

/** What is learned of the people inside, at a moment; `known`: of so many it is known that they are there; `withStaff`: and of staff. */
export interface Corrected extends Estimate {
  known: number;
  withStaff: number;
}

/** Beyond this a corrected number is told as rough: people, and part of the capacity. */
const rough = { people: 3, share: 0.15 };

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
    if (net.resets > 0) return { quality: 'drifting', reason: 'counter-restarted' };
    if (doors.some(({ id }) => beganInside(state, config, id, emptiedAt)))
      return { quality: 'drifting', reason: 'counting-since' };
    const deviation = corrected?.deviation ?? 0;
    if (deviation > Math.max(rough.people, rough.share * file.capacity))
      return { quality: 'drifting', reason: 'correcting' };
    if (isDoubtful) return { quality: 'doubtful', reason: 'clock' };
    if (doors.some(({ id }) => isDoorIncomplete(state, config, id, { since: emptiedAt, now })))
      return { quality: 'doubtful', reason: 'incomplete' };
    return { quality: 'good', reason: null };
  }
}

/** Raw sums stay raw: what is learned is added here, and nowhere else. */
function peopleInside({ entered, left }: Crossings, corrected: Corrected | null): number {
  if (!corrected) return Math.max(0, entered - left);
  const { known, withStaff, correction } = corrected;
  // Staff came in by the doors: where fewer did than there are, those aren't at work.
  return Math.max(0, known, Math.round(Math.min(withStaff, entered)), Math.round(entered - left + correction));
}

function sumOver(state: HallState, config: HallConfig, parts: string[]): Crossings {
  const total = { entered: 0, left: 0, resets: 0 };
  for (const { id, counterBits } of config.file.doors) {
    const door = state.doors.get(id);
    for (const sum of door ? increments(door, counterBits) : []) {
      if (!parts.includes(sum.part)) continue;
      total.entered += sum.in;
      total.left += sum.out;
      total.resets += sum.resets;
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
  const runs = [...(state.doors.get(id)?.boots.values() ?? [])].flat();
  const isOn = (part: string) => part === day.early || part === day.late;
  return runs.some((run) => isOn(run.firstPart) || isOn(run.lastPart) || run.sums.some(({ part }) => isOn(part)));
}

/**
 * True when counting began after the hall was last empty and not from zero: whoever was inside then is not known.
 */
export function beganInside(state: HallState, config: HallConfig, id: string, emptiedAt: number): boolean {
  const door = state.doors.get(id);
  const first = door && baseline(door);
  if (!first || (first.firstIn === 0 && first.firstOut === 0)) return false;
  return first.firstPart >= config.days.part(emptiedAt);
}

function latestOf(doors: { heardAt: number | null }[]): number | null {
  const moments = doors.map(({ heardAt: at }) => at).filter((at) => at !== null);
  return moments.length > 0 ? Math.max(...moments) : null;
}
