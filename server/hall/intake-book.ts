// A hall's book of what its devices sent by their own numbering and what reached us (I2, G1). The state holds the facts;
// the gaps in them are derived when somebody asks and kept until that device's next surprise.
import type { LocalDays } from '../local-days.ts';
import { bootsInOrder } from './boot-order.ts';
import type { Arrival, BootIntake, DayCourse, DayIntake, DeviceIntake, Gap } from './intake.ts';
import {
  arriveOutOfTurn,
  bootOf,
  courseOf,
  dayOf,
  emptyIntake,
  fileGone,
  forgetIntakeBefore,
  gapsOf,
  listenFrom,
  notGone,
  openParts,
  refuse,
  unknownTails,
} from './intake.ts';
import { highestOf, partsOutside } from './seq-ranges.ts';
import type { HallState } from './state.ts';

/** The name of a message of a device: `at` is its effective time, epoch ms. `begins`: the device only now numbers its messages. */
export interface Numbered {
  boot: number;
  seq: number;
  at: number;
  begins?: boolean;
}

/** A device's word of how far it is; `live`: not retained, so that we were listening when it came. */
export interface Told {
  boot: number;
  lastSeq: number;
  at: number;
  live: boolean;
}

const nothing: readonly Gap[] = [];

export class IntakeBook {
  readonly #state: Pick<HallState, 'intake' | 'course' | 'identities'>;
  readonly #gaps = new Map<string, readonly Gap[]>();

  constructor(state: Pick<HallState, 'intake' | 'course' | 'identities'>) {
    this.#state = state;
  }

  /** Files a message that was read. Constant time for what comes in order. */
  arrive(device: string, { boot, seq, at, begins }: Numbered, days: LocalDays): Arrival {
    const intake = this.#of(device);
    const { date } = days.of(at);
    const known = intake.boots.get(boot);
    if (known && isNext(known.reached, seq)) {
      known.reached[known.reached.length - 2] = seq;
      if (known.told && known.told.seq >= seq) this.#gaps.delete(device);
      if (known.gone) notGone(known, seq);
      if (at < known.since) {
        known.since = at;
        this.#gaps.delete(device);
      }
      count(intake, date);
      return 'new';
    }
    const dateOf = (moment: number) => days.of(moment).date;
    const one = bootOf(intake, boot, at, dateOf);
    // Of a boot that was given up nothing can be told any more; its records are the last word on what was there already.
    if (!one) return 'late';
    if (begins) one.begins = seq;
    const arrival = arriveOutOfTurn(intake, one, { boot, seq, at }, dateOf);
    if (arrival === 'repeat') this.#course(device, date, 'duplicated');
    else count(intake, date);
    if (arrival === 'repaired') this.#course(device, date, 'repaired');
    if (arrival !== 'repeat') this.#gaps.delete(device);
    return arrival;
  }

  /** True for a device whose seq can't be used: what of it is missing isn't known. */
  isUnnumbered(device: string): boolean {
    return this.#state.identities.get(device)?.unnumbered != null;
  }

  /** Counts a copy of a message that is here. */
  repeat(device: string, at: number, days: LocalDays): void {
    this.#course(device, days.of(at).date, 'duplicated');
  }

  /** Files a message that reached us at `at` and could not be read; false when its name had reached us before. */
  refuse(device: string, { boot, seq, at }: Numbered, days: LocalDays): boolean {
    const intake = this.#of(device);
    const dateOf = (moment: number) => days.of(moment).date;
    const one = bootOf(intake, boot, at, dateOf);
    if (!one || !refuse(intake, one, { seq, at, dayStart: days.of(at).start }, dateOf)) return false;
    this.#gaps.delete(device);
    return true;
  }

  /** Files a device's word of how far it is; true when it tells of messages that we didn't know of and don't have. */
  tell(device: string, { boot, lastSeq, at, live }: Told, days: LocalDays): boolean {
    const intake = this.#of(device);
    const order = intake.boots.get(boot)?.since;
    const one = bootOf(intake, boot, at, (moment) => days.of(moment).date);
    if (!one) return false;
    // An earlier word may make it the first boot.
    if (one.since !== order) this.#gaps.delete(device);
    if (live && listenFrom(one, lastSeq)) this.#gaps.delete(device);
    // A day on which it spoke and had nothing to send is a day heard from.
    if (live && intake.days.at(-1)?.date !== days.of(at).date) dayOf(intake.days, days.of(at).date);
    const { told } = one;
    if (told && (told.seq > lastSeq || (told.seq === lastSeq && told.at <= at))) return false;
    const isNews = !told || told.seq < lastSeq;
    one.told = { seq: lastSeq, at };
    if (lastSeq <= highestOf(one.reached)) return false;
    this.#gaps.delete(device);
    return isNews && this.gaps(device).some((gap) => gap.boot === boot && gap.to === lastSeq);
  }

