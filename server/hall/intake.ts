// What one device sent, by its own numbering, and what of it reached us (I2, G1). Everything but `course` sorts the same in
// any order of arrival: it is made of sets of seq, of lowest and highest values, and of counts of distinct messages.

import { boundReached } from '../bounds.ts';
import { bootsInOrder, compareBoots } from './boot-order.ts';
import { mostAhead } from './seq-ahead.ts';
import type { SeqRanges } from './seq-ranges.ts';
import {
  addRange,
  addSeq,
  countRanges,
  eachRange,
  hasSeq,
  highestOf,
  joinWithFormer,
  partsOutside,
  remark,
  removeSeq,
} from './seq-ranges.ts';

/** One boot of a device. Times are epoch ms. */
export interface BootIntake {
  /** Earliest effective time of its messages and of its words of how far it is. */
  since: number;
  /** Up to which seq nobody listened: of the first boot, that isn't missing. Null until a message or a live word came. */
  before: number | null;
  /** Its numbering began here, not at 1: a device that didn't number its messages began to. Null for nearly all. */
  begins: number | null;
  /** What reached us, refused messages too; each range is marked with the effective time of its first message. */
  reached: SeqRanges;
  /** Of those, what could not be read, marked with the start of the local day of its receipt. */
  refused: SeqRanges | null;
  /** What the device said it no longer has, and what did not reach us before or since. */
  gone: SeqRanges | null;
  /** The highest `lastSeq` it told, and the effective time of the earliest word that did. */
  told: { seq: number; at: number } | null;
}

/** Counts of distinct messages by the local day they belong to; `givenUp`: missing, in gaps no longer remembered. */
export interface DayIntake {
  date: string;
  arrived: number;
  quarantined: number;
  givenUp: number;
}

export interface DeviceIntake {
  /** Older boots were given up: none of those kept is the first that we listened to. */
  hasLost: boolean;
  boots: Map<number, BootIntake>;
  /** The days the device was heard from, 8 at most, in order. */
  days: DayIntake[];
}

/** How messages came on a local day: depends on the order of arrival. */
export interface DayCourse {
  date: string;
  repaired: number;
  duplicated: number;
}

/**
 * Messages `from` to `to` of a boot that did not reach us. `at`: effective time of what told of them, the message behind them or,
 * for a `tail`, the device's word of how far it is.
 */
export interface Gap {
  boot: number;
  from: number;
  to: number;
  at: number;
  tail: boolean;
  /** Nobody knows whether there is anything: what an older boot may have sent after the last of it that we know of. */
  unknown?: true;
}

/** `gap`: the first news of messages missing before it; `late`: new, though a higher one of its boot came before. */
export type Arrival = 'new' | 'gap' | 'late' | 'repaired' | 'repeat';

export const keptIntakeDays = 8;
const keptBoots = 64;
const keptRanges = 5_000;
/** As much as a device is asked for at once (G1). */
const unknownTail = 500;

export function emptyIntake(): DeviceIntake {
  return { hasLost: false, boots: new Map(), days: [] };
}

/**
 * The boot's entry, of which a message or word of effective time `at` came; null when 64 later boots are known and it is given up.
 * `dateOf` names the local date of a time.
 */
export function bootOf(
  intake: DeviceIntake,
  boot: number,
  at: number,
  dateOf: (at: number) => string,
): BootIntake | null {
  const known = intake.boots.get(boot);
  if (known) {
    known.since = Math.min(known.since, at);
    return known;
  }
  const made = { since: at, before: null, begins: null, reached: [], refused: null, gone: null, told: null };
  if (intake.boots.size >= keptBoots) {
    boundReached('intake-boots');
    const [first] = bootsInOrder(intake.boots);
    if (!first || compareBoots([boot, made], first) < 0) return null;
    for (const gap of gapsOf(intake)) if (gap.boot === first[0]) giveUp(intake, gap, dateOf);
    intake.boots.delete(first[0]);
    intake.hasLost = true;
  }
  intake.boots.set(boot, made);
  return made;
}

/** From `before` on somebody listens to the boot. True when that is news. */
export function listenFrom(one: BootIntake, before: number): boolean {
  if (one.before !== null && before >= one.before) return false;
  one.before = before;
  return true;
}

/** The day's counts, made when there are none; null for a day before the kept ones. */
export function dayOf(days: DayIntake[], date: string): DayIntake | null {
  return entryOf(days, date, () => ({ date, arrived: 0, quarantined: 0, givenUp: 0 }));
}

