// Rolls quarters of an hour up out of the halls' books: each minute those that go on or just ended, and whatever a late message
// changed. Works in slices, because the books can only be read where messages are applied.
import type { Clock } from '../clock.ts';
import type { Hall } from '../hall/hall.ts';
import { silencesFound } from '../hall/liveness.ts';
import type { Span } from '../hall/spans.ts';
import type { Logger } from '../log.ts';
import type { Outbox } from './outbox.ts';
import type { Point } from './points.ts';
import { hourlyPoints } from './raw/device-points.ts';
import { endedByTime, visitPoints } from './raw/visit-points.ts';
import { Rests } from './rests.ts';
import { duesOf } from './rollup/dues.ts';
import { slotPoints } from './rollup/slot-points.ts';
import { longestBackMs, minuteMs, slotMs, slotOf } from './rollup/span.ts';
import type { Due, Taken } from './workbook.ts';

interface Parts {
  outbox: Outbox;
  /** Every hall there is; null while they aren't current. */
  halls: () => readonly Hall[] | null;
  clock: Clock;
  log: Logger;
  simulated: boolean;
}

/** What is being put together for the next transaction. */
interface Page {
  points: Point[];
  done: Taken[];
  due: Due[];
}

/** A slot is read once more so long after its end: by then it is known who fell silent in it. */
const settleMs = 2 * minuteMs;
/** After a full minute, messages of it may be on their way. */
const graceMs = 3_000;
const lookEveryMs = 1_000;
const afterErrorMs = 5_000;
const sliceMs = 4;
const restMs = 12;
const pointsATime = 500;
const hourMs = 3_600_000;

