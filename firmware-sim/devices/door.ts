import type { HallFile } from '../../server/contracts/registry.ts';
import type { HallDay } from '../model/hall-day.ts';
import type { HallEvent } from '../model/hall-event.ts';
import { Random } from '../random.ts';
import type { DeviceMessage } from './sequenced.ts';
import { Sequence } from './sequenced.ts';

type Door = HallFile['doors'][number];

/** A counter sends what it has this long after a crossing, and not more often than `everyMs`. */
const settleMs = 500;
const everyMs = 3_000;
const defaultBits = 32;
const leastMissed = 0.02;
const mostMissed = 0.05;

/** Share of crossings that a door's counter misses, by direction: its own, the same every day. */
export function missedShares(seed: number, door: string): { in: number; out: number } {
  const random = new Random(seed, door, 'missed');
  return { in: random.between(leastMissed, mostMissed), out: random.between(leastMissed, mostMissed) };
}

/** What one door counter makes of a day: totals since it started, which is when the hall was empty. */
export function doorMessages(door: Door, day: HallDay, seed: number, events: readonly HallEvent[]): DeviceMessage[] {
  const missed = missedShares(seed, door.id);
  const random = new Random(seed, door.id, day.date, 'counted');
  const sequence = new Sequence('door', day.boot);
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
    if (random.chance(missed[direction])) continue;
    totals[direction] += 1;
    dueAt ??= Math.max(event.at + settleMs, lastAt + everyMs);
  }
  if (dueAt !== null) send(dueAt);
  return sequence.messages;
}
