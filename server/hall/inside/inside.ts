// How many people are inside, corrected. Counts with what doors miss made up for drift as errors add up; what arrivals alone say is
// rough, but doesn't drift. A Kalman filter weighs the two: each crossing makes the estimate less certain, each minute the
// opinion pulls at it. When nobody comes any more, that brings it to zero.
import type { HallConfig } from '../../config/hall-config.ts';
import type { Step } from '../totals.ts';
import { follow } from '../waits/running-mean.ts';
import type { InsideDay, InsideLearned, Sample } from './learned.ts';
import type { Factors } from './misses.ts';
import { factorsOf, learnMisses, missesOf } from './misses.ts';
import type { StaffNow } from './staff.ts';
import { comeBeforeMs, staffAtWork, staffStaying, staffWhileOpen, stillThere } from './staff.ts';
import { arrive, close, fade, featuresOf, firstStayers, learnStays, opinionOf, slotMs, slotOf } from './stays.ts';

/** The estimate at a moment. `correction`: what it adds to the raw count; `deviation`: of the estimate, people; null until a day was learned from. */
export interface Estimate {
  people: number;
  correction: number;
  deviation: number | null;
  /** By what doors miss alone: nothing pulls at it, and nothing stops it from falling below zero. */
  byDoorsAlone: number;
  /** Null where the hall doesn't say how many staff it has. */
  staff: StaffNow | null;
}

interface Parts {
  config: HallConfig;
  /** People of whom it is known at a moment (epoch ms) that they are inside. */
  known: (now: number) => number;
}

const minuteMs = 60_000;
const slotMin = slotMs / minuteMs;
/** What is told of so much later doesn't tell how full it was meanwhile. */
const lateMs = 15 * minuteMs;
const mostLate = 0.05;
/** A day on which fewer passed teaches nothing, nor one of which so many are left that a door must have been out. */
const leastCrossings = 20;
const mostLeft = { people: 20, share: 0.25 };
const firstVariance = 0.5;
const reach = { perCrossing: 20, opinion: 10, staffStay: 10 };
const mostMemory = 0.95;
/** However rough a past day is known, this part of its distance from what arrivals said of it is their error. */
const leastOwn = 0.3;
const noStaff: StaffNow = { share: 0, most: 0 };

export class Inside {
  readonly #parts: Parts;
  readonly #learned: InsideLearned;
  #factors: Factors;

  /** Goes on with what was learned, and writes what it learns into that. */
  constructor(parts: Parts, learned: InsideLearned) {
    this.#parts = parts;
    this.#learned = learned;
    learned.misses = missesOf(
      learned.misses,
      parts.config.file.doors.map(({ id }) => id),
    );
    this.#factors = factorsOf(learned.misses);
  }

  /** Takes in that a message at `at` (epoch ms) booked these steps of a door; none for a message of something else. */
  take(at: number, door: string, steps: readonly Step[]): void {
    const day = this.#dayAt(at);
    if (!day) return;
    this.#tick(day, at);
    for (const step of steps) if (step.at >= day.from && step.at < day.to) this.#cross(day, door, step);
  }

  /** The estimate at `now`; null before the first message, and of a day before the latest one. Changes nothing. */
  at(now: number): Estimate | null {
    const { day } = this.#learned;
    if (!day || now < day.from) return null;
    if (now >= day.to)
      return {
        people: 0,
        correction: 0,
        deviation: 0,
        byDoorsAlone: 0,
        staff: this.#parts.config.file.staff ? noStaff : null,
      };
    const ahead = now - day.tickedAt >= minuteMs ? { ...day, stayers: { ...day.stayers }, samples: [] } : day;
    this.#tick(ahead, now);
    const { estimate, net, variance, scaled } = ahead;
    const staff = this.#staffNow(ahead, now);
    // Doors that were told of long after others, as in a backlog, were missed by all that went on in time.
    if (!isInTime(ahead))
      return { people: Math.max(0, net), correction: 0, deviation: null, byDoorsAlone: scaled, staff };
    return {
      people: Math.max(0, estimate),
      correction: estimate - net,
      deviation: this.#learned.perCrossing.n > 0 ? Math.sqrt(variance) : null,
      byDoorsAlone: scaled,
      staff,
    };
  }

