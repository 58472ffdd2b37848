// Whether what is missing, or can't be read, can change a number that is shown (T3, G1).
import type { HallConfig } from '../config/hall-config.ts';
import { settledAfterMs } from './completeness.ts';
import type { DeviceIntake } from './intake.ts';
import { gapsOf } from './intake.ts';
import { highestRead } from './intake-book.ts';
import { eachRange, highestOf } from './seq-ranges.ts';
import type { HallState } from './state.ts';

/** A queue of which so much of today's messages is lost is doubtful: each of them was a ticket's. */
const lostShare = 0.01;

/**
 * True when a door sent messages since `since` (epoch ms) behind the last one that could be read of their boot.
 * Totals mend what is missing before a later one, so only those can change the number; 10 s are for those that are on
 * their way.
 */
export function isDoorIncomplete(
  state: HallState,
  { days }: HallConfig,
  door: string,
  { since, now }: { since: number; now: number },
): boolean {
  if ((state.unread.get(door)?.unnamed ?? 0) > 0) return true;
  const intake = state.intake.get(door);
  if (!intake) return false;
  // What can't be read is known by its day.
  return hasUnreadTail(intake, days.of(since).start) || hasMissingTail(intake, { since, now });
}

function hasUnreadTail({ boots }: DeviceIntake, since: number): boolean {
  return boots.values().some((one) => {
    if (!one.refused || highestOf(one.refused) !== highestOf(one.reached)) return false;
    const read = highestRead(one);
    return [...eachRange(one.refused)].some(([, to, day]) => to > read && day >= since);
  });
}

function hasMissingTail(intake: DeviceIntake, { since, now }: { since: number; now: number }): boolean {
  const isTold = intake.boots.values().some((one) => (one.told?.seq ?? 0) > highestOf(one.reached));
  return isTold && gapsOf(intake).some(({ tail, at }) => tail && at >= since && at + settledAfterMs <= now);
}

/** True when enough of today's messages of a queue machine are missing, or could not be read. */
export function isQueueIncomplete(state: HallState, { file, days }: HallConfig, now: number): boolean {
  const { date, start, end } = days.of(now);
  return file.queueMachines.some(({ id }) => {
    if ((state.unread.get(id)?.unnamed ?? 0) > 0) return true;
    const intake = state.intake.get(id);
    const counts = intake?.days.findLast((day) => day.date === date);
    let lost = (counts?.quarantined ?? 0) + (counts?.givenUp ?? 0);
    for (const { from, to, at } of intake ? gapsOf(intake) : [])
      if (at >= start && at < end && at + settledAfterMs <= now) lost += to - from + 1;
    return lost > 0 && lost / (lost + (counts?.arrived ?? 0)) >= lostShare;
  });
}
