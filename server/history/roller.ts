// Rolls quarters of an hour up out of the halls' books: each minute those that go on or just ended, and whatever a late message
// changed. Works in slices, because the books can only be read where messages are applied.
import type { Clock } from '../clock.ts';
import type { Hall } from '../hall/hall.ts';
import { downtimesFound, silencesFound } from '../hall/liveness.ts';
import type { Span } from '../hall/spans.ts';
import type { Logger } from '../log.ts';
import { isOfSqlite } from '../sqlite.ts';
import type { Outbox } from './outbox.ts';
import type { Point } from './points.ts';
import { hourlyPoints } from './raw/device-points.ts';
import { slotsIn } from './raw/stretches.ts';
import { endedByTime, visitPoints } from './raw/visit-points.ts';
import { Rests } from './rests.ts';
import { AgainLimit } from './rollup/again-limit.ts';
import { duesOf } from './rollup/dues.ts';
import { QuotePoints } from './rollup/quote-points.ts';
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

/** What of a hall is rolled up in a pass; `left` is what a long stop left. Epoch ms. */
interface Onwards {
  from: number;
  settled: number;
  left: Span;
  readFrom: number;
  now: number;
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
const slotsAgainAtOnce = 200;
const hourMs = 3_600_000;
const keptCardsMs = 30 * 24 * hourMs;

export class Roller {
  readonly #parts: Parts;
  readonly #rests = new Rests();
  readonly #quotes = new QuotePoints();
  #running: Promise<void> | null = null;
  readonly #againLimit = new AgainLimit();
  /** The due slot that was looked at last: all have their turn, also while the oldest become due over and over. */
  #lookedAt: Due | null = null;
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
    const asked = { from, settled, left, readFrom, now };
    for (const hall of halls)
      for (const page of this.#tolerant(hall, this.#hallOnwards(hall, asked))) {
        const resting = pages.add(page);
        if (resting) await resting;
      }
    const dues = settled > from ? halls.flatMap((hall) => duesOf(hall.config, from, settled)) : [];
    pages.flush(dues, () => work.rolled(Math.max(settled, work.rolledUntil)));
    this.#readUntil = Math.floor((now - graceMs) / minuteMs) * minuteMs;
    this.#quotes.forgetBefore(dateOf(now - keptCardsMs));
  }

  *#hallOnwards(hall: Hall, { from, settled, left, readFrom, now }: Onwards): Generator<Partial<Page>> {
    const { books } = hall;
    const { simulated } = this.#parts;
    yield { due: slotsOf(hall, left) };
    for (let slot = slotOf(from); slot <= now; slot += slotMs) {
      if (slot >= hall.keptFrom) {
        const hourly = slot < settled ? this.#hourly(hall, slot, now) : [];
        yield { points: [...this.#slot(hall, slot, now), ...hourly] };
      } else if (Number.isFinite(hall.keptFrom)) {
        // After a stop of more than a day: its books have moved on before this was rolled up.
        yield { due: [dayOf(hall, slot)] };
      }
    }
    const ended = endedByTime(books, Math.max(this.#readUntil, left.from), now).flatMap((key) =>
      visitPoints(books, key, { simulated, now }),
    );
    const hours = hoursWithin(readFrom, now).flatMap((hour) => hourlyPoints(books, hour, now, simulated));
    const quotes = this.#quotes.of(hall, simulated, dateOf(now - keptCardsMs));
    yield { points: [...ended, ...hours, ...quotes], due: silentSlots(hall, { from: readFrom, now }, settled) };
  }

  /** One hall that makes our own code fail stops no other. */
  *#tolerant(hall: Hall, pages: Generator<Partial<Page>>): Generator<Partial<Page>> {
    try {
      yield* pages;
    } catch (error) {
      if (isOfSqlite(error)) throw error;
      this.#parts.log.error({ hall: hall.config.id, error: String(error) }, 'a hall can not be rolled up');
    }
  }

  /** Slots that are due again: out of the books, or, where those don't reach back, out of the journal. */
  async #again(halls: readonly Hall[], now: number): Promise<void> {
    const { work } = this.#parts.outbox;
    const byId = new Map(halls.map((hall) => [hall.config.id, hall]));
    const pages = this.#pages();
    const dues = work.due('slot', slotsAgainAtOnce, this.#lookedAt);
    this.#lookedAt = dues.length < slotsAgainAtOnce ? null : (dues.at(-1) ?? null);
    for (const due of dues) {
      if (!this.#againLimit.take(`${due.subject} ${due.at}`, now)) continue;
      const hall = byId.get(due.subject);
      const told = hall ? this.#tolerant(hall, this.#slotAgain(hall, due.at, now)) : [];
      for (const page of [...told, { done: [due] }]) {
        const resting = pages.add(page);
        if (resting) await resting;
      }
    }
    pages.flush([]);
  }

  *#slotAgain(hall: Hall, slot: number, now: number): Generator<Partial<Page>> {
    if (slot < hall.keptFrom) yield { due: [dayOf(hall, slot)] };
    else {
      const points = [...this.#slot(hall, slot, now, true), ...this.#hourly(hall, slot, now)];
      yield { points, due: duesOf(hall.config, slot, slot + slotMs) };
    }
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
    const rest = async () => {
      if (!(await this.#rests.rest(restMs))) throw new Error('stopped');
      until = performance.now() + sliceMs;
    };
    /** Answers a promise while it rests. Nothing is read of the books before it and put after it: a message that came meanwhile knows more. */
    const add = ({ points = [], done = [], due = [] }: Partial<Page>): Promise<void> | null => {
      page.points.push(...points);
      page.done.push(...done);
      page.due.push(...due);
      if (page.points.length + page.due.length >= pointsATime) flush([]);
      if (performance.now() < until) return null;
      flush([]);
      return rest();
    };
    return { add, flush };
  }
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
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

/**
 * Slots that were settled before it was found that a device of theirs had fallen silent, or that we had not heard
 * them.
 */
function silentSlots(hall: Hall, found: { from: number; now: number }, settled: number): Due[] {
  const { state } = hall.books;
  const silences = [...hall.config.devices.keys()]
    .flatMap((id) => silencesFound(state, id, found))
    .concat(downtimesFound(state, found));
  // Each slot once, however many devices fell silent in it, and however often.
  const slots = Number.isFinite(hall.keptFrom) ? slotsIn(silences, 0, settled - 1) : [];
  return [...slots].map((at) => ({ kind: 'slot' as const, subject: hall.config.id, at }));
}

/** Full hours after `from`, up to and with `now`. */
function hoursWithin(from: number, now: number): number[] {
  const hours: number[] = [];
  for (let hour = Math.floor(from / hourMs + 1) * hourMs; hour <= now; hour += hourMs) hours.push(hour);
  return hours;
}