  /** Files what a device says it no longer has; true when some of it had been worth asking for. */
  gone(
    device: string,
    { boot, ranges, at }: { boot: number; ranges: readonly (readonly [number, number])[]; at: number },
    days: LocalDays,
  ): boolean {
    const intake = this.#of(device);
    const one = bootOf(intake, boot, at, (moment) => days.of(moment).date);
    if (!one || ranges.length === 0) return false;
    const before = sizeOf(this.#known(device, intake));
    for (const [from, to] of ranges) {
      if (from <= to) fileGone(one, from, to);
    }
    return sizeOf(this.#known(device, intake)) < before;
  }

  /** What of a device did not reach us, by boot and seq. */
  gaps(device: string): readonly Gap[] {
    const known = this.#gaps.get(device);
    if (known) return known;
    const intake = this.#state.intake.get(device);
    const found = intake ? gapsOf(intake) : nothing;
    const gaps = found.length > 0 ? found : nothing;
    this.#gaps.set(device, gaps);
    return gaps;
  }

  /** Of the gaps, what is worth asking for (G1). */
  open(device: string): readonly Gap[] {
    const intake = this.#state.intake.get(device);
    if (!intake) return nothing;
    const unknown = unknownTails(intake);
    return unknown.length > 0 ? [...this.#known(device, intake), ...unknown] : this.#known(device, intake);
  }

  /** How many of a boot's messages `from` to `to` did not reach us. */
  missingWithin(device: string, boot: number, from: number, to: number): number {
    const one = this.#state.intake.get(device)?.boots.get(boot);
    const parts = one ? partsOutside(one.reached, from, to) : [[from, to] as const];
    return parts.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  }

  /** The counts of a device and local date; null when nothing was heard of it then. */
  counts(device: string, date: string): DayIntake | null {
    const days = this.#state.intake.get(device)?.days;
    return days?.findLast((day) => day.date === date) ?? null;
  }

  course(device: string, date: string): DayCourse | null {
    return this.#state.course.get(device)?.find((day) => day.date === date) ?? null;
  }

  /** Forgets days before this one, and the gaps in them. */
  forgetBefore(oldest: { date: string; start: number }): void {
    for (const intake of this.#state.intake.values()) forgetIntakeBefore(intake, oldest);
    this.#gaps.clear();
  }

  /** The gaps that are not said to be gone. */
  #known(device: string, intake: DeviceIntake): readonly Gap[] {
    const gaps = this.gaps(device);
    return gaps.length > 0 ? openParts(intake, gaps) : nothing;
  }

  #of(device: string): DeviceIntake {
    const known = this.#state.intake.get(device);
    if (known) return known;
    const made = emptyIntake();
    this.#state.intake.set(device, made);
    return made;
  }

  #course(device: string, date: string, what: 'repaired' | 'duplicated'): void {
    const days = this.#state.course.get(device) ?? [];
    this.#state.course.set(device, days);
    const day = courseOf(days, date);
    if (day) day[what]++;
  }
}

function isNext(reached: readonly number[], seq: number): boolean {
  return reached.length > 0 && reached[reached.length - 2] === seq - 1;
}

function count({ days }: DeviceIntake, date: string): void {
  const latest = days[days.length - 1];
  const day = latest?.date === date ? latest : dayOf(days, date);
  if (day) day.arrived++;
}

function sizeOf(gaps: readonly Gap[]): number {
  return gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** The highest seq of a boot that was read; 0 when none was. */
export function highestRead(one: BootIntake | undefined): number {
  if (!one) return 0;
  const highest = highestOf(one.reached);
  const { refused } = one;
  if (!refused || highestOf(refused) !== highest) return highest;
  // What could not be read tells nothing of the device's numbers.
  return lastOutside(refused, highest);
}

/** The lowest seq of the first boot that a message was read of; null when none was. */
export function firstRead(intake: DeviceIntake): number | null {
  const one = bootsInOrder(intake.boots).find(([, boot]) => highestRead(boot) > 0)?.[1];
  const [first, last] = one?.reached ?? [];
  if (!one || first === undefined || last === undefined) return null;
  return one.refused ? (partsOutside(one.refused, first, last)[0]?.[0] ?? first) : first;
}

function lastOutside(refused: number[], highest: number): number {
  let next = highest;
  for (let i = refused.length - 3; i >= 0 && refused[i + 1] === next; i -= 3) next = (refused[i] ?? 1) - 1;
  return next;
}
