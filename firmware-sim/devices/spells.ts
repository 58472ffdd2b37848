import type { Fault } from '../model/faults.ts';
import type { HallDay, Span } from '../model/hall-day.ts';
import { instantOf, isWithin } from '../model/hall-day.ts';
import type { Profile } from '../model/profile.ts';
import { Random } from '../random.ts';

const secondMs = 1000;

/**
 * What comes between a device and the server: `cut`, its connection is gone without a goodbye; `frozen`, it is
 * connected and publishes nothing, its status neither; `lossy`, the broker takes what it sends and loses it.
 */
export type Hindrance = 'cut' | 'frozen' | 'lossy';

export interface Spell extends Span {
  hindrance: Hindrance;
}

const hindranceOf: Partial<Record<Fault['kind'], Hindrance>> = { power: 'cut', network: 'cut', frozen: 'frozen' };

/** What comes between one device and the server in a day: its own faults, and the deaths of the broker. */
export function spellsOf(device: string, day: HallDay, faults: readonly Fault[], profile: Profile): Spell[] {
  const own = faults.flatMap(({ device: failing, kind, from, to }) => {
    const hindrance = hindranceOf[kind];
    return failing === device && hindrance ? [{ hindrance, from, to: Math.min(to, day.to) }] : [];
  });
  const deaths = profile.brokerDeaths.flatMap(({ at, lostS, awayS }): Spell[] => {
    const from = instantOf(day, at);
    return [
      { hindrance: 'lossy', from: from - lostS * secondMs, to: from },
      { hindrance: 'cut', from, to: from + awayS * secondMs },
    ];
  });
  return [...own, ...deaths].sort((a, b) => a.from - b.from);
}

/** A device's own silence: without power, or hanging, it neither sees nor keeps what happens. */
export function darkSpans(device: string, faults: readonly Fault[]): Span[] {
  return faults.filter((fault) => fault.device === device && (fault.kind === 'power' || fault.kind === 'frozen'));
}

export function withoutDark<E extends { at: number }>(events: readonly E[], dark: readonly Span[]): readonly E[] {
  return dark.length === 0 ? events : events.filter(({ at }) => !isWithin(dark, at));
}

/** How far a device's clock is ahead of the right time on a day, in whole ms: its own, and set right each month. */
export function aheadMs(device: string, day: HallDay, seed: number, { clocks }: Profile): number {
  if (clocks.offsetS === 0 && clocks.driftSPerDay === 0) return 0;
  const random = new Random(seed, device, 'clock');
  const offset = random.between(-clocks.offsetS, clocks.offsetS);
  const drift = random.between(-clocks.driftSPerDay, clocks.driftSPerDay);
  return Math.round((offset + drift * (Temporal.PlainDate.from(day.date).day - 1)) * secondMs);
}
