// A day gone by as points, out of books that hold all of it: of a hall whose messages were read again, or told afterwards.
import type { Books } from '../../hall/books.ts';
import type { LocalDay } from '../../local-days.ts';
import type { Point } from '../points.ts';
import type { TerminalMessage } from '../raw/device-points.ts';
import { deskPoints, hourlyPoints, terminalPoints } from '../raw/device-points.ts';
import { visitPoints } from '../raw/visit-points.ts';
import { slotPoints } from '../rollup/slot-points.ts';
import type { CountedAt } from '../rollup/span.ts';
import { slotMs } from '../rollup/span.ts';

export interface DayAsked {
  books: Books;
  counted: CountedAt;
  simulated: boolean;
  day: LocalDay;
  /** Up to when the books tell, epoch ms: visits that time alone ended by then are over. */
  now: number;
  /** It was rolled up before: what has become zero since must be written, too. */
  again: boolean;
}

const hourMs = 3_600_000;

/** Visits that began on the day, and all of its slots up to `now`, in pages of a slot. */
export function* dayPoints(asked: DayAsked): Generator<Point[]> {
  const { books, counted, simulated, now, again } = asked;
  const { start, end } = asked.day;
  const visits = [...books.state.tickets.keys()].flatMap((key) => visitPoints(books, key, { simulated, now, again }));
  yield visits.filter(({ at }) => at >= start * 1000 && at < end * 1000);
  for (let slot = start; slot < Math.min(end, now); slot += slotMs) {
    yield slotPoints({ books, counted, simulated, slot, now: Math.min(end, now), again });
  }
}

/** What terminals (by device, with the messages that came of each) and desks were on the day, on change and hourly. */
export function* dayDevices(
  { books, simulated, day, now }: DayAsked,
  messages: ReadonlyMap<string, readonly TerminalMessage[]>,
): Generator<Point[]> {
  const { start, end } = day;
  for (const [device, all] of messages) {
    const ofDay = all.filter(({ at }) => at >= start && at < end);
    yield terminalPoints(books, device, ofDay, simulated);
  }
  for (const { id } of books.config.file.desks) {
    // That the hall emptied is nobody's word.
    yield deskPoints(books, id, start, end, simulated).filter(({ fields }) => fields.state !== 'unknown');
  }
  for (let hour = Math.ceil(start / hourMs) * hourMs; hour < Math.min(end, now); hour += hourMs) {
    yield hourlyPoints(books, hour, now, simulated);
  }
}