  /** The day that a message at `at` belongs to, begun if it is a new one; null for one that is over. */
  #dayAt(at: number): InsideDay | null {
    const { day } = this.#learned;
    if (day && at < day.from) return null;
    if (day && at < day.to) return day;
    if (day) {
      this.#tick(day, day.to);
      this.#learn(day);
    }
    this.#learned.day = this.#begin(at, day !== null);
    return this.#learned.day;
  }

  #begin(at: number, isWhole: boolean): InsideDay {
    const { days, hours } = this.#parts.config;
    const from = days.lastEmptyAt(at);
    const local = days.of(from);
    const spans = hours.isAlways ? [] : hours.on(local.date);
    return {
      from,
      to: days.shift(local, 1).emptyAt,
      opensAt: spans[0]?.from ?? null,
      closesAt: spans.at(-1)?.to ?? null,
      isWhole: isWhole || at - from < lateMs,
      tickedAt: from,
      known: 0,
      net: 0,
      estimate: 0,
      variance: firstVariance,
      scaled: 0,
      crossings: 0,
      openPeople: 0,
      openMinutes: 0,
      late: 0,
      doors: new Map(),
      stayers: firstStayers(),
      samples: [],
    };
  }

  #cross(day: InsideDay, door: string, { at, in: ins, out }: Step): void {
    const factors = this.#factors.of(door);
    const net = ins * factors.in - out * factors.out;
    const people = Math.abs(ins) + Math.abs(out);
    const agoMs = Math.max(0, day.tickedAt - at);
    day.net += ins - out;
    day.estimate += net;
    day.scaled += net;
    day.variance += people * this.#learned.perCrossing.mean;
    day.crossings += people;
    if (agoMs > lateMs) day.late += people;
    const counts = day.doors.getOrInsertComputed(door, () => ({ in: 0, out: 0 }));
    counts.in += ins;
    counts.out += out;
    arrive(day, at, ins * factors.in, agoMs);
  }

  /** Lets the whole minutes up to `until` go by. */
  #tick(day: InsideDay, until: number): void {
    if (day.tickedAt + minuteMs > until) return;
    const learned = this.#learned;
    day.known = this.#parts.known(until);
    while (day.tickedAt + minuteMs <= until) {
      day.tickedAt += minuteMs;
      const now = day.tickedAt;
      fade(day.stayers);
      const elsewhere = this.#factors.elsewhere / (24 * 60);
      day.estimate += elsewhere;
      day.scaled += elsewhere;
      if (day.closesAt !== null && now >= day.closesAt && !day.stayers.hasClosed) this.#close(day, now);
      const staff = this.#staffStaying(day, now);
      const features = featuresOf(learned, day, now);
      const customers = opinionOf(learned, features);
      // Until they are seen to leave: doors alone tell when.
      const opinion = customers === null ? null : customers + stillThere(staff, day.estimate - customers);
      if (opinion !== null && learned.opinionNoise.n > 0) this.#pull(day, opinion);
      // Who is known to be there counts when it is looked at (occupancy.ts): here it would stay, also where doors are only told of later.
      day.estimate = Math.max(0, day.estimate);
      if (day.opensAt !== null && now >= day.opensAt && !day.stayers.hasClosed) {
        day.openPeople += day.estimate;
        day.openMinutes++;
      }
      if ((now - day.from) % slotMs === 0) {
        const { arrived } = day.stayers;
        const { scaled, crossings } = day;
        day.samples.push({ slot: slotOf(day, now), features, arrived, scaled, crossings, staff, opinion });
      }
    }
  }

  #close(day: InsideDay, now: number): void {
    const learned = this.#learned;
    const people = opinionOf(learned, featuresOf(learned, day, now - 1)) ?? Math.max(0, day.estimate);
    const staff = this.#staffAtWork(day);
    // They are still there, and who has a ticket is, whatever the doors missed.
    if (staff > 0) day.estimate = Math.max(day.estimate, staff + day.known);
    close(day.stayers, Math.max(0, people - staff));
  }

  /** Never more than came in: a hall that stays shut for once has nobody at work. */
  #staffAtWork(day: InsideDay): number {
    return Math.min(
      cameIn(day),
      staffAtWork(this.#parts.config.file.staff, day.openPeople / Math.max(1, day.openMinutes)),
    );
  }

  #staffNow(day: InsideDay, now: number): StaffNow | null {
    const { file, hours } = this.#parts.config;
    if (!file.staff) return null;
    if (day.stayers.hasClosed) return { share: 1, most: this.#staffStaying(day, now) };
    const isAtWork = day.opensAt === null ? hours.isOpen(now) : now >= day.opensAt - comeBeforeMs;
    return isAtWork ? staffWhileOpen(file.staff, cameIn(day)) : noStaff;
  }

  /** How many staff are expected still after closing, before the doors are asked. */
  #staffStaying(day: InsideDay, now: number): number {
    if (day.closesAt === null || !day.stayers.hasClosed) return 0;
    return staffStaying(this.#staffAtWork(day), this.#learned.staffStay, now - day.closesAt);
  }

  /** Errors of the opinion last: over a minute it tells as much as its variance spread over twice their time says. */
  #pull(day: InsideDay, opinion: number): void {
    const { opinionNoise, opinionMemory } = this.#learned;
    const memory = Math.min(mostMemory, Math.max(0.1, opinionMemory.mean));
    const lastsMin = -slotMin / Math.log(memory);
    const noise = opinionNoise.mean * (opinion + 1) * 2 * lastsMin;
    const gain = day.variance / (day.variance + noise);
    day.estimate += gain * (opinion - day.estimate);
    day.variance *= 1 - gain;
  }

  #learn(day: InsideDay): void {
    const learned = this.#learned;
    if (!day.isWhole || day.crossings < leastCrossings || !isInTime(day)) return;
    if (Math.abs(day.net) > Math.max(mostLeft.people, mostLeft.share * day.crossings)) return;
    learned.days++;
    const chance = learnMisses(learned.misses, day, learned.perCrossing.mean);
    this.#factors = factorsOf(learned.misses);
    const most = 9 * learned.perCrossing.mean;
    follow(learned.perCrossing, Math.min(most, chance / day.crossings), reach.perCrossing);
    // By now it is known how many went: what is left is taken back crossing by crossing.
    const past = day.samples.map((sample) => ({
      sample,
      people: Math.max(0, sample.scaled - (day.scaled * sample.crossings) / day.crossings),
    }));
    this.#judgeOpinion(past, day.crossings);
    learnStays(learned, past);
    this.#learnStaffStay(day, past);
  }

  #learnStaffStay(day: InsideDay, past: readonly { sample: Sample; people: number }[]): void {
    const staff = this.#staffAtWork(day);
    if (day.closesAt === null || staff === 0) return;
    for (const { sample, people } of past) {
      const ago = day.from + sample.slot * slotMs - day.closesAt;
      if (ago < 0 || people >= staff / 2) continue;
      follow(this.#learned.staffStay, ago / minuteMs, reach.staffStay);
      return;
    }
  }

  #judgeOpinion(past: readonly { sample: Sample; people: number }[], crossings: number): void {
    const told = past.filter(({ sample }) => sample.opinion !== null);
    const errors = told.map(({ sample, people }) => people - (sample.opinion ?? 0));
    const squares = total(errors.map((error) => error ** 2));
    if (squares === 0) return;
    const next = total(errors.map((error, i) => error * (errors[i + 1] ?? 0)));
    // What is known of the day by now is off too, most at its middle (a Brownian bridge): that isn't the opinion's fault.
    const bridge =
      this.#learned.perCrossing.mean * total(told.map(({ sample: { crossings: by } }) => by * (1 - by / crossings)));
    const own = Math.max(leastOwn * squares, squares - bridge);
    const expected = total(told.map(({ sample }) => (sample.opinion ?? 0) + 1));
    follow(this.#learned.opinionNoise, own / expected, reach.opinion);
    follow(this.#learned.opinionMemory, Math.max(0, next - bridge) / own, reach.opinion);
  }
}

function cameIn({ doors }: InsideDay): number {
  return total([...doors.values()].map((counts) => counts.in));
}

function isInTime({ late, crossings }: InsideDay): boolean {
  return late <= mostLate * crossings;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
