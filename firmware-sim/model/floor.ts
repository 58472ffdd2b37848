import type { Agenda } from './agenda.ts';
import type { Doorways } from './doorways.ts';
import type { Crossing, HallEvent, Happening, Headcount } from './hall-event.ts';

/** Who is inside, and the record of what happened. */
export class Floor {
  readonly events: HallEvent[] = [];
  readonly count: Headcount = { inside: 0, staffInside: 0, waiting: 0, openTickets: 0 };
  readonly #agenda: Agenda;
  readonly #doorways: Doorways;
  readonly #capacity: number;

  constructor(agenda: Agenda, doorways: Doorways, capacity: number) {
    this.#agenda = agenda;
    this.#doorways = doorways;
    this.#capacity = capacity;
  }

  record(happening: Happening): void {
    this.events.push({ at: this.#agenda.now, ...happening, ...this.count });
  }

  /** Lets a party of customers in, or turns it away because the hall is full or its doors are shut. */
  admit(people: number): boolean {
    const door = this.#doorways.inward(this.#agenda.now);
    if (door === undefined || this.count.inside + people > this.#capacity) return false;
    for (let i = 0; i < people; i++) this.#cross('enter', door, false);
    return true;
  }

  release(people: number): void {
    const door = this.#doorways.outward();
    for (let i = 0; i < people; i++) this.#cross('leave', door, false);
  }

  /** One of the staff comes or goes; a door that is shut to customers opens to them. */
  staff(kind: Crossing['kind']): void {
    this.#cross(kind, this.#doorways.outward(), true);
  }

  #cross(kind: Crossing['kind'], door: string | null, staff: boolean): void {
    const step = kind === 'enter' ? 1 : -1;
    this.count.inside += step;
    if (staff) this.count.staffInside += step;
    this.record({ kind, door, staff });
  }
}
