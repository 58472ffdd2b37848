import type { Random } from '../random.ts';
import type { HallDay, Span } from './hall-day.ts';
import { isWithin, zoneOpenings } from './hall-day.ts';

const mainDoorWeight = 3;
/** Most people leave the way they find, and that is the main door. */
const weightOf = (_door: unknown, index: number) => (index === 0 ? mainDoorWeight : 1);

/** Which door a person takes. The first door of the file is the main one. */
export class Doorways {
  readonly #doors: { id: string; open: Span[] }[];
  readonly #open: Span[];
  readonly #random: Random;

  constructor(day: HallDay, random: Random) {
    this.#doors = day.hall.file.doors.map((door) => ({ id: door.id, open: zoneOpenings(day, door.zone) }));
    this.#open = day.open;
    this.#random = random;
  }

  /** A door that lets customers in at `at`: all while the hall is open, else those of zones that still are. */
  inward(at: number): string | null | undefined {
    const hallOpen = isWithin(this.#open, at);
    if (this.#doors.length === 0) return hallOpen ? null : undefined;
    const usable = this.#doors.filter((door) => hallOpen || isWithin(door.open, at));
    return this.#random.pick(usable, weightOf)?.id;
  }

  /** A door to leave by: people are let out at any time. Null in a hall without doors. */
  outward(): string | null {
    return this.#random.pick(this.#doors, weightOf)?.id ?? null;
  }
}
