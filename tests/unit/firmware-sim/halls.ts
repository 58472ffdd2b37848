import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { SimClock } from '../../../firmware-sim/clock.ts';
import type { HallDay, SimHall } from '../../../firmware-sim/model/hall-day.ts';
import { hallDay } from '../../../firmware-sim/model/hall-day.ts';
import type { HallFile } from '../../../server/contracts/registry.ts';

/** A hall of the demo config, with whatever a test wants to differ. */
export function simHall(changes: Partial<HallFile> = {}, id = 'jiefang', special: [string, string][] = []): SimHall {
  const file = parse(readFileSync(`config/halls/${id}.yaml`, 'utf8')) as HallFile;
  const items = { 'new-line': 3, 'sim-change': 3, suspend: 1, campaign: 10, 'bill-explanation': 15, invoice: 2 };
  return { file: { ...file, ...changes }, special: new Map(special), tiers: ['silver', 'gold'], items };
}

export function dayOf(hall: SimHall, date = '2026-11-24'): HallDay {
  return hallDay(hall, Temporal.PlainDate.from(date));
}

export interface HandClock extends SimClock {
  /** Moves time on and runs what is due, in order. */
  moveTo(at: number): void;
}

/** A clock that stands still until it is moved. */
export function handClock(start: number): HandClock {
  let now = start;
  const due = new Map<object, { at: number; then: () => void }>();
  return {
    now: () => now,
    after(delayMs, then) {
      const key = {};
      due.set(key, { at: now + delayMs, then });
      return { cancel: () => due.delete(key) };
    },
    moveTo(at) {
      for (;;) {
        const first = [...due].sort(([, a], [, b]) => a.at - b.at)[0];
        if (!first || first[1].at > at) break;
        due.delete(first[0]);
        now = Math.max(now, first[1].at);
        first[1].then();
      }
      now = at;
    },
  };
}