export function courseOf(days: DayCourse[], date: string): DayCourse | null {
  return entryOf(days, date, () => ({ date, repaired: 0, duplicated: 0 }));
}

function entryOf<T extends { date: string }>(days: T[], date: string, make: () => T): T | null {
  const latest = days.at(-1);
  if (latest?.date === date) return latest;
  const i = days.findIndex((one) => one.date >= date);
  const there = days[i];
  if (there?.date === date) return there;
  if (i === 0 && days.length >= keptIntakeDays) return null;
  const made = make();
  days.splice(i === -1 ? days.length : i, 0, made);
  if (days.length > keptIntakeDays) days.shift();
  return made;
}

/** Files a message that is not simply the next of its boot: the first, one after a gap, a late one or a repeat. */
export function arriveOutOfTurn(
  intake: DeviceIntake,
  one: BootIntake,
  { boot, seq, at }: { boot: number; seq: number; at: number },
  dateOf: (at: number) => string,
): Arrival {
  const highest = highestOf(one.reached);
  if (one.refused && hasSeq(one.refused, seq)) {
    readAtLast(intake, one, { seq, at }, dateOf);
    return seq < highest ? 'late' : 'new';
  }
  if (!addSeq(one.reached, seq, at)) return 'repeat';
  notGone(one, seq);
  listenFrom(one, seq - 1);
  if (highest === 0) forgetAbsurdEnd(one, seq, at);
  closeOldestGaps(intake, one, dateOf);
  if (seq < highest) return 'repaired';
  return seq > Math.max(highest, startOf(intake, boot, one) - 1) + 1 ? 'gap' : 'new';
}

/** The first message of a boot tells whether an end that was told before can be true. */
function forgetAbsurdEnd(one: BootIntake, seq: number, at: number): void {
  const { told } = one;
  if (told && told.seq - seq > mostAhead(Math.abs(at - told.at))) one.told = null;
}

/** What came is not gone, whatever the device said. */
export function notGone(one: BootIntake, seq: number): void {
  if (!one.gone) return;
  removeSeq(one.gone, seq);
  if (one.gone.length === 0) one.gone = null;
}

/** Files what a device says it no longer has: of that, what is not here anyway. */
export function fileGone(one: BootIntake, from: number, to: number): void {
  for (const [first, last] of partsOutside(one.reached, from, to)) {
    one.gone ??= [];
    addRange(one.gone, first, last);
    if (countRanges(one.gone) > keptRanges) dropOldest(one.gone);
  }
}

/** A message that could not be read and now can be: it was quarantined and is no longer. */
function readAtLast(
  intake: DeviceIntake,
  one: BootIntake,
  { seq, at }: { seq: number; at: number },
  dateOf: (at: number) => string,
): void {
  const day = one.refused ? removeSeq(one.refused, seq) : null;
  if (one.refused?.length === 0) one.refused = null;
  const counts = day === null ? null : dayOf(intake.days, dateOf(day));
  if (counts && counts.quarantined > 0) counts.quarantined--;
  remark(one.reached, seq, at);
}

/** Files a message that reached us and could not be read; false when its (boot, seq) had reached us before. */
export function refuse(
  intake: DeviceIntake,
  one: BootIntake,
  { seq, at, dayStart }: { seq: number; at: number; dayStart: number },
  dateOf: (at: number) => string,
): boolean {
  if (!addSeq(one.reached, seq, at)) return false;
  notGone(one, seq);
  one.refused ??= [];
  addSeq(one.refused, seq, dayStart, { sameMark: true });
  if (countRanges(one.refused) > keptRanges) dropOldest(one.refused);
  listenFrom(one, seq - 1);
  closeOldestGaps(intake, one, dateOf);
  const counts = dayOf(intake.days, dateOf(at));
  if (counts) counts.quarantined++;
  return true;
}

function dropOldest(ranges: number[]): void {
  boundReached('intake-ranges');
  ranges.splice(0, 3);
}

/** The first boot that we listened to, null where that was given up or none is known. */
function firstBoot(intake: DeviceIntake): number | null {
  if (intake.hasLost) return null;
  return bootsInOrder(intake.boots).find(([, { before }]) => before !== null)?.[0] ?? null;
}

/** The first seq of a boot that we listened to. */
function startOf(intake: DeviceIntake, boot: number, { before, begins }: BootIntake): number {
  if (begins !== null) return begins;
  return before !== null && firstBoot(intake) === boot ? before + 1 : 1;
}

