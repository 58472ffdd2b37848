import type { LocalDays } from '../local-days.ts';
import { WaitCurve } from './wait-curve.ts';

export type Counted = 'issued' | 'called' | 'within' | 'served' | 'abandoned';
export type Counts = Record<Counted, number>;

/** One fact a visit adds to the books: a count of its local day, or a change of how many wait. */
export interface Mark {
  what: Counted | 'wait-begins' | 'wait-ends';
  at: number;
  service: string | null;
}

/** The row of the whole hall, beside those of its services. No service id can be this: ids have no stars. */
export const wholeHall = '*';

/** Counts by local day and service, and the curves of how many waited; each mark can be taken back. */
export class Tally {
  readonly #days: LocalDays;
  readonly #counts = new Map<string, Map<string, Counts>>();
  readonly #curves = new Map<string, WaitCurve>();

  constructor(days: LocalDays) {
    this.#days = days;
  }

  /** Books the difference between what a visit told before and what it tells now. */
  replace(before: readonly Mark[], now: readonly Mark[]): void {
    const left = [...before];
    for (const mark of now) {
      const same = left.findIndex(
        (old) => old.what === mark.what && old.at === mark.at && old.service === mark.service,
      );
      if (same === -1) this.#book(mark, 1);
      else left.splice(same, 1);
    }
    for (const mark of left) this.#book(mark, -1);
  }

  /** Counts of a local day; zeros where nothing was booked. */
  counts(date: string, row: string): Counts {
    return this.#counts.get(date)?.get(row) ?? { issued: 0, called: 0, within: 0, served: 0, abandoned: 0 };
  }

  maxWaiting(row: string, from: number, until: number): number {
    return this.#curves.get(row)?.max(from, until) ?? 0;
  }

  forgetBefore(date: string, at: number): void {
    for (const day of this.#counts.keys()) if (day < date) this.#counts.delete(day);
    for (const curve of this.#curves.values()) curve.forgetBefore(at);
  }

  #book(mark: Mark, sign: 1 | -1): void {
    this.#bookRow(mark, wholeHall, sign);
    if (mark.service !== null) this.#bookRow(mark, mark.service, sign);
  }

  #bookRow({ what, at }: Mark, row: string, sign: 1 | -1): void {
    if (what === 'wait-begins' || what === 'wait-ends') {
      const curve = this.#curves.get(row) ?? new WaitCurve();
      this.#curves.set(row, curve);
      curve.add(at, what === 'wait-begins' ? sign : -sign);
      return;
    }
    const date = this.#days.of(at).date;
    const day = this.#counts.get(date) ?? new Map<string, Counts>();
    this.#counts.set(date, day);
    const counts = day.get(row) ?? { issued: 0, called: 0, within: 0, served: 0, abandoned: 0 };
    day.set(row, counts);
    counts[what] += sign;
  }
}
