import { Random } from '../random.ts';
import type { Agenda } from './agenda.ts';
import type { BusinessSystem } from './business-system.ts';
import type { Fault } from './faults.ts';
import { staffedSpans } from './faults.ts';
import type { Floor } from './floor.ts';
import type { HallDay, Span } from './hall-day.ts';
import { isWithin, zoneOpenings } from './hall-day.ts';
import type { Means } from './terminal.ts';
import { Terminal } from './terminal.ts';

const minuteMs = 60_000;
/** Nobody joins a longer line at a machine. */
const longestLine = 3;
/** The opening check fills up what is below this, a round during the day only what is low. Percent. */
const fillMorning = 45;
const fillRound = 30;

interface SelfServiceParts {
  day: HallDay;
  agenda: Agenda;
  floor: Floor;
  business: BusinessSystem;
  faults: readonly Fault[];
  random: Random;
  seed: number;
}

/** The terminals of a hall, what befalls them, and the staff who look after them. */
export class SelfService {
  readonly #terminals: { terminal: Terminal; open: Span[] }[];
  readonly #parts: SelfServiceParts;

  constructor(parts: SelfServiceParts) {
    const { day, agenda, floor, business, seed } = parts;
    this.#parts = parts;
    this.#terminals = day.hall.file.terminals.map((entry) => {
      const random = new Random(seed, entry.id, day.date, 'terminal');
      return {
        terminal: new Terminal({ entry, agenda, floor, business, random }),
        open: zoneOpenings(day, entry.zone),
      };
    });
    for (const { terminal } of this.#terminals) agenda.at(day.from, () => terminal.tell());
    for (const fault of parts.faults) this.#plan(fault);
    for (const span of staffedSpans(day)) this.#planCare(span);
  }

  /** Whether any terminal for this task stands where people are let in now. */
  offers(task: string): boolean {
    return this.#reachable(task).length > 0;
  }

  /** The machine with the shortest line at which the task can be done now, but for `not`; undefined if there is none. */
  choose(task: string, means: Means, not?: Terminal): Terminal | undefined {
    const able = this.#reachable(task).filter(
      (terminal) => terminal !== not && terminal.length < longestLine && terminal.serves(means),
    );
    const shortest = Math.min(...able.map(({ length }) => length));
    return this.#parts.random.pick(able.filter(({ length }) => length === shortest));
  }

  #reachable(task: string): Terminal[] {
    const { now } = this.#parts.agenda;
    return this.#terminals
      .filter(({ terminal, open }) => terminal.entry.does.includes(task) && isWithin(open, now))
      .map(({ terminal }) => terminal);
  }

  /** Every fault is on record; terminals feel theirs. One that lasts into the next day isn't repaired in this one. */
  #plan({ device, kind, from, to }: Fault): void {
    const { agenda, floor, day } = this.#parts;
    const terminal = this.#terminals.find((one) => one.terminal.entry.id === device)?.terminal;
    agenda.at(from, () => {
      floor.record({ kind: 'fault', device, fault: kind });
      terminal?.strike(kind);
    });
    if (to >= day.to) return;
    agenda.at(to, () => {
      floor.record({ kind: 'repair', device, fault: kind });
      terminal?.mend(kind);
    });
  }

  /** The opening check, then rounds; what a round finds low is seen to a little later. */
  #planCare({ from, to }: Span): void {
    const { agenda, random } = this.#parts;
    for (const { terminal } of this.#terminals) {
      agenda.at(from + random.between(4, 18) * minuteMs, () => {
        if (terminal.needsCare) terminal.tend(fillMorning, random.between(1.5, 4) * minuteMs);
      });
    }
    for (let at = from + random.between(50, 70) * minuteMs; at < to; at += random.between(35, 60) * minuteMs) {
      agenda.at(at, () => this.#round(to));
    }
  }

  #round(latest: number): void {
    const { agenda, random } = this.#parts;
    for (const { terminal } of this.#terminals) {
      const at = agenda.now + random.between(2, 30) * minuteMs;
      if (!terminal.needsCare || at > latest) continue;
      agenda.at(at, () => {
        if (terminal.needsCare) terminal.tend(fillRound, random.between(2, 5) * minuteMs);
      });
    }
  }
}
