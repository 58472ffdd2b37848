// Waits against their limits, and shares against their targets.
import type { HallLive, ServiceLive } from '../../../server/contracts/hall-live.ts';
import type { WallKey } from '../messages/wall.ts';
import type { Tone } from './tones.ts';

/** A wait is worth a look from this share of its limit on. */
export const careShare = 0.8;

/** The colour of a wait of `waitMs` under a limit of `limitS` seconds; at the limit itself it is still kept. */
export function waitTone(waitMs: number, limitS: number | null): Tone {
  if (limitS === null) return 'plain';
  const waitS = waitMs / 1_000;
  if (waitS > limitS) return 'late';
  return limitS > 0 && waitS >= limitS * careShare ? 'care' : 'plain';
}

/** What a wait's colour means in words. */
export const verdicts: Partial<Record<Tone, WallKey>> = { late: 'queue.overLimit', care: 'queue.nearLimit' };

export interface Longest {
  service: ServiceLive;
  waitMs: number;
  tone: Tone;
}

/** The longest wait of the hall now, or null when nobody waits or nothing is known. */
export function longestWait(services: ServiceLive[], ageMs: (since: number) => number): Longest | null {
  let longest: Longest | null = null;
  for (const service of services) {
    if (service.longestSince === null) continue;
    const waitMs = ageMs(service.longestSince);
    if (longest && longest.waitMs >= waitMs) continue;
    longest = { service, waitMs, tone: waitTone(waitMs, service.limitS) };
  }
  return longest;
}

/** Calls within their limit. `percent` is rounded down, so that a missed target never reads as met. */
export interface Share {
  within: number;
  called: number;
  percent: number | null;
  targetPercent: number | null;
  met: boolean | null;
}

/** One service's share, or null while its calls aren't known. */
export function serviceShare(service: ServiceLive): Share | null {
  const { calledToday, withinLimitToday, targetShare } = service;
  if (calledToday === null || withinLimitToday === null) return null;
  return shareOf(withinLimitToday, calledToday, targetShare);
}

/** The hall's share; where targets differ, they count by the calls they stand for. */
export function hallShare({ services, truncated }: Pick<HallLive, 'services' | 'truncated'>): Share | null {
  if (truncated) {
    const { calledToday, withinLimitToday, targetShare } = truncated.totals.services;
    if (calledToday === null || withinLimitToday === null) return null;
    return shareOf(withinLimitToday, calledToday, targetShare);
  }
  const shares = services.map(serviceShare);
  if (shares.length === 0 || shares.includes(null)) return null;
  const called = sum(services.map((service) => service.calledToday ?? 0));
  const within = sum(services.map((service) => service.withinLimitToday ?? 0));
  return shareOf(within, called, hallTarget(services, called));
}

function hallTarget(services: ServiceLive[], called: number): number | null {
  const targets = services.map((service) => service.targetShare);
  if (targets.includes(null)) return null;
  if (called === 0 || new Set(targets).size === 1) return targets[0] ?? null;
  return sum(services.map((service) => (service.targetShare ?? 0) * (service.calledToday ?? 0))) / called;
}

function shareOf(within: number, called: number, target: number | null): Share {
  return {
    within,
    called,
    percent: called === 0 ? null : Math.floor((within * 100) / called),
    targetPercent: target === null ? null : Math.round(target * 1_000) / 10,
    met: called === 0 || target === null ? null : within >= called * target,
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
