// Clocks of devices as they are met in halls: each tells the `ts` that a device writes at a true time.
import type { Random } from '../../firmware-sim/random.ts';

/** `ts` at the true time `at` of a device that was switched on at `bootAt` (epoch ms); undefined: the field is left out. */
export type DeviceClock = (at: number, bootAt: number) => unknown;

export interface ClockKind {
  name: string;
  /** Hallwatch reads its times right, so that nothing may be wrong or marked once it has settled. */
  heals: boolean;
  make(random: Random): DeviceClock;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A clock that is synchronised now and then: up to 20 s behind or ahead. */
export const rightClock: ClockKind = {
  name: 'right',
  heals: true,
  make(random) {
    const skewMs = Math.round(random.between(-20_000, 20_000));
    return (at) => at + skewMs;
  },
};

function shifted(name: string, pick: (random: Random) => number): ClockKind {
  return {
    name,
    heals: false,
    make(random) {
      const byMs = pick(random);
      return (at) => at + byMs;
    },
  };
}

const quarters = [5, 5.5, 5.75, 7, 8, 9] as const;

export const wrongClocks: readonly ClockKind[] = [
  { name: 'seconds', heals: true, make: () => (at) => Math.floor(at / 1000) },
  { name: 'fractional seconds', heals: true, make: () => (at) => at / 1000 },
  { name: 'uptime', heals: false, make: () => (at, bootAt) => at - bootAt },
  { name: 'none', heals: true, make: () => () => undefined },
  { name: 'null', heals: true, make: () => () => null },
  { name: 'text', heals: false, make: () => (at) => new Date(at).toISOString() },
  { name: 'microseconds', heals: false, make: () => (at) => at * 1000 },
  shifted('local time as UTC', (random) => -(random.pick(quarters) ?? 8) * hourMs),
  shifted('UTC as local time', (random) => (random.pick(quarters) ?? 8) * hourMs),
  shifted('behind by an odd time', (random) => -Math.round(random.between(4, 55)) * minuteMs - 13_000),
  shifted('a year behind', () => -365 * dayMs),
  shifted('a year ahead', () => 365 * dayMs),
  { name: 'year 2000', heals: false, make: () => (at, bootAt) => Date.UTC(2000, 0, 1) + (at - bootAt) },
];
