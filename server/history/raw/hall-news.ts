// What came in of one hall since history was last put: what became of it is asked of the hall's books once, not for each message.
import type { Reading } from '../../contracts/readings.ts';
import type { Books } from '../../hall/books.ts';
import type { Stretch } from '../../hall/tally.ts';
import { stretched } from '../../hall/tally.ts';
import type { Trace } from '../../hall/trace.ts';
import type { LocalDays } from '../../local-days.ts';
import type { LeftOutReason } from '../left-out.ts';
import type { Point } from '../points.ts';
import type { CountedMinute } from '../rollup/span.ts';
import { minuteMs, slotOf } from '../rollup/span.ts';
import type { Due } from '../workbook.ts';
import type { TerminalMessage } from './device-points.ts';
import { deskPoints, terminalPoints } from './device-points.ts';
import { datesIn, Stretches, slotsIn } from './stretches.ts';
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
  /** From here on its books tell; what is older is read from the journal. */
  keptFrom: number;
}

export class HallNews {
  readonly #visits = new VisitNews();
  readonly #terminals = new Map<string, TerminalMessage[]>();
  readonly #desks = new Map<string, Stretch>();
  readonly #counted = new Map<string, Map<number, CountedMinute>>();
  /** Slots, by their beginning, of which the story may read otherwise. */
  readonly #slots = new Set<number>();
  /** Slots with events of days that the books no longer hold. */
  readonly #lateSlots = new Set<number>();
  /** Events that no visit will tell of, by reason and slot. */
  readonly #leftOut = new Map<LeftOutReason, Map<number, number>>();
  /** Of steps through a door, which hold until the hall is next empty, and of everything else. */
  readonly #crossed = new Stretches();
  readonly #changed = new Stretches();

  /**
   * Takes in what a message changed. What is older than `heldFrom` (epoch ms), as of a device whose clock began at 1970, has points of
   * its own at most: nothing is rolled up of a time that the journal can't hold.
   */
  add({ device, at, body }: Reading, trace: Trace, heldFrom: number): void {
    for (const change of trace.visits) this.#visits.add(change);
    if (body.kind === 'terminal') {
      const { seq, done = null, failed = null } = body;
      const messages = this.#terminals.get(device) ?? [];
      this.#terminals.set(device, messages);
      messages.push({ at, seq, done, failed });
    }
    if (at < heldFrom) return;
    for (const { desks } of trace.visits) for (const id of desks) this.#touchDesk(id, trace);
    if (trace.desk !== null) this.#touchDesk(trace.desk, trace);
    for (const step of trace.steps) {
      if (step.at < heldFrom) continue;
      this.#count(device, step);
      this.#changed.touch({ from: step.at, to: step.at });
      // Of a minute that goes on, only what has become zero is not written by itself.
      if (step.in < 0 || step.out < 0) this.#slots.add(slotOf(step.at));
    }
    if (body.kind === 'door') {
      // A message that counts nobody says that its minute is known, and those beside it.
      this.#count(device, { at, in: 0, out: 0 });
    }
    // A status word of a door moves steps, too.
    if (body.kind !== 'terminal')
      for (const step of trace.steps) if (step.at >= heldFrom) this.#crossed.touch({ from: step.at, to: trace.to });
    const besideMs = body.kind === 'door' ? minuteMs : 0;
    this.#changed.touch({ from: at - besideMs, to: body.kind === 'door' ? at + besideMs : trace.to });
    if (trace.heard) this.#changed.touch({ from: Math.max(trace.heard.from, heldFrom), to: trace.heard.to });
    // Of totals only the steps' own moments changed, not what lies between.
    if (trace.from < at && trace.steps.length === 0)
      this.#changed.touch({ from: Math.max(trace.from, heldFrom), to: Math.min(trace.to, at) });
  }

  /** A ticket's event of a day that the books no longer hold: the journal tells of it, unless it is older still. */
  tooLate({ at, receivedAt }: Reading, heldFrom: number): void {
    if (at >= heldFrom) this.#lateSlots.add(slotOf(at));
    else this.#leaveOut('too-late', receivedAt);
  }

  /** A ticket's event that the books have no room for. */
  tooMany({ at, receivedAt }: Reading, heldFrom: number): void {
    this.#leaveOut('too-many', at >= heldFrom ? at : receivedAt);
  }

  /** Events that no visit will tell of, by local date: that of their receipt where their own is beyond what is held. */
  *leftOut(days: LocalDays): Generator<{ date: string; reason: LeftOutReason; count: number }> {
    for (const [reason, slots] of this.#leftOut)
      for (const [slot, count] of slots) yield { date: days.of(slot).date, reason, count };
  }

  #leaveOut(reason: LeftOutReason, at: number): void {
    const slots = this.#leftOut.getOrInsertComputed(reason, () => new Map<number, number>());
    slots.set(slotOf(at), (slots.get(slotOf(at)) ?? 0) + 1);
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
  due(hall: string, { days, until, keptFrom }: Reach): Due[] {
    // Nearly all are of now, and days take their time.
    const crossed = this.#crossed
      .all()
      .filter(({ from }) => from < until)
      .map(({ from, to }) => ({ from, to: Math.min(to, emptyingAfter(days, from)) }));
    const changed = [...crossed, ...this.#changed.all()];
    for (const slot of slotsIn(changed, keptFrom, until - 1)) this.#slots.add(slot);
    const dates = datesIn(changed, days, Math.min(until, keptFrom) - 1);
    for (const at of this.#lateSlots) dates.add(days.of(at).date);
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

function emptyingAfter(days: LocalDays, at: number): number {
  const today = days.of(at);
  return at < today.emptyAt ? today.emptyAt : days.shift(today, 1).emptyAt;
}
