// The usual of each hall and day, read from the store once and shared. The walls never wait for it: what isn't there yet is null.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { boundReached } from '../bounds.ts';
import type { Clock, Timer } from '../clock.ts';
import type { HallConfig } from '../config/hall-config.ts';
import type { Band, Usual } from '../contracts/usual.ts';
import { usualAt } from '../insight/usual.ts';
import type { Logger } from '../log.ts';
import type { HistoryStore } from './port.ts';
import { readUsual } from './usual-days.ts';

interface Parts {
  store: Pick<HistoryStore, 'columns'>;
  clock: Clock;
  log: Logger;
  /** The hall's usual arrived, or may be asked for again: its picture may change. */
  changed: (hall: string) => void;
}

interface Entry {
  /** A new config makes new halls, whose days may be of other kinds. */
  config: HallConfig;
  usual: Usual | null;
  reading: Promise<Usual> | null;
  askAgainAt: number;
}

const firstRetryMs = 5_000;
const longestRetryMs = 300_000;
/** History that has too few days may be filled from elsewhere. */
const recheckMs = 3_600_000;
/** Days that change come many at a time: they are read again together. */
const gatherMs = 5_000;
/** Days of halls that are remembered: what walls need, and what was asked for lately. */
const mostEntries = 5_000;

export class UsualBook {
  readonly #parts: Parts;
  readonly #entries = new Map<string, Entry>();
  /** One hall is read at a time: a region's walls would otherwise ask for all of theirs at once. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The store is away: nobody asks before `until`, and `halls` are told then. */
  #quiet: { until: number; error: unknown; halls: Set<string> } | null = null;
  #tries = 0;
  #timer: Timer | null = null;
  readonly #filled = new Set<string>();
  #gathering: Timer | null = null;
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What is usual inside at `now`, and until when; null while it isn't known. Starts to read and never waits. */
  at(config: HallConfig, now: number): { occupancy: Band | null; until: number } | null {
    const usual = this.today(config, now);
    return usual && usualAt(usual, now);
  }

  /** The usual of the local date of `now`; null while it isn't known. Starts to read and never waits. */
  today(config: HallConfig, now: number): Usual | null {
    const { date } = config.days.of(now);
    const entry = this.#entryOf(config, date);
    if (!entry.reading && now >= entry.askAgainAt) this.#read(entry, date).catch(() => {});
    return entry.usual;
  }

  /** The store is away: what isn't known yet stays so until it is asked again. */
  get isAway(): boolean {
    return this.#quiet !== null;
  }

  /** The usual of a local date. Throws `history-away`. */
  async of(config: HallConfig, date: string): Promise<Usual> {
    const entry = this.#entryOf(config, date);
    if (entry.usual && this.#parts.clock.now() < entry.askAgainAt) return entry.usual;
    return entry.reading ?? this.#read(entry, date);
  }

  /** Days of halls (local date as midnight UTC) are in the store, new or changed: what rests on days before today is read again soon. */
  filled(days: readonly { hall: string; at: number }[]): void {
    const { clock } = this.#parts;
    const configs = new Map([...this.#entries.values()].map(({ config }) => [config.id, config]));
    for (const { hall, at } of days) {
      const today = configs.get(hall)?.days.of(clock.now()).date;
      if (today !== undefined && at < Date.parse(today)) this.#filled.add(hall);
    }
    if (this.#filled.size === 0 || this.#isClosed) return;
    this.#gathering ??= clock.after(gatherMs, () => this.#askAgain());
  }

  #askAgain(): void {
    const halls = [...this.#filled];
    this.#filled.clear();
    this.#gathering = null;
    for (const entry of this.#entries.values()) {
      if (halls.includes(entry.config.id)) entry.askAgainAt = Number.NEGATIVE_INFINITY;
    }
    for (const hall of halls) this.#parts.changed(hall);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#gathering?.cancel();
  }

  #entryOf(config: HallConfig, date: string): Entry {
    const key = `${config.id} ${date}`;
    const known = this.#entries.get(key);
    if (known?.config === config) return known;
    const made = { config, usual: null, reading: null, askAgainAt: Number.NEGATIVE_INFINITY };
    this.#entries.set(key, made);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= mostEntries) break;
      boundReached('usual-books');
      this.#entries.delete(oldest);
    }
    return made;
  }

  async #read(entry: Entry, date: string): Promise<Usual> {
    const { store, clock, changed } = this.#parts;
    const { config } = entry;
    const had = entry.usual?.isEnough ?? false;
    entry.reading = this.#inTurn(() =>
      readUsual({ store, hall: config, date, today: config.days.of(clock.now()).date }),
    );
    try {
      entry.usual = await entry.reading;
      entry.askAgainAt = entry.usual.isEnough ? Number.POSITIVE_INFINITY : clock.now() + recheckMs;
      this.#tries = 0;
      return entry.usual;
    } catch (error) {
      this.#keepQuiet(error).halls.add(config.id);
      entry.askAgainAt = this.#quiet?.until ?? entry.askAgainAt;
      throw error;
    } finally {
      entry.reading = null;
      // Too few days change no picture.
      if (had || entry.usual?.isEnough) changed(config.id);
    }
  }

  async #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      await nextTurn();
      if (this.#quiet) throw this.#quiet.error;
      return read();
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Whoever watches a hall asks again when this is over; the others needn't. */
  #keepQuiet(error: unknown): { halls: Set<string> } {
    if (this.#quiet) return this.#quiet;
    const { clock, log, changed } = this.#parts;
    const delayMs = Math.min(firstRetryMs * 2 ** this.#tries++, longestRetryMs);
    const quiet = { until: clock.now() + delayMs, error, halls: new Set<string>() };
    this.#quiet = quiet;
    if (this.#isClosed) return quiet;
    log.warn({ error: String(error), delayMs }, 'the usual could not be read');
    this.#timer = clock.after(delayMs, () => {
      this.#quiet = null;
      for (const hall of quiet.halls) changed(hall);
    });
    return quiet;
  }
}
