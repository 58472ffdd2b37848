import type { HallDay } from '../model/hall-day.ts';
import type { HallEvent } from '../model/hall-event.ts';
import type { Profile } from '../model/profile.ts';
import { Random } from '../random.ts';
import type { DeviceMessage, Sequence } from './sequenced.ts';

/** One door's sensor: where its totals roll over, and the share of crossings that it misses. */
export interface Counter {
  id: string;
  counterBits?: 16 | 32;
  missed: { in: number; out: number };
}

interface CountedDay {
  day: HallDay;
  seed: number;
  sequence: Sequence<'door'>;
}

/** A counter sends what it has this long after a crossing, and not more often than `everyMs`. */
const settleMs = 500;
const everyMs = 3_000;
const defaultBits = 32;

/** Share of crossings that a door's counter misses, by direction: its own, the same every day. */
export function missedShares(seed: number, door: string, { doors }: Profile): Counter['missed'] {
  const random = new Random(seed, door, 'missed');
  return { in: random.between(...doors.missedIn), out: random.between(...doors.missedOut) };
}

/** What one door counter makes of a day: totals since it started, which is when the hall was empty. */
export function doorMessages(door: Counter, counted: CountedDay, events: readonly HallEvent[]): DeviceMessage[] {
  const { day, seed, sequence } = counted;
  const random = new Random(seed, door.id, day.date, 'counted');
  const wrap = 2 ** (door.counterBits ?? defaultBits);
  const totals = { in: 0, out: 0 };
  const send = (at: number) => sequence.add(at, { in: totals.in % wrap, out: totals.out % wrap });
  let lastAt = day.from;
  let dueAt: number | null = null;
  send(day.from);
  for (const event of events) {
    if ((event.kind !== 'enter' && event.kind !== 'leave') || event.door !== door.id) continue;
    if (dueAt !== null && event.at > dueAt) {
      send(dueAt);
      lastAt = dueAt;
      dueAt = null;
    }
    const direction = event.kind === 'enter' ? 'in' : 'out';
    if (random.chance(door.missed[direction])) continue;
    totals[direction] += 1;
    dueAt ??= Math.max(event.at + settleMs, lastAt + everyMs);
  }
  if (dueAt !== null) send(dueAt);
  return sequence.messages;
}
