import type { LocalDays } from '../local-days.ts';
import { WaitCurve } from './wait-curve.ts';

export type Counted = 'issued' | 'called' | 'within' | 'served' | 'abandoned';
export type Counts = Record<Counted, number>;

/** One fact a visit adds to the books: a count of its local day, or a change of how many wait. */
export interface Mark {
  what: Counted | 'wait-begins' | 'wait-ends';
  at: number;
  service: string | null;
  /** Of `called`, the wait that ended, and of `served`, the service; absent where that isn't known. */
  ms?: number;
}

/** Moments, epoch ms, from the earliest to the latest. */
export interface Stretch {
  from: number;
  to: number;
}

/** The row of the whole hall, beside those of its services. No service id can be this: ids have no stars. */
export const wholeHall = '*';

type Folded = ReadonlyMap<string, ReadonlyMap<string, Counts & { maxWaiting: number }>>;

/** Counts by local day and service, and the curves of how many waited; each mark can be taken back. */
export class Tally {
  readonly #days: LocalDays;
  readonly #counts = new Map<string, Map<string, Counts>>();
  readonly #curves = new Map<string, WaitCurve>();
  readonly #folded: Folded;

  /** `folded`: what is counted besides, by local date and row. */
  constructor(days: LocalDays, folded: Folded = new Map()) {
    this.#days = days;
    this.#folded = folded;
  }

  /** Books the difference between what visits told before and what they tell now, and answers where that lies. */
  replace(before: readonly Mark[], now: readonly Mark[]): Stretch | null {
    // Visits nearly always go on from where they were: what both begin with needs no search.
    let same = 0;
    while (isSame(before[same], now[same])) same++;
    const left = before.slice(same);
    let changed: Stretch | null = null;
    for (const mark of now.slice(same)) {
      const i = left.findIndex((old) => isSame(old, mark));
      if (i === -1) {
        this.#book(mark, 1);
        changed = stretched(changed, mark.at);
      } else left.splice(i, 1);
    }
    for (const mark of left) {
      this.#book(mark, -1);
      changed = stretched(changed, mark.at);
    }
    return changed;
  }

  /** Counts of a local day; zeros where nothing was booked. */
  counts(date: string, row: string): Counts {
    const counts = this.#counts.get(date)?.get(row) ?? zeros();
    const folded = this.#folded.get(date)?.get(row);
    return folded ? sum(counts, folded) : counts;
  }

  /** The most that waited at the end of any second of a local day from its beginning `from` until `until`. */
  maxWaiting(row: string, from: number, until: number): number {
    const most = this.#curves.get(row)?.max(from, until) ?? 0;
    const folded = this.#folded.size === 0 ? undefined : this.#folded.get(this.#days.of(from).date)?.get(row);
    return Math.max(most, folded?.maxWaiting ?? 0);
  }

  /** The most that waited at the end of any second from `from` up to but without `to`, of any time that is kept. */
  peakWaiting(row: string, from: number, to: number): number {
    return this.#curves.get(row)?.peak(from, to) ?? 0;
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
    if (what === 'wait-begins') this.#curve(row).add(at, sign);
    else if (what === 'wait-ends') this.#curve(row).add(at, -sign);
    else this.#counted(this.#days.of(at).date, row)[what] += sign;
  }

  #curve(row: string): WaitCurve {
    const known = this.#curves.get(row);
    if (known) return known;
    const curve = new WaitCurve();
    this.#curves.set(row, curve);
    return curve;
  }

  #counted(date: string, row: string): Counts {
    const day = this.#counts.get(date) ?? new Map<string, Counts>();
    const known = day.get(row);
    if (known) return known;
    const counts = zeros();
    this.#counts.set(date, day.set(row, counts));
    return counts;
  }
}

function sum(a: Counts, b: Counts): Counts {
  const both = zeros();
  for (const what of Object.keys(both) as Counted[]) both[what] = a[what] + b[what];
  return both;
}

function zeros(): Counts {
  return { issued: 0, called: 0, within: 0, served: 0, abandoned: 0 };
}

function isSame(a: Mark | undefined, b: Mark | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.at === b.at && a.what === b.what && a.service === b.service && a.ms === b.ms;
}

/** The stretch with one more moment. */
export function stretched(stretch: Stretch | null, at: number): Stretch {
  return stretch ? { from: Math.min(stretch.from, at), to: Math.max(stretch.to, at) } : { from: at, to: at };
}
