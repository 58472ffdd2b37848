import type { HallRow } from '../contracts/history.ts';
import type { DayValues } from './day-profiles.ts';
import type { Histogram } from './histogram.ts';
import { mergeHistograms, quantile } from './histogram.ts';
import { halfHours } from './profile.ts';
import { rounded } from './rounding.ts';

export type Tallied = Pick<
  HallRow,
  'days' | 'entered' | 'called' | 'withinLimitShare' | 'waitMeanS' | 'waitP90S' | 'quoteOffS' | 'quoteCoverage'
>;

/** Sums over the waits that were foretold: how many, how far off, how many within the range. */
interface Quotes {
  n: number;
  offS: number;
  covered: number;
}

/** What a period of days comes to, for a row of the table of halls. */
export class HallTally {
  #days = 0;
  #entered: number | null = null;
  #called: number | null = null;
  /** Called in half hours whose share within the limit is known, and whose wait is. */
  #judged = 0;
  #within = 0;
  #waited = 0;
  #waitS = 0;
  readonly #quotes: Quotes = { n: 0, offS: 0, covered: 0 };
  readonly #people = new Float64Array(halfHours);
  readonly #knownDays = new Uint16Array(halfHours);

  /** A day's values; `DayReader` may hold others afterwards. False when nothing is known of it. */
  add({ entered, called, withinLimit, waitMeanS }: DayValues): boolean {
    let isAny = false;
    for (let slot = 0; slot < halfHours; slot++) {
      const people = entered?.[slot] ?? Number.NaN;
      const tickets = called?.[slot] ?? Number.NaN;
      isAny ||= !Number.isNaN(people) || !Number.isNaN(tickets);
      if (!Number.isNaN(people)) {
        this.#entered = (this.#entered ?? 0) + people;
        this.#people[slot] = (this.#people[slot] ?? 0) + people;
        this.#knownDays[slot] = (this.#knownDays[slot] ?? 0) + 1;
      }
      if (Number.isNaN(tickets)) continue;
      this.#called = (this.#called ?? 0) + tickets;
      const within = withinLimit?.[slot] ?? Number.NaN;
      const waitS = waitMeanS?.[slot] ?? Number.NaN;
      if (!Number.isNaN(within)) {
        this.#judged += tickets;
        this.#within += within;
      }
      if (!Number.isNaN(waitS)) {
        this.#waited += tickets;
        this.#waitS += waitS * tickets;
      }
    }
    if (isAny) this.#days++;
    return isAny;
  }

  /** People who entered in each half hour, the mean of the days that know it. */
  typicalDay(): (number | null)[] {
    return Array.from(this.#knownDays, (days, slot) => (days > 0 ? rounded((this.#people[slot] ?? 0) / days) : null));
  }

  /** Takes in how right quotes were. */
  quoted({ n, offS, covered }: Quotes): void {
    this.#quotes.n += n;
    this.#quotes.offS += offS;
    this.#quotes.covered += covered;
  }

  /** The row; `waits` is the histogram of all its waits, null when it wasn't read. */
  row(waits: Histogram | null): Tallied {
    const { n, offS, covered } = this.#quotes;
    return {
      days: this.#days,
      entered: this.#entered,
      called: this.#called,
      withinLimitShare: this.#judged > 0 ? rounded(this.#within / this.#judged) : null,
      waitMeanS: this.#waited > 0 ? rounded(this.#waitS / this.#waited) : null,
      waitP90S: rounded(waits && quantile(waits, 0.9)),
      quoteOffS: n > 0 ? rounded(offS / n) : null,
      quoteCoverage: n > 0 ? rounded(covered / n) : null,
    };
  }

  /** All halls as one; `days` are those of the hall that is known best. Without the waits of one there are none of all. */
  static total(tallies: readonly HallTally[], waits: ReadonlyMap<string, Histogram | null> | null): Tallied {
    const all = new HallTally();
    for (const one of tallies) {
      all.#days = Math.max(all.#days, one.#days);
      if (one.#entered !== null) all.#entered = (all.#entered ?? 0) + one.#entered;
      if (one.#called !== null) all.#called = (all.#called ?? 0) + one.#called;
      all.#judged += one.#judged;
      all.#within += one.#within;
      all.#waited += one.#waited;
      all.#waitS += one.#waitS;
      all.quoted(one.#quotes);
    }
    const histograms = [...(waits?.values() ?? [null])].filter((one) => one !== null);
    return all.row(histograms.length === (waits?.size ?? 1) ? mergeHistograms(histograms) : null);
  }
}
