// Messages of days gone by become points: each hall's day is told once the day after it is over, with everything that came late.

import type { HallConfig } from '../config/hall-config.ts';
import type { Config } from '../config/load.ts';
import type { Lesson } from '../hall/lesson.ts';
import type { DayAsked } from '../history/past/day-points.ts';
import { dayDevices, dayPoints } from '../history/past/day-points.ts';
import type { Point } from '../history/points.ts';
import type { TerminalMessage } from '../history/raw/device-points.ts';
import { doorPoint } from '../history/raw/device-points.ts';
import { PastHalls } from '../ingest/past-halls.ts';
import type { Outcome } from '../ingest/projector.ts';
import type { LocalDay } from '../local-days.ts';
import type { StoryLine } from './story.ts';

/** A local day of a hall; its points must be read before the next one is asked for. */
export interface ToldDay {
  hall: string;
  date: string;
  pages: Generator<Point[]>;
}

/** What a hall's messages left behind that its books don't keep. */
interface Said {
  config: HallConfig;
  /** The day that is to be told next, and when the day after it is over, epoch ms. */
  day: LocalDay;
  tellAt: number;
  doors: Point[];
  terminals: Map<string, TerminalMessage[]>;
}

export class Teller {
  readonly #past: PastHalls;
  readonly #config: Config;
  readonly #said = new Map<string, Said>();
  #entries = 0;
  #lastAt = 0;
  /** Messages that could not be read, by reason. */
  readonly refused = new Map<string, number>();

  constructor(config: Config) {
    this.#config = config;
    this.#past = new PastHalls({ config, simulated: true, learns: true, heard: (outcome) => this.#hear(outcome) });
  }

  /** Takes messages, of each hall in order of time, and gives its days as they are over. */
  async *days(lines: AsyncIterable<StoryLine>): AsyncGenerator<ToldDay> {
    for await (const { topic, payload, time } of lines) {
      const said = this.#saidOf(topic.split('/', 4)[3] ?? '', time);
      if (said) yield* this.#over(said, time);
      this.#lastAt = Math.max(this.#lastAt, time);
      this.#past.take({
        id: ++this.#entries,
        kind: 'message',
        topic,
        payload: Buffer.from(payload),
        receivedAt: time,
        live: true,
        caughtUp: true,
        shortened: false,
        retryOf: null,
      });
    }
    for (const said of this.#said.values()) {
      while (said.day.start <= this.#lastAt) yield* this.#tell(said, this.#lastAt);
    }
  }

  /** What the messages so far taught of a hall; null for one that sent none. */
  lesson(hall: string): Lesson | null {
    return this.#said.has(hall) ? (this.#past.get(hall)?.lesson ?? null) : null;
  }

  #saidOf(hall: string, time: number): Said | undefined {
    const known = this.#said.get(hall);
    const config = this.#config.halls.get(hall);
    if (known || !config) return known;
    const day = config.days.of(time);
    const said = { config, day, tellAt: config.days.shift(day, 1).end, doors: [], terminals: new Map() };
    this.#said.set(hall, said);
    return said;
  }

  /** Tells those of a hall's days of which the next one is over, too: books hold no more than two. */
  *#over(said: Said, time: number): Generator<ToldDay> {
    while (time >= said.tellAt) yield* this.#tell(said, said.tellAt);
  }

  *#tell(said: Said, now: number): Generator<ToldDay> {
    const { config, day } = said;
    yield { hall: config.id, date: day.date, pages: this.#pages(said, day, now) };
    said.day = config.days.shift(day, 1);
    said.tellAt = config.days.shift(day, 2).end;
    this.#forget(said, day);
  }

  *#pages(said: Said, day: LocalDay, now: number): Generator<Point[]> {
    const hall = this.#past.get(said.config.id);
    if (!hall) return;
    const isOf = (point: Point) => point.at >= day.start * 1000 && point.at < day.end * 1000;
    yield said.doors.filter(isOf);
    const asked: DayAsked = {
      books: hall.books,
      counted: this.#past.counted.at,
      simulated: true,
      day,
      now,
      again: false,
    };
    yield* dayPoints(asked);
    yield* dayDevices(asked, said.terminals);
  }

  #forget(said: Said, { start, end }: LocalDay): void {
    this.#past.counted.forgetBefore(said.config.id, start);
    said.doors = said.doors.filter(({ at }) => at >= end * 1000);
    for (const [device, all] of said.terminals)
      said.terminals.set(
        device,
        all.filter(({ at }) => at >= end),
      );
  }

  #hear(outcome: Outcome): void {
    if ('refused' in outcome) {
      const { reason } = outcome.refused;
      this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
      return;
    }
    if ('ignored' in outcome) return;
    const { reading, trace } = outcome;
    const { body, device, at } = reading;
    const said = this.#said.get(reading.hall);
    if (trace === null || !said) return;
    if (body.kind === 'door') said.doors.push(doorPoint(reading, body, { hall: reading.hall, device }, true));
    if (body.kind !== 'terminal') return;
    const { seq, done = null, failed = null } = body;
    const messages = said.terminals.getOrInsertComputed(device, () => []);
    messages.push({ at, seq, done, failed });
  }
}
