// Late data: a day that the halls' books no longer hold is rolled up again from the journal, beside everything else.
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/load.ts';
import type { Hall } from '../hall/hall.ts';
import type { Outbox } from '../history/outbox.ts';
import { begunLate, withoutThem } from '../history/past/begun-late.ts';
import { dayPoints } from '../history/past/day-points.ts';
import { ToldVisits } from '../history/past/told-visits.ts';
import type { Point } from '../history/points.ts';
import { Rests } from '../history/rests.ts';
import { AgainLimit } from '../history/rollup/again-limit.ts';
import { duesOf } from '../history/rollup/dues.ts';
import type { CountedAt } from '../history/rollup/span.ts';
import type { Entry } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { offsetsEntry } from '../journal/offsets.ts';
import type { Logger } from '../log.ts';
import { PastHalls } from './past-halls.ts';
import type { Outcome } from './projector.ts';
import type { Progress } from './recovery.ts';

interface Parts {
  journal: Journal;
  outbox: Outbox;
  /** The config in force; null while the halls aren't current. */
  config: () => Config | null;
  /** A running hall by its id. */
  hall: (id: string) => Hall | undefined;
  clock: Clock;
  log: Logger;
  simulated: boolean;
}

const lookEveryMs = 2_000;
const hourMs = 3_600_000;
/** Totals go on from a device's last message before the day, and what it said of itself holds: over holidays, too. */
const leadMs = 31 * 24 * hourMs;
/** Who is inside is counted from when the hall was last empty: at most a day, of 25 h, before the day begins. */
const emptiedBeforeMs = 25 * hourMs;
const entriesARead = 1_000;
const workMs = 5;
const restMs = 15;
const pointsATime = 500;
/** Days of halls that are looked at: more than any installation has halls and its journal days. */
const daysSeen = 20_000;

