import type { Random } from '../random.ts';
import type { Agenda } from './agenda.ts';
import { Desk } from './desk.ts';
import type { Floor } from './floor.ts';
import type { HallDay, Span } from './hall-day.ts';
import { minuteOfDay } from './hall-day.ts';
import type { Queue } from './queue.ts';

const minuteMs = 60_000;
const lunchMs = 30 * minuteMs;
const firstLunchMinute = 11 * 60 + 20;
const lunchEveryMinutes = 35;
const lunchShifts = 4;
/** Lunch must be over this long before the hall closes, or there is none. */
const beforeClosingMs = 75 * minuteMs;

interface TeamParts {
  day: HallDay;
  agenda: Agenda;
  floor: Floor;
  queue: Queue;
  random: Random;
}

/** All desks of a hall: they open with it, have lunch in shifts, and close once the last ticket is served. */
export class DeskTeam {
  readonly #desks: Desk[];
  readonly #parts: TeamParts;

  constructor(parts: TeamParts) {
    const { day, agenda, floor, queue, random } = parts;
    const machine = day.hall.file.queueMachines[0]?.id;
    const desks = machine === undefined ? [] : day.hall.file.desks;
    this.#parts = parts;
    this.#desks = desks.map((desk) => new Desk({ desk, machine: machine ?? '', agenda, floor, queue, random }));
    queue.onIssue = (service) => this.#wake(service);
    for (const open of day.open) this.#plan(open);
  }

  get allClosed(): boolean {
    return this.#desks.every((desk) => desk.state === 'closed');
  }

  #plan(open: Span): void {
    const { agenda, random } = this.#parts;
    for (const [i, desk] of this.#desks.entries()) {
      agenda.at(open.from + random.between(0, 3) * minuteMs, () => desk.open());
      agenda.at(open.to, () => desk.close());
      this.#planLunch(desk, i % lunchShifts, open);
      if (random.chance(0.3)) this.#planAbsence(desk, open);
    }
  }

  #planLunch(desk: Desk, shift: number, open: Span): void {
    const { agenda, random, day } = this.#parts;
    const untilLunch = firstLunchMinute + shift * lunchEveryMinutes - minuteOfDay(day.hall.file.timeZone, open.from);
    const at = open.from + untilLunch * minuteMs;
    const latest = open.to - beforeClosingMs;
    if (untilLunch < 2 * 60 || at > latest) return;
    const lunch = { reason: 'lunch', lengthMs: lunchMs, leaves: random.chance(0.5), latest };
    agenda.at(at, () => desk.rest(lunch));
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
