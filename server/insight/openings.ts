// When halls are open, by date and half hour of the wall clock, and of which of those dates nothing is known.
import type { ClockSpan } from '../config/hours.ts';
import { dateOf, weekdayOf } from './day-grid.ts';
import { halfHours } from './profile.ts';

interface HallDays {
  /** By day: 1 when the hall was to open. */
  open: Uint8Array;
  known: Uint8Array;
}

/** What a hall keeps: its opening times of a date, and the date that isn't over yet. */
export interface Opening {
  openOn: (date: string) => readonly ClockSpan[];
  today: string;
}

const halfHourMin = 30;

export class Openings {
  readonly #firstDay: number;
  readonly #dayCount: number;
  /** By day and half hour: 1 when any of the halls was open. */
  readonly #any: Uint8Array;
  readonly #halls = new Map<string, HallDays>();

  /** Epoch days. */
  constructor({ firstDay, dayCount }: { firstDay: number; dayCount: number }) {
    this.#firstDay = firstDay;
    this.#dayCount = dayCount;
    this.#any = new Uint8Array(dayCount * halfHours);
  }

  /** Adds a hall with its dates before today: nobody can know more of the others yet. */
  add(hall: string, { openOn, today }: Opening): void {
    const days = { open: new Uint8Array(this.#dayCount), known: new Uint8Array(this.#dayCount) };
    this.#halls.set(hall, days);
    for (let i = 0; i < this.#dayCount; i++) {
      const date = dateOf(this.#firstDay + i);
      if (date >= today) break;
      for (const { from, to } of openOn(date)) {
        days.open[i] = 1;
        const at = i * halfHours;
        this.#any.fill(1, at + Math.floor(from / halfHourMin), at + Math.ceil(to / halfHourMin));
      }
    }
  }

  /** Something is known of a hall's day. */
  know(hall: string, epochDay: number): void {
    const days = this.#halls.get(hall);
    if (days) days.known[epochDay - this.#firstDay] = 1;
  }

  /** Dates of a weekday on which a hall was open in the half hour. */
  openDays(weekday: number, slot: number): number {
    let count = 0;
    for (let i = 0; i < this.#dayCount; i++) {
      if (weekdayOf(this.#firstDay + i) === weekday) count += this.#any[i * halfHours + slot] ?? 0;
    }
    return count;
  }

  /** True for half hours in which a hall is ever open; for all of them where none has any hours. */
  readonly counts = (weekday: number, slot: number): boolean =>
    this.openDays(weekday, slot) > 0 || !this.#any.includes(1);

  ofHall(hall: string): { openDays: number; missingDays: number } {
    const { open, known } = this.#halls.get(hall) ?? { open: [], known: [] };
    const openDays = open.filter((isOpen) => isOpen === 1).length;
    const missingDays = open.filter((isOpen, i) => isOpen === 1 && known[i] === 0).length;
    return { openDays, missingDays };
  }
}
