// What really happens in a hall: people through a door, customers in queues, transactions at a kiosk. Nothing here knows of
// messages. All times are epoch ms.
import type { Random } from '../../firmware-sim/random.ts';
import type { Outage } from './device.ts';

export interface Crossing {
  at: number;
  in: number;
  out: number;
}

export interface Visit {
  service: 'general' | 'vip';
  number: string;
  desk: string;
  issuedAt: number;
  calledAt: number;
  startedAt: number;
  /** Null: the customer had gone when called, and was reported as a no-show at `endedAt`. */
  finishedAt: number | null;
  endedAt: number;
}

export interface KioskMoment {
  at: number;
  state: 'in-service' | 'out-of-service';
  done: number;
}

export interface Period {
  from: number;
  to: number;
}

/** While a device is off, what it would count does not happen: it waits until the device is on again. */
function whenOn(at: number, outages: readonly Outage[]): number {
  const off = outages.find(({ from, to }) => at >= from - 2_000 && at <= to + 5_000);
  if (!off) return at;
  // All of it within 3 s, in the same order.
  const begin = off.from - 2_000;
  return Math.round(off.to + 2_000 + ((at - begin) * 3_000) / (off.to + 5_000 - begin));
}

/** Everybody with a ticket comes in before it and leaves after it; others look around. */
export function crossings(
  random: Random,
  { from, to }: Period,
  { outages, customers }: { outages: readonly Outage[]; customers: readonly Visit[] },
): Crossing[] {
  const stays = customers.map(({ issuedAt, endedAt }) => ({
    from: issuedAt - Math.floor(random.between(1_500, 3_000)),
    to: endedAt + Math.floor(random.between(5_000, 60_000)),
  }));
  for (let at = from + 10_000; at < to; at += 1_000 + Math.floor(random.exponential(150_000)))
    stays.push({ from: at, to: at + Math.floor(random.exponential(8 * 60_000)) });
  return stays
    .flatMap((stay) => [
      { at: whenOn(stay.from, outages), in: 1, out: 0 },
      { at: whenOn(stay.to, outages), in: 0, out: 1 },
    ])
    .filter((one) => one.at < to);
}

const desksOf = { general: ['desk-1', 'desk-2'], vip: ['desk-v'] } as const;

/** Two queues, first come first served. Numbers run from 1 to `numbers` and begin again; also after an outage if `restarts`. */
export function visits(
  random: Random,
  { from, to }: Period,
  { outages, numbers, restarts }: { outages: readonly Outage[]; numbers: number; restarts: boolean },
): Visit[] {
  const all: Visit[] = [];
  for (const service of ['general', 'vip'] as const) {
    const free = new Map<string, number>(desksOf[service].map((desk) => [desk, from]));
    const [gapMs, serviceMs] = service === 'general' ? [75_000, 120_000] : [240_000, 180_000];
    let [n, epoch] = [0, 0];
    for (let at = from + 5_000; at < to; at += 3_000 + Math.floor(random.exponential(gapMs))) {
      const issuedAt = whenOn(at, outages);
      const outagesBefore = outages.filter((one) => one.to <= issuedAt).length;
      if (restarts && outagesBefore > epoch) [n, epoch] = [0, outagesBefore];
      n = (n % numbers) + 1;
      const [desk, freeAt] = [...free].reduce((a, b) => (b[1] < a[1] ? b : a));
      const calledAt = whenOn(Math.max(issuedAt + 1_000, freeAt + 2_000), outages);
      const startedAt = whenOn(calledAt + 4_000 + Math.floor(random.exponential(6_000)), outages);
      const isGone = random.chance(0.05);
      const endedAt = whenOn(
        isGone ? calledAt + 60_000 : startedAt + 20_000 + Math.floor(random.exponential(serviceMs)),
        outages,
      );
      free.set(desk, endedAt);
      const number = `${service === 'general' ? 'A' : 'V'}${String(n).padStart(3, '0')}`;
      all.push({ service, number, desk, issuedAt, calledAt, startedAt, finishedAt: isGone ? null : endedAt, endedAt });
    }
  }
  return all;
}

export function kioskMoments(random: Random, { from, to }: Period, outages: readonly Outage[]): KioskMoment[] {
  const all: KioskMoment[] = [];
  let [done, brokenUntil] = [0, 0];
  for (let at = from + 3_000; at < to; at += 30_000) {
    const when = whenOn(at, outages);
    if (when > brokenUntil && random.chance(0.01)) brokenUntil = when + Math.floor(random.between(60_000, 900_000));
    const isBroken = when <= brokenUntil;
    if (!isBroken && random.chance(0.3)) done++;
    all.push({ at: when, state: isBroken ? 'out-of-service' : 'in-service', done });
  }
  return all;
}
