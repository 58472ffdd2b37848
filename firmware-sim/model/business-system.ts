import type { Agenda } from './agenda.ts';
import type { Floor } from './floor.ts';
import type { HallDay, Span } from './hall-day.ts';
import { instantOf, isWithin } from './hall-day.ts';
import type { Window } from './profile.ts';

/** The operator's business system: while it is down nothing can be finished, at desks or at terminals. */
export class BusinessSystem {
  readonly #outages: Span[];
  readonly #agenda: Agenda;

  constructor(day: HallDay, windows: readonly Window[], agenda: Agenda, floor: Floor) {
    this.#agenda = agenda;
    this.#outages = windows.map(({ from, to }) => ({ from: instantOf(day, from), to: instantOf(day, to) }));
    for (const { from, to } of this.#outages) {
      agenda.at(from, () => floor.record({ kind: 'outage' }));
      agenda.at(to, () => floor.record({ kind: 'outage-over' }));
    }
  }

  get isDown(): boolean {
    return isWithin(this.#outages, this.#agenda.now);
  }

  /** Epoch ms: when it is up again, or now. */
  get upAt(): number {
    const outage = this.#outages.find(({ from, to }) => this.#agenda.now >= from && this.#agenda.now < to);
    return outage?.to ?? this.#agenda.now;
  }
}
