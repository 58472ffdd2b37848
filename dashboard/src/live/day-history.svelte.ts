// What history tells of a hall's day: what is usual, and today so far. The curve goes on by the live picture in between.
import { untrack } from 'svelte';
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { Today, Usual } from '../../../server/contracts/usual.ts';

const checkMs = 5_000;
const answerWithinMs = 8_000;
const refreshMs = 300_000;
const retryMs = 30_000;
/** Like days don't change within a day; where there were too few, history may be filled meanwhile. */
const usualMs = 3_600_000;
/** The live number is noted once a minute, until history tells the same. */
const sampleMs = 60_000;

interface Sample {
  at: number;
  occupancy: number | null;
}

export class DayHistory {
  usual = $state.raw<Usual | null>(null);
  /** The server's answer for today; it says whether there is history, even where it holds nothing. */
  today = $state.raw<Today | null>(null);
  samples = $state.raw<Sample[]>([]);
  /** The last reading brought no answer. */
  failed = $state(false);

  readonly #hall: string;
  #date: string | null = null;
  /** performance.now() from which each is to be asked for again. */
  #due = { usual: 0, today: 0 };
  #reading = false;

  constructor(hall: string) {
    this.#hall = hall;
  }

  /** Keeps reading until the returned function is called. */
  start(): () => void {
    const timer = setInterval(() => void this.#check(), checkMs);
    return () => clearInterval(timer);
  }

  /** Takes the live picture in: its number, and the day that it is of. */
  hear({ dayDate, at, occupancy }: HallLive): void {
    untrack(() => {
      if (dayDate !== this.#date) this.#begin(dayDate);
      // The server has read more days meanwhile.
      if (occupancy.usual !== null && this.usual?.isEnough === false) this.#due.usual = 0;
      const last = this.samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
      const value = occupancy.quality === 'unknown' ? null : occupancy.value;
      if (at - last >= sampleMs) this.samples = [...this.samples, { at, occupancy: value }];
    });
  }

  #begin(date: string): void {
    this.#date = date;
    this.usual = null;
    this.today = null;
    this.samples = [];
    this.#due = { usual: 0, today: 0 };
    void this.#check();
  }

  async #check(): Promise<void> {
    const [date, now] = [this.#date, performance.now()];
    if (date === null || this.#reading || now < Math.min(this.#due.usual, this.#due.today)) return;
    this.#reading = true;
    try {
      if (now >= this.#due.today) this.#take(date, (await this.#ask('today')) as Today);
      if (now >= this.#due.usual) {
        const usual = (await this.#ask(`usual?date=${date}`)) as Usual;
        if (date === this.#date) this.usual = usual;
        this.#due.usual = now + usualMs;
      }
      this.failed = false;
    } catch {
      this.failed = true;
      this.#due = { usual: this.usual ? this.#due.usual : now + retryMs, today: now + retryMs };
    } finally {
      this.#reading = false;
    }
  }

  #take(date: string, today: Today): void {
    this.#due.today = performance.now() + refreshMs;
    // Around midnight the answer may already be of the next day.
    if (date !== this.#date || today.date !== date) return;
    this.today = today;
    const told = today.points.findLast(({ occupancy }) => occupancy !== null)?.at ?? Number.NEGATIVE_INFINITY;
    this.samples = this.samples.filter(({ at }) => at > told);
  }

  async #ask(what: string): Promise<unknown> {
    const path = `/api/halls/${encodeURIComponent(this.#hall)}/${what}`;
    const answer = await fetch(path, { signal: AbortSignal.timeout(answerWithinMs) });
    if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}`);
    return answer.json();
  }
}
