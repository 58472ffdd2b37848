// People through the doors and inside, minute by minute: raw sums since the hall was last empty (T3), as the wall has them.
import type { Books } from '../../hall/hall.ts';
import { unheardSpans } from '../../hall/liveness.ts';
import { beganInside } from '../../hall/occupancy.ts';
import type { Span } from '../../hall/spans.ts';
import { overlapMs } from '../../hall/spans.ts';
import type { CountedAt, CountedMinute } from './span.ts';
import { minuteMs } from './span.ts';

/** One minute of all doors; `inside` holds after everyone of that minute. */
export interface DoorMinute {
  at: number;
  entered: number;
  left: number;
  inside: number;
  /** ms of it for which the number inside was known. */
  knownMs: number;
  /** Something of the doors was heard: what was counted is a number, also 0. */
  isHeard: boolean;
}

/** A door that sends when somebody passes is quiet between: a message speaks for the minutes beside it. */
const besideMs = minuteMs;

/** Every minute from `from` on, up to but without `to`, as of `now`. */
export function doorMinutes(books: Books, counted: CountedAt, { from, to, now }: Span & { now: number }): DoorMinute[] {
  const { state, config } = books;
  const { days, file } = config;
  const doors = file.doors.map(({ id }) => ({
    minutes: counted(config.id, id, days.lastEmptyAt(from), to + minuteMs),
    unheard: unheardSpans(state, id, { from, to, now }),
    beganInside: (emptiedAt: number) => beganInside(state, config, id, emptiedAt),
  }));
  const all = doors.flatMap(({ minutes }) => minutes);
  const byMinute = Map.groupBy(
    all.filter(({ at }) => at >= from),
    ({ at }) => at,
  );
  let emptiedAt = days.lastEmptyAt(from);
  let inside = net(all, emptiedAt, from);
  const rows: DoorMinute[] = [];
  for (let at = from; at < to; at += minuteMs) {
    const emptied = days.lastEmptyAt(at);
    if (emptied !== emptiedAt) [emptiedAt, inside] = [emptied, 0];
    const told = byMinute.get(at) ?? [];
    const entered = told.reduce((sum, one) => sum + one.in, 0);
    const left = told.reduce((sum, one) => sum + one.out, 0);
    inside += entered - left;
    const end = Math.min(at + minuteMs, now);
    const knownMs = doors.map((door) => (door.beganInside(emptiedAt) ? 0 : heardMs(door, at, end)));
    const isHeard = told.length > 0 || doors.some((door) => heardMs(door, at, end) > 0);
    const isKnown = doors.length > 0 && end > at;
    rows.push({ at, entered, left, inside, knownMs: isKnown ? Math.min(...knownMs) : 0, isHeard });
  }
  return rows;
}

function heardMs(
  { minutes, unheard }: { minutes: readonly CountedMinute[]; unheard: Span[] },
  at: number,
  end: number,
) {
  if (end <= at) return 0;
  const speaks = minutes.some((minute) => minute.at >= at - besideMs && minute.at <= at + besideMs);
  return end - at - (speaks ? 0 : overlapMs(unheard, [{ from: at, to: end }]));
}

function net(minutes: readonly CountedMinute[], from: number, to: number): number {
  return minutes.reduce((sum, one) => (one.at >= from && one.at < to ? sum + one.in - one.out : sum), 0);
}
