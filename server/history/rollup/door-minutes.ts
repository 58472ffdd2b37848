// People through the doors and inside, minute by minute: raw sums since the hall was last empty (T3), as the wall has them.
import type { Books } from '../../hall/books.ts';
import { unheardSpans } from '../../hall/liveness.ts';
import { beganInside } from '../../hall/occupancy.ts';
import type { Span } from '../../hall/spans.ts';
import { overlapMs } from '../../hall/spans.ts';
import type { LocalDays } from '../../local-days.ts';
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
  let emptiedAt = days.lastEmptyAt(from);
  const doors = file.doors.map(({ id }) => {
    const minutes = counted(config.id, id, emptiedAt, to + minuteMs);
    const near = minutes.filter(({ at }) => at >= from - besideMs);
    return {
      minutes,
      speaksAt: new Set(near.map(({ at }) => at)),
      unheard: unheardSpans(state, id, { from, to, now }),
      beganInside: (since: number) => beganInside(state, config, id, since),
    };
  });
  // Who came through a door that is no longer in the registry came in all the same.
  const gone = [...state.doors.keys()].filter((id) => !config.devices.has(id));
  const others = gone.map((id) => counted(config.id, id, emptiedAt, to + minuteMs));
  const all = [...doors.map(({ minutes }) => minutes), ...others];
  const byMinute = Map.groupBy(
    all.flatMap((minutes) => minutes.filter(({ at }) => at >= from)),
    ({ at }) => at,
  );
  let inside = all.reduce((sum, minutes) => sum + netBefore(minutes, from), 0);
  const nextEmptyAt = nextEmptying(days, emptiedAt);
  const rows: DoorMinute[] = [];
  for (let at = from; at < to; at += minuteMs) {
    if (at === nextEmptyAt) [emptiedAt, inside] = [nextEmptyAt, 0];
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

function heardMs({ speaksAt, unheard }: { speaksAt: ReadonlySet<number>; unheard: Span[] }, at: number, end: number) {
  if (end <= at) return 0;
  const speaks = speaksAt.has(at) || speaksAt.has(at - besideMs) || speaksAt.has(at + besideMs);
  return end - at - (speaks || unheard.length === 0 ? 0 : overlapMs(unheard, [{ from: at, to: end }]));
}

function netBefore(minutes: readonly CountedMinute[], to: number): number {
  let net = 0;
  for (const one of minutes) if (one.at < to) net += one.in - one.out;
  return net;
}

function nextEmptying(days: LocalDays, emptiedAt: number): number {
  return days.shift(days.of(emptiedAt), 1).emptyAt;
}