export class DayRoller {
  /** How far the day under way is; null while there is none. */
  progress: Progress | null = null;
  readonly #parts: Parts;
  readonly #rests = new Rests();
  readonly #againLimit = new AgainLimit();
  #running: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    const failed = (error: unknown) =>
      this.#parts.log.error({ error: String(error) }, 'day not rolled up again, tried later');
    this.#running ??= this.#rests.repeat(() => this.#all(), {
      everyMs: lookEveryMs,
      afterErrorMs: lookEveryMs,
      failed,
    });
  }

  async stop(): Promise<void> {
    this.#rests.stop();
    await this.#running;
  }

  /** One day after the other, until none is due. */
  async #all(): Promise<void> {
    try {
      while (!this.#rests.isStopped && (await this.pass()));
    } finally {
      this.progress = null;
    }
  }

  /** Rolls up the oldest day that is due, of all halls of which it is; false when none is. Throws what SQLite throws. */
  async pass(): Promise<boolean> {
    const { outbox, config: configNow, log, clock } = this.#parts;
    const config = configNow();
    if (!config) return false;
    const dues = outbox.work.due('day', daysSeen);
    const oldest = dues.find(({ at }) => this.#againLimit.take(String(at), clock.now()));
    if (!oldest) return false;
    const ofDay = dues.filter(({ at }) => at === oldest.at);
    const date = new Date(oldest.at).toISOString().slice(0, 10);
    const visits = new ToldVisits(date);
    const past = this.#pastOf(config, { ids: new Set(ofDay.map(({ subject }) => subject)), date, visits });
    const wanted = new Map<string, Hall>();
    for (const { subject } of ofDay) {
      const hall = past.get(subject);
      if (hall) wanted.set(subject, hall);
    }
    const starts = [...wanted.values()].map(({ config: { days } }) => days.onDate(date).start);
    if (starts.length > 0 && !this.holds(Math.min(...starts))) {
      log.warn(
        { date, halls: [...wanted.keys()] },
        'late data of a day that the journal no longer holds: not rolled up again',
      );
      this.#leaveOut(wanted, date);
    }
    if (!(await this.#read(past, wanted, date))) {
      log.warn({ date, halls: [...wanted.keys()] }, 'the journal of a day is damaged: not rolled up again');
      this.#leaveOut(wanted, date);
    }
    if (this.#rests.isStopped) return false;
    for (const hall of wanted.values()) await this.#put(hall, { counted: past.counted.at, date, visits });
    outbox.put([], outbox.position, () => {
      for (const due of ofDay) outbox.work.dropDue(due);
    });
    log.info({ date, halls: [...wanted.keys()] }, 'rolled up again');
    return true;
  }

  /** What came late of the day stays untold: how much that is isn't known, one at least. */
  #leaveOut(wanted: Map<string, Hall>, date: string): void {
    const { outbox } = this.#parts;
    outbox.put([], outbox.position, () => {
      for (const hall of wanted.keys()) outbox.leftOut.add(hall, date, 'too-late', 1);
    });
    wanted.clear();
  }

  /** True when all messages of the time from `start` (epoch ms) on are in the journal. */
  holds(start: number): boolean {
    const { journal } = this.#parts;
    if (journal.firstId <= 1) return true;
    const [first] = journal.read(journal.firstId - 1, 1).entries;
    return first !== undefined && first.receivedAt <= start - hourMs;
  }

  /** Halls that take what is of the day, or leads to it. */
  #pastOf(
    config: Config,
    { ids, date, visits }: { ids: ReadonlySet<string>; date: string; visits: ToldVisits },
  ): PastHalls {
    const days = [...config.halls.values()]
      .filter(({ id }) => ids.has(id))
      .map((hall) => [hall.id, hall.days] as const);
    const ends = new Map(days.map(([id, all]) => [id, all.onDate(date).end]));
    const start = Math.min(...days.map(([, all]) => all.onDate(date).start));
    const wants = ({ hall, at }: { hall: string; at: number }) => at >= start - leadMs && at < (ends.get(hall) ?? 0);
    const heard = (outcome: Outcome) => {
      if (!('reading' in outcome) || outcome.trace === null) return;
      const { reading, trace } = outcome;
      const hall = past.get(reading.hall);
      if (hall) visits.take(hall.books, trace.visits, reading.receivedAt);
    };
    const { simulated } = this.#parts;
    const past: PastHalls = new PastHalls({ config, simulated, wants, countedFrom: start - emptiedBeforeMs, heard });
    return past;
  }

  /**
   * Reads what of the journal is of the day, or leads to it, into the halls that are wanted. False when something that may be of the
   * day can't be read.
   */
  async #read(past: PastHalls, wanted: ReadonlyMap<string, Hall>, date: string): Promise<boolean> {
    const { journal } = this.#parts;
    if (wanted.size === 0) return true;
    const start = Math.min(...[...wanted.values()].map(({ config: { days } }) => days.onDate(date).start));
    const firstOfDay = journal.firstIdSince(start);
    const begin = Math.max(journal.firstIdSince(start - leadMs), journal.firstId) - 1;
    past.take({ ...offsetsEntry(journal.offsetsAt(begin), start, true), id: begin });
    let position = begin;
    let sliceEnds = performance.now() + workMs;
    const isWanted = ({ kind, topic }: Entry) =>
      kind === 'clock' || kind === 'downtime' || (kind !== 'config' && wanted.has(topic.split('/', 4)[3] ?? ''));
    while (position < journal.head) {
      const { entries, holes, upTo } = journal.read(position, entriesARead);
      if (holes.some(({ to }) => to >= firstOfDay)) return false;
      for (const entry of entries) {
        if (isWanted(entry)) past.take(entry);
        if (performance.now() < sliceEnds) continue;
        this.progress = { done: entry.id - begin, total: journal.head - begin };
        await pause(restMs);
        if (this.#rests.isStopped) return true;
        sliceEnds = performance.now() + workMs;
      }
      position = upTo;
    }
    return true;
  }

  async #put(
    { books }: Hall,
    { counted, date, visits }: { counted: CountedAt; date: string; visits: ToldVisits },
  ): Promise<void> {
    const { outbox, clock, simulated, log, hall } = this.#parts;
    const { config } = books;
    const day = config.days.onDate(date);
    const now = Math.min(day.end, clock.now());
    const lived = hall(config.id)?.books;
    const late = lived ? begunLate(books, lived, config.days.lastEmptyAt(day.start)) : null;
    if (late && late.devices.size > 0)
      log.warn(
        { date, devices: [...late.devices] },
        'what they counted stays as it was: the journal does not tell all of it',
      );
    let points: Point[] = visits.gone(books, now);
    for (const page of dayPoints({ books, counted, simulated, day, now, again: true })) {
      points.push(...(late ? withoutThem(page, late) : page));
      if (points.length < pointsATime) continue;
      outbox.put(points, outbox.position);
      points = [];
      await pause(restMs);
    }
    outbox.put(points, outbox.position, () => {
      for (const due of duesOf(config, day.start, day.end)) outbox.work.addDue(due);
    });
  }
}