export class Roller {
  readonly #parts: Parts;
  readonly #rests = new Rests();
  #running: Promise<void> | null = null;
  /** The last minute that was read, epoch ms. */
  #readUntil = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    const failed = (error: unknown) =>
      this.#parts.log.error({ error: String(error) }, 'history not rolled up, tried again');
    this.#running ??= this.#rests.repeat(() => this.pass(), { everyMs: lookEveryMs, afterErrorMs, failed });
  }

  async stop(): Promise<void> {
    this.#rests.stop();
    await this.#running;
  }

  /** Rolls up what is due by now. Throws what SQLite throws, and when it is stopped; what wasn't put is due again. */
  async pass(): Promise<void> {
    const now = this.#parts.clock.now();
    const halls = this.#parts.halls();
    if (!halls) return;
    await this.#again(halls, now);
    if (Math.floor((now - graceMs) / minuteMs) * minuteMs > this.#readUntil) await this.#onwards(halls, now);
  }

  /** The slots since the last ones that are settled, up to now, of all halls. */
  async #onwards(halls: readonly Hall[], now: number): Promise<void> {
    const { work } = this.#parts.outbox;
    const farthest = slotOf(now - longestBackMs);
    // What was not yet settled when a stop began that was longer than what is rolled up by itself.
    const left = { from: work.rolledUntil || farthest, to: Math.min(work.rolledUntil + longestBackMs, farthest) };
    const from = Math.max(work.rolledUntil, farthest);
    const settled = slotOf(now - settleMs);
    work.rolling(settled);
    const readFrom = Math.max(this.#readUntil, from);
    const pages = this.#pages();
    for (const hall of halls) {
      const { books } = hall;
      await pages.add({ points: [], due: slotsOf(hall, left) });
      for (let slot = slotOf(from); slot <= now; slot += slotMs) {
        if (slot >= hall.keptFrom) {
          const hourly = slot < settled ? this.#hourly(hall, slot, now) : [];
          await pages.add({ points: [...this.#slot(hall, slot, now), ...hourly] });
        } else if (Number.isFinite(hall.keptFrom)) {
          // After a stop of more than a day: its books have moved on before this was rolled up.
          await pages.add({ points: [], due: [dayOf(hall, slot)] });
        }
      }
      const { simulated } = this.#parts;
      const ended = endedByTime(books, Math.max(this.#readUntil, left.from), now).flatMap((key) =>
        visitPoints(books, key, { simulated, now }),
      );
      const hours = hoursWithin(readFrom, now).flatMap((hour) => hourlyPoints(books, hour, now, simulated));
      await pages.add({ points: [...ended, ...hours], due: silentSlots(hall, { from: readFrom, now }, settled) });
    }
    const dues = settled > from ? halls.flatMap((hall) => duesOf(hall.config, from, settled)) : [];
    pages.flush(dues, () => work.rolled(Math.max(settled, work.rolledUntil)));
    this.#readUntil = Math.floor((now - graceMs) / minuteMs) * minuteMs;
  }

  /** Slots that are due again: out of the books, or, where those don't reach back, out of the journal. */
  async #again(halls: readonly Hall[], now: number): Promise<void> {
    const { work } = this.#parts.outbox;
    const byId = new Map(halls.map((hall) => [hall.config.id, hall]));
    const pages = this.#pages();
    for (const due of work.due('slot', 200)) {
      const hall = byId.get(due.subject);
      const page = { done: [due], points: [] as Point[], due: [] as Due[] };
      if (hall && due.at < hall.keptFrom) {
        page.due.push(dayOf(hall, due.at));
      } else if (hall) {
        page.points = [...this.#slot(hall, due.at, now, true), ...this.#hourly(hall, due.at, now)];
        page.due = duesOf(hall.config, due.at, due.at + slotMs);
      }
      await pages.add(page);
    }
    pages.flush([]);
  }

  #slot({ books }: Hall, slot: number, now: number, again = false): Point[] {
    const { outbox, simulated } = this.#parts;
    return slotPoints({ books, counted: outbox.work.counted.bind(outbox.work), simulated, slot, now, again });
  }

  /** What devices were on the hour, when a slot begins one: once more, since messages of before may have come meanwhile. */
  #hourly({ books }: Hall, slot: number, now: number): Point[] {
    return slot % hourMs === 0 ? hourlyPoints(books, slot, now, this.#parts.simulated) : [];
  }

  /** Collects points and puts them some at a time, resting between. */
  #pages() {
    const { outbox } = this.#parts;
    let page: Page = { points: [], done: [], due: [] };
    let until = performance.now() + sliceMs;
    const flush = (due: readonly Due[], also?: () => void) => {
      const { points, done } = page;
      const dues = [...page.due, ...due];
      if (points.length + done.length + dues.length === 0 && !also) return;
      outbox.put(points, outbox.position, () => {
        for (const one of dues) outbox.work.addDue(one);
        for (const one of done) outbox.work.dropDue(one);
        also?.();
      });
      page = { points: [], done: [], due: [] };
    };
    const add = async ({ points, done = [], due = [] }: Partial<Page> & { points: Point[] }) => {
      page.points.push(...points);
      page.done.push(...done);
      page.due.push(...due);
      if (page.points.length >= pointsATime) flush([]);
      if (performance.now() < until) return;
      if (!(await this.#rests.rest(restMs))) throw new Error('stopped');
      until = performance.now() + sliceMs;
    };
    return { add, flush };
  }
}

/** The local day that `at` lies in, to be rolled up from the journal. */
function dayOf({ config }: Hall, at: number): Due {
  return { kind: 'day', subject: config.id, at: Date.parse(config.days.of(at).date) };
}

/** The slots of a hall that a span touches. */
function slotsOf({ config, keptFrom }: Hall, { from, to }: Span): Due[] {
  const dues: Due[] = [];
  if (!Number.isFinite(keptFrom)) return dues;
  for (let at = slotOf(from); at < to; at += slotMs) dues.push({ kind: 'slot', subject: config.id, at });
  return dues;
}

/** Slots that were settled before it was found that a device of theirs had fallen silent: one may say seldom that it lives. */
function silentSlots(hall: Hall, found: { from: number; now: number }, settled: number): Due[] {
  return [...hall.config.devices.keys()]
    .flatMap((id) => silencesFound(hall.books.state, id, found))
    .flatMap(({ from, to }) => slotsOf(hall, { from, to: Math.min(to, settled) }));
}

/** Full hours after `from`, up to and with `now`. */
function hoursWithin(from: number, now: number): number[] {
  const hours: number[] = [];
  for (let hour = Math.floor(from / hourMs + 1) * hourMs; hour <= now; hour += hourMs) hours.push(hour);
  return hours;
}