/** The boots from the first on that we listened to, in order, each with the seq that it begins with. */
function heardBoots(intake: DeviceIntake): { boot: number; one: BootIntake; start: number }[] {
  const boots = bootsInOrder(intake.boots);
  const first = intake.hasLost ? 0 : boots.findIndex(([, { before }]) => before !== null);
  if (first === -1) return [];
  return boots.slice(first).map(([boot, one], i) => {
    const start = i === 0 && !intake.hasLost ? (one.before ?? 0) + 1 : 1;
    return { boot, one, start: one.begins ?? start };
  });
}

/** Everything of a device that did not reach us, by boot and seq; what it says is gone included. */
export function gapsOf(intake: DeviceIntake): Gap[] {
  const gaps: Gap[] = [];
  for (const { boot, one, start } of heardBoots(intake)) {
    let next = start;
    for (const [from, to, at] of eachRange(one.reached)) {
      if (from > next) gaps.push({ boot, from: next, to: from - 1, at, tail: false });
      next = Math.max(next, to + 1);
    }
    if (one.told && one.told.seq >= next)
      gaps.push({ boot, from: next, to: one.told.seq, at: one.told.at, tail: true });
  }
  return gaps;
}

/** Of the gaps, what is worth asking for: all but what the device said is gone. */
export function openParts(intake: DeviceIntake, gaps: readonly Gap[]): Gap[] {
  return gaps.flatMap((gap) => {
    const gone = intake.boots.get(gap.boot)?.gone;
    return gone ? partsOutside(gone, gap.from, gap.to).map(([from, to]) => ({ ...gap, from, to })) : [gap];
  });
}

/**
 * What older boots may have sent after the last of them that we know of, until the device has said that there is nothing: a
 * message that the broker lost just before a restart of the device is told of by no later one.
 */
export function unknownTails(intake: DeviceIntake): Gap[] {
  if (intake.boots.size < 2) return [];
  const heard = heardBoots(intake);
  return heard.slice(0, -1).flatMap(({ boot, one }, i) => {
    const next = heard[i + 1]?.one;
    const from = Math.max(highestOf(one.reached), one.told?.seq ?? 0) + 1;
    if (one.gone && hasSeq(one.gone, from)) return [];
    const at = next?.told?.at ?? next?.reached[2] ?? 0;
    return [{ boot, from, to: from + unknownTail - 1, at, tail: true, unknown: true as const }];
  });
}

/** Gaps that nobody filled for thousands of others are given up: memory stays bounded. */
function closeOldestGaps(intake: DeviceIntake, { reached }: BootIntake, dateOf: (at: number) => string): void {
  if (countRanges(reached) <= keptRanges) return;
  boundReached('intake-ranges');
  const [, last = 0, , first = 0, , at = 0] = reached;
  giveUp(intake, { from: last + 1, to: first - 1, at }, dateOf);
  joinWithFormer(reached, 1);
}

function giveUp(
  intake: DeviceIntake,
  { from, to, at }: Pick<Gap, 'from' | 'to' | 'at'>,
  dateOf: (at: number) => string,
): void {
  const counts = dayOf(intake.days, dateOf(at));
  if (counts) counts.givenUp += to - from + 1;
}

/** Forgets the days before `date`, and the gaps before `start`, its first moment: nobody will fill them any more. */
export function forgetIntakeBefore(intake: DeviceIntake, { date, start }: { date: string; start: number }): void {
  while (intake.days[0] && intake.days[0].date < date) intake.days.shift();
  for (const gap of gapsOf(intake).filter(({ at }) => at < start)) {
    const one = intake.boots.get(gap.boot);
    if (one) close(one, gap);
  }
  for (const one of intake.boots.values()) {
    const { refused } = one;
    if (!refused) continue;
    const left = [...eachRange(refused)].filter(([, , day]) => day >= start).flat();
    one.refused = left.length > 0 ? left : null;
  }
}

function close(one: BootIntake, { from, to, at }: Gap): void {
  const { reached, gone } = one;
  const ranges = [...eachRange(reached)];
  const behind = ranges.findIndex(([first]) => first === to + 1);
  if (behind > 0) joinWithFormer(reached, behind);
  else if (behind === 0) reached[0] = from;
  else if (ranges.length > 0) reached[reached.length - 2] = to;
  else reached.push(from, to, at);
  one.gone = null;
  for (const [first, last] of eachRange(gone ?? [])) fileGone(one, first, last);
}
