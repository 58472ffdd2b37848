// What came in of one hall since history was last put: what became of it is asked of the hall's books once, not for each message.
import type { Reading } from '../../contracts/readings.ts';
import type { Books } from '../../hall/books.ts';
import type { Stretch } from '../../hall/tally.ts';
import { stretched } from '../../hall/tally.ts';
import type { Trace } from '../../hall/trace.ts';
import type { LocalDays } from '../../local-days.ts';
import type { Point } from '../points.ts';
import type { CountedMinute } from '../rollup/span.ts';
import { minuteMs, slotMs, slotOf } from '../rollup/span.ts';
import type { Due } from '../workbook.ts';
import type { TerminalMessage } from './device-points.ts';
import { deskPoints, terminalPoints } from './device-points.ts';
import { VisitNews } from './visit-news.ts';

interface Options {
  simulated: boolean;
  now: number;
  /** Desks' points are of the time from here on, epoch ms. */
  heldFrom: number;
}

/** How far back a hall can be rolled up again, epoch ms. */
interface Reach {
  days: LocalDays;
  until: number;
  /** From here on its books tell. */
  keptFrom: number;
  /** From here on the journal may; what is older, as of a device whose clock began at 1970, stays as it is. */
  heldFrom: number;
}

export class HallNews {
  readonly #visits = new VisitNews();
  readonly #terminals = new Map<string, TerminalMessage[]>();
  readonly #desks = new Map<string, Stretch>();
  readonly #counted = new Map<string, Map<number, CountedMinute>>();
  /** Slots, by their beginning, of which the story may read otherwise. */
  readonly #slots = new Set<number>();
  readonly #lateAt: number[] = [];
  /** Of steps through a door, which hold until the hall is next empty, and of everything else. */
  readonly #crossed: Stretch[] = [];
  readonly #changed: Stretch[] = [];

  add({ device, at, body }: Reading, trace: Trace): void {
    for (const change of trace.visits) {
      this.#visits.add(change);
      for (const id of change.desks) this.#touchDesk(id, trace);
    }
    if (trace.desk !== null) this.#touchDesk(trace.desk, trace);
    for (const step of trace.steps) {
      this.#count(device, step);
      // Of a minute that goes on, only what has become zero is not written by itself.
      if (step.in < 0 || step.out < 0) this.#slots.add(slotOf(step.at));
    }
    if (body.kind === 'terminal') {
      const { seq, done = null, failed = null } = body;
      const messages = this.#terminals.get(device) ?? [];
      this.#terminals.set(device, messages);
      messages.push({ at, seq, done, failed });
    }
    if (body.kind === 'door') {
      // A message that counts nobody says that its minute is known, and those beside it.
      this.#count(device, { at, in: 0, out: 0 });
      for (const step of trace.steps) touch(this.#crossed, { from: step.at, to: trace.to });
    }
    const besideMs = body.kind === 'door' ? minuteMs : 0;
    touch(this.#changed, { from: at - besideMs, to: body.kind === 'door' ? at + besideMs : trace.to });
    if (trace.from < at) touch(this.#changed, { from: trace.from, to: Math.min(trace.to, at) });
  }

  /** A ticket's event of a day that the books no longer hold. */
  tooLate(at: number): void {
    this.#lateAt.push(at);
  }

  /** Points of what was told, out of the hall's books as they are now. */
  points(books: Books, { simulated, now, heldFrom }: Options): Point[] {
    const points = this.#visits.points(books, { simulated, now });
    for (const [device, messages] of this.#terminals)
      points.push(...terminalPoints(books, device, messages, simulated));
    for (const [desk, { from, to }] of this.#desks) {
      if (books.config.deskIds.has(desk))
        points.push(...deskPoints(books, desk, Math.max(from, heldFrom), Math.min(to, now) + 1, simulated));
    }
    return points;
  }

  /** What was counted, by device and minute. */
  *steps(): Generator<CountedMinute & { device: string }> {
    for (const [device, minutes] of this.#counted) for (const minute of minutes.values()) yield { device, ...minute };
  }

  /**
   * What is to be rolled up again of the time before `until`: what ended later is rolled up in its turn. Where it can't be put, it is
   * asked for again, and more may have been rolled up by then.
   */
  due(hall: string, { days, until, keptFrom, heldFrom }: Reach): Due[] {
    const dates = new Set<string>();
    const add = (from: number, to: number) => {
      const end = Math.min(to, until - 1);
      for (let slot = slotOf(Math.max(from, keptFrom)); slot <= end; slot += slotMs) this.#slots.add(slot);
      if (from >= keptFrom) return;
      const last = Math.min(end, keptFrom - 1);
      for (let day = days.of(Math.max(from, heldFrom)); day.start <= last; day = days.shift(day, 1))
        dates.add(day.date);
    };
    for (const { from, to } of this.#changed) add(from, to);
    // Nearly all are of now, and days take their time.
    for (const { from, to } of this.#crossed) if (from < until) add(from, Math.min(to, emptyingAfter(days, from)));
    for (const at of this.#lateAt) if (at >= heldFrom) dates.add(days.of(at).date);
    return [
      ...[...this.#slots].map((at) => ({ kind: 'slot' as const, subject: hall, at })),
      ...[...dates].map((date) => ({ kind: 'day' as const, subject: hall, at: Date.parse(date) })),
    ];
  }

  #touchDesk(desk: string, { from, to }: Stretch): void {
    const known = this.#desks.get(desk) ?? null;
    this.#desks.set(desk, stretched(stretched(known, from), to));
  }

  #count(device: string, step: { at: number; in: number; out: number }): void {
    const minutes = this.#counted.get(device) ?? new Map<number, CountedMinute>();
    this.#counted.set(device, minutes);
    const at = Math.floor(step.at / minuteMs) * minuteMs;
    const minute = minutes.get(at) ?? { at, in: 0, out: 0 };
    minutes.set(at, minute);
    minute.in += step.in;
    minute.out += step.out;
  }
}

/** Messages nearly always come in order: one stretch then serves them all. Its last beginning tells when the hall is next empty. */
function touch(stretches: Stretch[], { from, to }: Stretch): void {
  const last = stretches.at(-1);
  if (!last || slotOf(last.from) !== slotOf(from)) stretches.push({ from, to });
  else [last.from, last.to] = [Math.max(last.from, from), Math.max(last.to, to)];
}

function emptyingAfter(days: LocalDays, at: number): number {
  const today = days.of(at);
  return at < today.emptyAt ? today.emptyAt : days.shift(today, 1).emptyAt;
}
