// What a queue machine knows at a moment, read out of the hall's books for one class of customers.
import type { HallConfig } from '../../config/hall-config.ts';
import type { DeskLive } from '../../contracts/hall-live.ts';
import type { Ledger } from '../ledger.ts';
import { rateAt } from './decaying-rate.ts';
import { headStart } from './head-starts.ts';
import type { WaitsLearned } from './learned.ts';
import { longestS } from './model.ts';
import { drawn } from './running-mean.ts';
import type { Situation } from './situation.ts';
import type { WaitClass } from './waiting-lines.ts';

export interface Parts {
  config: HallConfig;
  ledger: Ledger;
  desks: (now: number) => readonly DeskLive[];
  /** A doubtful clock of the queue machines stood at this effective time; left out for never. */
  isUnsure?: (at: number) => boolean;
}

interface Asked {
  waitClass: WaitClass;
  /** Epoch ms. */
  now: number;
  desks: readonly DeskLive[];
  /** The customer waits already and is one of those counted. */
  isThere: boolean;
}

/** Older than this the last wait of a class tells nothing of now. */
const lastWaitHoldsMs = 1_200_000;
/** What is taken for the mean wait where nobody has waited yet. */
const unknownWaitS = 120;
/** A class is favoured before another by more than what its head start may be off. */
const favouredS = 10;
/** Whoever is at the desks is half done, or a little less. */
const halfService = 0.7;
/** A service that was hardly called isn't taken for one that never will be. */
const leastPerS = 1 / 1_800;
/** What is known of the hall weighs as much as so many waits of a class, and so many services of a kind. */
const hallWeighs = { waits: 3, services: 5 };

export function situationOf(parts: Parts, learned: WaitsLearned, asked: Asked): Situation {
  return {
    ...desksFor(parts.config, asked),
    ...linesFor(parts, learned, asked),
    ...historyOf(parts, learned, asked),
  };
}

/** Since when the first of a class waits, of those who joined at `from` or later and of whom that is known; null for nobody. */
export function firstSure({ ledger: { lines }, isUnsure }: Parts, name: string, from: number): number | null {
  const first = lines.first(name, from);
  if (first === null || !isUnsure?.(first)) return first;
  return lines.within(name, from, Number.POSITIVE_INFINITY).find((since) => !isUnsure(since)) ?? null;
}

/** True while a desk works that serves a service; and where machines don't name desks, since calls alone say that some do. */
export function isServed({ file }: HallConfig, service: string | null, desks: readonly DeskLive[]): boolean {
  const mine = desksServing(file, service);
  return mine.size === 0 || desks.some(({ id, state }) => mine.has(id) && isWorking(state));
}

function desksServing({ desks }: HallConfig['file'], service: string | null): Set<string> {
  return new Set(desks.filter(({ serves }) => service === null || serves.includes(service)).map(({ id }) => id));
}

function isWorking(state: DeskLive['state']): boolean {
  return state !== 'closed' && state !== 'paused' && state !== 'unknown';
}

/** Mean of the hall's latest waits, s. */
export function hallWaitS({ waits }: WaitsLearned): number {
  return waits.length === 0 ? unknownWaitS : waits.reduce((a, b) => a + b) / waits.length;
}

function desksFor({ file }: HallConfig, { waitClass: { service }, now, desks }: Asked) {
  const found = { busy: 0, longBusy: 0, free10: 0, free60: 0, free300: 0, free: 0 };
  const mine = desksServing(file, service);
  for (const { id, state, since } of desks) {
    if (!mine.has(id) || !isWorking(state)) continue;
    const forS = (now - (since ?? now)) / 1000;
    if (state !== 'idle') {
      found.busy++;
      if (forS > 120) found.longBusy++;
      continue;
    }
    found.free++;
    if (forS < 10) found.free10++;
    if (forS < 60) found.free60++;
    if (forS < 300) found.free300++;
  }
  return found;
}

function linesFor(parts: Parts, learned: WaitsLearned, { waitClass, now, isThere }: Asked) {
  const { config, ledger } = parts;
  const { lines } = ledger;
  const self = Number(isThere);
  const found = { ahead: 0, waiting: -self, same: -self, favoured: 0, favouredPerS: 0, headOfLineS: 0, byCallsS: 0 };
  let own = 0;
  const name = lines.nameOf(waitClass);
  const start = headStart(learned.headStarts, name);
  const from = now - longestS * 1000;
  for (const other of lines.names) {
    const share = overlap(config, waitClass.service, lines.classOf(other)?.service ?? null);
    if (share === 0) continue;
    const count = lines.count(other, from, now + 1);
    const aheadS = headStart(learned.headStarts, other) - start;
    const before = lines.count(other, from, Math.min(now + 1, now + aheadS * 1000));
    if (lines.classOf(other)?.service === waitClass.service) own += before;
    found.ahead += share * before;
    found.waiting += share * count;
    if (other === name) found.same += count;
    const first = firstSure(parts, other, from);
    if (first !== null && lines.classOf(other)?.service === waitClass.service) {
      found.headOfLineS = Math.max(found.headOfLineS, (now - first) / 1000);
    }
    if (aheadS <= favouredS) continue;
    found.favoured += share * count;
    found.favouredPerS += share * rateAt(learned.arrivals, other, now);
  }
  found.byCallsS = (own + halfService) / Math.max(leastPerS, rateAt(learned.calls, waitClass.service ?? '', now));
  return found;
}

function historyOf({ ledger: { lines } }: Parts, learned: WaitsLearned, { waitClass, now }: Asked) {
  const name = lines.nameOf(waitClass);
  const hall = hallWaitS(learned);
  const classWaitS = drawn(learned.classWaits.get(name), hall, hallWeighs.waits);
  const last = learned.lastWaits.get(name);
  return {
    hallWaitS: hall,
    classWaitS,
    lastWaitS: last && now - last.at < lastWaitHoldsMs ? last.s : classWaitS,
    lastToEnterS: learned.waits.at(-1) ?? unknownWaitS,
    serviceS: drawn(learned.services.get(waitClass.service ?? ''), learned.service.mean, hallWeighs.services),
    hallServiceS: learned.service.mean,
    givingUp: learned.givingUp.mean,
  };
}

/** By pair of services, as the config says: each quote asks for all of its service's. */
const overlaps = new WeakMap<HallConfig['file'], Map<string, number>>();

/** The share of the desks serving `mine` that serve `other`, too. */
function overlap({ file, serviceIds }: HallConfig, mine: string | null, other: string | null): number {
  if (mine === other || mine === null || other === null) return 1;
  // No desk serves what the config doesn't name, and such names are without number.
  if (!serviceIds.has(mine)) return 0;
  const known = overlaps.getOrInsertComputed(file, () => new Map());
  return known.getOrInsertComputed(`${mine} ${serviceIds.has(other) ? other : ''}`, () => {
    const desks = file.desks.filter(({ serves }) => serves.includes(mine));
    return desks.length === 0 ? 0 : desks.filter(({ serves }) => serves.includes(other)).length / desks.length;
  });
}
