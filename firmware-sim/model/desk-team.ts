import type { Random } from '../random.ts';
import type { Agenda } from './agenda.ts';
import type { BusinessSystem } from './business-system.ts';
import type { Break } from './desk.ts';
import { Desk } from './desk.ts';
import type { Floor } from './floor.ts';
import type { HallDay, Span } from './hall-day.ts';
import { minuteOfDay } from './hall-day.ts';
import { ItemMix } from './items.ts';
import type { Profile } from './profile.ts';
import type { Queue } from './queue.ts';

const minuteMs = 60_000;
const lunchMs = 30 * minuteMs;
const firstLunchMinute = 11 * 60 + 20;
const lunchEveryMinutes = 35;
const lunchShifts = 4;
/** Every other desk changes its clerk in the afternoon, one after the other. */
const firstShiftEndMinute = 13 * 60 + 40;
const shiftEndEveryMinutes = 14;
/** A desk takes no new tickets for so long before a clerk's shift ends, in minutes. */
const beforeShiftEnds: [number, number] = [10, 15];
/** Lunch must be over this long before the hall closes, or there is none. */
const beforeClosingMs = 75 * minuteMs;

interface TeamParts {
  day: HallDay;
  agenda: Agenda;
  floor: Floor;
  queue: Queue;
  business: BusinessSystem;
  profile: Profile;
  random: Random;
}

/** All desks of a hall: they open with it, have lunch in shifts, and close once the last ticket is served. */
export class DeskTeam {
  readonly #desks: Desk[];
  readonly #parts: TeamParts;

  constructor(parts: TeamParts) {
    const { day, queue } = parts;
    const machine = day.hall.file.queueMachines[0]?.id;
    const desks = machine === undefined ? [] : day.hall.file.desks;
    this.#parts = parts;
    const items = new ItemMix(day.hall.items);
    const served = [...new Set(desks.flatMap(({ serves }) => serves))];
    const onward = (service: string) =>
      served.filter((other) => other !== service && other !== 'vip' && this.#desks.some((desk) => desk.takes(other)));
    this.#desks = desks.map((desk) => new Desk({ ...parts, desk, machine: machine ?? '', items, onward }));
    queue.onIssue = (service) => this.#wake(service);
    for (const open of day.open) this.#plan(open);
  }

  get allClosed(): boolean {
    return this.#desks.every((desk) => desk.state === 'closed');
  }

  #plan(open: Span): void {
    const { agenda, random, profile } = this.#parts;
    const { plannedPauses, absencesADay } = profile.desks;
    for (const [i, desk] of this.#desks.entries()) {
      agenda.at(open.from + random.between(0, 3) * minuteMs, () => desk.open());
      agenda.at(open.to, () => desk.close());
      if (plannedPauses) this.#planLunch(desk, i % lunchShifts, open);
      if (plannedPauses && i % 2 === 1) this.#planShiftEnd(desk, (i - 1) / 2, open);
      for (let n = absencesADay; random.chance(n); n -= 1) this.#planAbsence(desk, open);
    }
  }

  #planLunch(desk: Desk, shift: number, open: Span): void {
    const { random } = this.#parts;
    const lunch = { reason: 'lunch', lengthMs: lunchMs, leaves: random.chance(0.5) };
    this.#planPause(desk, firstLunchMinute + shift * lunchEveryMinutes, lunch, open);
  }

  #planShiftEnd(desk: Desk, turn: number, open: Span): void {
    const ahead = this.#parts.random.between(...beforeShiftEnds);
    const change = { reason: 'shift-change', lengthMs: ahead * minuteMs, leaves: true };
    this.#planPause(desk, firstShiftEndMinute + turn * shiftEndEveryMinutes - ahead, change, open);
  }

  /** At a minute of the local day; not soon after opening, nor shortly before closing. */
  #planPause(desk: Desk, minute: number, pause: Omit<Break, 'latest'>, open: Span): void {
    const { agenda, day } = this.#parts;
    const untilThen = minute - minuteOfDay(day.hall.file.timeZone, open.from);
    const at = open.from + untilThen * minuteMs;
    const latest = open.to - beforeClosingMs;
    if (untilThen < 2 * 60 || at > latest) return;
    agenda.at(at, () => desk.rest({ ...pause, latest }));
  }

  /** A few minutes away from the desk that nobody planned. */
  #planAbsence(desk: Desk, open: Span): void {
    const { agenda, random } = this.#parts;
    const latest = open.to - beforeClosingMs;
    const absence = { reason: null, lengthMs: random.between(3, 9) * minuteMs, leaves: false, latest };
    const at = random.between(open.from, open.to);
    agenda.at(at, () => desk.rest(absence));
  }

  /** A new ticket goes to a desk that has nothing to do, one that calls this service first if there is a choice. */
  #wake(service: string): void {
    const idle = this.#desks.filter((desk) => desk.state === 'idle' && desk.rank(service) >= 0);
    idle.sort((a, b) => a.rank(service) - b.rank(service))[0]?.callNext();
  }
}
