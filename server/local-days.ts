/** A local day of one hall, in epoch ms. `end` is the next local midnight: a day may have 23 or 25 hours. */
export interface LocalDay {
  date: string;
  start: number;
  end: number;
  /** When nobody is inside: occupancy counts from here (T3). */
  emptyAt: number;
  /** Names of the day's two parts, before and from `emptyAt`: what door increments are summed under. */
  early: string;
  late: string;
}

const keptDays = 64;
/** Dates of four digits sort as text, and a day beside them is one that Temporal still has; devices send times far outside. */
const [earliestMs, latestMs] = [Date.UTC(1000, 0, 1), Date.UTC(9999, 0, 1)];

/** Local days of a time zone, computed once each. Pure: the same instant always gives the same day. */
export class LocalDays {
  readonly timeZone: string;
  readonly emptyAt: string;
  #byDate = new Map<string, LocalDay>();
  readonly #shifted = new Map<string, string>();
  #recent: LocalDay;

  /** `emptyAt` is a local `HH:MM`. A time that a day skips is read as the first moment after the gap. */
  constructor(timeZone: string, emptyAt: string) {
    this.timeZone = timeZone;
    this.emptyAt = emptyAt;
    this.#recent = this.onDate('1970-01-01');
  }

  /** The local day that an instant (epoch ms) belongs to; before the year 1000 and after 9998, the first or last of those years. */
  of(instant: number): LocalDay {
    const at = Math.min(Math.max(instant, earliestMs), latestMs);
    const recent = this.#recent;
    if (at >= recent.start && at < recent.end) return recent;
    // Time zones cost microseconds, and today's messages speak of yesterday too.
    for (const day of this.#byDate.values()) if (at >= day.start && at < day.end) return this.#keep(day);
    const date = Temporal.Instant.fromEpochMilliseconds(Math.floor(at))
      .toZonedDateTimeISO(this.timeZone)
      .toPlainDate()
      .toString();
    return this.#keep(this.onDate(date));
  }

  #keep(day: LocalDay): LocalDay {
    this.#recent = day;
    return day;
  }

  /** The day of a local date, `YYYY-MM-DD`. */
  onDate(date: string): LocalDay {
    const known = this.#byDate.get(date);
    if (known) return known;
    const plain = Temporal.PlainDate.from(date);
    const day = {
      date,
      start: startOf(plain, this.timeZone),
      end: startOf(plain.add({ days: 1 }), this.timeZone),
      emptyAt: this.at(date, this.emptyAt),
      early: `${date}<`,
      late: `${date}>`,
    };
    if (this.#byDate.size >= keptDays) this.#byDate.clear();
    this.#byDate.set(date, day);
    return day;
  }

  /** The day `days` later (or earlier) than `day`. */
  shift(day: LocalDay, days: number): LocalDay {
    const name = `${day.date} ${days}`;
    let date = this.#shifted.get(name);
    if (date === undefined) {
      date = Temporal.PlainDate.from(day.date).add({ days }).toString();
      if (this.#shifted.size >= keptDays) this.#shifted.clear();
      this.#shifted.set(name, date);
    }
    return this.onDate(date);
  }

  /** Epoch ms of a local time `HH:MM` on a date; `24:00` is the end of the day. */
  at(date: string, time: string): number {
    const plain = Temporal.PlainDate.from(date);
    if (time === '24:00') return startOf(plain.add({ days: 1 }), this.timeZone);
    return plain.toZonedDateTime({ timeZone: this.timeZone, plainTime: time }).epochMilliseconds;
  }

  /** The latest moment at or before `at` when the hall was empty by definition. */
  lastEmptyAt(at: number): number {
    const day = this.of(at);
    return at >= day.emptyAt ? day.emptyAt : this.shift(day, -1).emptyAt;
  }

  /** The part of the day that an increment at `at` is summed under. */
  part(at: number): string {
    const day = this.of(at);
    return at < day.emptyAt ? day.early : day.late;
  }
}

function startOf(date: Temporal.PlainDate, timeZone: string): number {
  return date.toZonedDateTime({ timeZone }).epochMilliseconds;
}
