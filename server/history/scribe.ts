// J7: derives points as the halls advance, and puts them into the outbox with the place in the journal that they follow from. What
// it has to remember between two turns is in the outbox's file; the rest is in the halls' own books.
import { boundReached } from '../bounds.ts';
import type { Reading } from '../contracts/readings.ts';
import type { Hall } from '../hall/hall.ts';
import type { Trace } from '../hall/trace.ts';
import type { Logger } from '../log.ts';
import type { Outbox } from './outbox.ts';
import type { Point } from './points.ts';
import { doorPoint } from './raw/device-points.ts';
import { HallNews } from './raw/hall-news.ts';
import { longestBackMs } from './rollup/span.ts';

/** A message that was applied to its hall, from entry `id` of the journal. */
export interface Told {
  id: number;
  reading: Reading;
  notes: readonly string[];
  trace: Trace | null;
}

type HallOf = (id: string) => Hall | undefined;

interface Parts {
  outbox: Outbox;
  hall: HallOf;
  log: Logger;
  now: () => number;
  simulated: boolean;
  /** Days for which the journal keeps messages. */
  journalDays: number;
  /** The store lost what it held: the journal is to be told from its beginning. */
  isBegunAgain?: boolean;
}

/** So many are put at once at the latest: a few ms in which nothing else is done. */
const mostWaiting = 400;
/** While nothing can be written, so many are held. */
const mostHeld = 100_000;
const dayMs = 86_400_000;

export class Scribe {
  readonly #parts: Parts;
  #points: Point[] = [];
  /** By device of the registry. */
  readonly #tags = new Map<string, Point['tags']>();
  readonly #news = new Map<string, HallNews>();
  #hallOf: HallOf;
  #position: number;
  #trouble: string | null = null;
  #hasGivenUp = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#hallOf = parts.hall;
    this.#position = parts.outbox.position;
  }

  /** Everything of the journal up to this entry is in the outbox. */
  get position(): number {
    return this.#parts.outbox.position;
  }

  /** Why nothing can be put, in words; null while it can. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** From here on the halls that readings were applied to are these; what came before must be put. */
  follow(hallOf: HallOf): void {
    this.#hallOf = hallOf;
  }

  /** Takes in what became of a message; one that was taken in before changes nothing. At the latest `mostPoints` are put at once. */
  take({ id, reading, notes, trace }: Told, mostPoints = mostWaiting): void {
    if (id <= this.#position || this.#hasGivenUp) return;
    this.#position = id;
    const { body } = reading;
    if (notes.includes('too-late')) this.#newsOf(reading.hall).tooLate(reading, this.#heldFrom());
    if (notes.includes('too-many')) this.#newsOf(reading.hall).tooMany(reading, this.#heldFrom());
    if (trace === null) return;
    if (body.kind === 'door') this.#points.push(doorPoint(reading, body, this.#tagsOf(reading), this.#parts.simulated));
    this.#newsOf(reading.hall).add(reading, trace, this.#heldFrom());
    if (this.#points.length >= mostPoints && this.#trouble === null) this.flush();
  }

  /** Goes on behind entry `position`: what came before holds nothing for history. */
  skipTo(position: number): void {
    this.#position = Math.max(this.#position, position);
  }

  get isBegunAgain(): boolean {
    return this.#parts.isBegunAgain ?? false;
  }

  /** Tells the journal behind entry `position` again, as if it had never been told. */
  startOver(position: number): void {
    this.#parts.outbox.startOver(position);
    this.#position = position;
  }

  /**
   * Puts what was derived so far, with its place in the journal. False when that couldn't be written: it is put with the next.
   * When too much waits, it gives up until the next start, which derives it from the journal.
   */
  flush(): boolean {
    if (this.#hasGivenUp) return true;
    if (this.#position === this.#parts.outbox.position && this.#news.size === 0) return true;
    try {
      this.#put();
      if (this.#trouble) this.#parts.log.info('history can be kept again');
      this.#trouble = null;
      return true;
    } catch (error) {
      if (!this.#trouble) this.#parts.log.error({ error: String(error) }, 'history can not be kept');
      this.#trouble = `history can't be written into the data folder (${error instanceof Error ? error.message : String(error)})`;
      this.#hasGivenUp = this.#points.length > mostHeld;
      if (this.#hasGivenUp) {
        boundReached('history-held', this.#points.length);
        this.#forget();
      }
      return false;
    }
  }

  /** As `flush`, and what was put stays, also after a power cut. */
  settle(): boolean {
    if (!this.flush()) return false;
    try {
      this.#parts.outbox.settle();
      return true;
    } catch (error) {
      this.#parts.log.error({ error: String(error) }, 'history can not be kept');
      return false;
    }
  }

  #put(): void {
    const { outbox, now, simulated } = this.#parts;
    const news = [...this.#news];
    const at = now();
    const heldFrom = this.#heldFrom();
    const points = [...this.#points];
    for (const [id, one] of news) {
      const hall = this.#hallOf(id);
      if (hall) points.push(...this.#tolerant(id, () => one.points(hall.books, { simulated, now: at, heldFrom })));
    }
    // After a long stop nobody can say yet where the roller will go on.
    const { takenUntil } = outbox.work;
    const until = takenUntil < at - longestBackMs ? at : Math.min(at, takenUntil);
    outbox.put(points, this.#position, () => {
      for (const [id, one] of news) {
        for (const { device, ...step } of one.steps()) outbox.work.count(id, device, step);
        const hall = this.#hallOf(id);
        if (!hall) continue;
        const { keptFrom, config } = hall;
        for (const { date, reason, count } of one.leftOut(config.days)) outbox.leftOut.add(id, date, reason, count);
        for (const due of one.due(id, { days: config.days, until, keptFrom })) outbox.work.addDue(due);
      }
    });
    this.#forget();
  }

  /** Of the time before (epoch ms) nothing is rolled up again: the journal doesn't hold it. */
  #heldFrom(): number {
    return this.#parts.now() - (this.#parts.journalDays + 1) * dayMs;
  }

  /** One hall that makes our own code fail stops no other; what it counted is put all the same. */
  #tolerant(hall: string, pointsOf: () => Point[]): Point[] {
    try {
      return pointsOf();
    } catch (error) {
      this.#parts.log.error({ hall, error: String(error) }, 'what a hall told can not be made points of');
      return [];
    }
  }

  /** One object for all points of a device: the outbox knows it again. */
  #tagsOf({ hall, device }: Reading): Point['tags'] {
    const known = this.#tags.get(device);
    if (known?.hall === hall) return known;
    const tags = { hall, device };
    this.#tags.set(device, tags);
    return tags;
  }

  #forget(): void {
    this.#points = [];
    this.#news.clear();
  }

  #newsOf(hall: string): HallNews {
    const known = this.#news.get(hall);
    if (known) return known;
    const news = new HallNews();
    this.#news.set(hall, news);
    return news;
  }
}
