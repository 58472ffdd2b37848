// The course of a hall's queue, read out of its books: who waits, what desks do, and how long things take there of late.
import type { DeskLive } from '../../contracts/hall-live.ts';
import { rateAt } from '../waits/decaying-rate.ts';
import { headStart } from '../waits/head-starts.ts';
import type { WaitsLearned } from '../waits/learned.ts';
import { longestS } from '../waits/model.ts';
import type { Parts } from '../waits/read-situation.ts';
import { firstSure } from '../waits/read-situation.ts';
import { drawn } from '../waits/running-mean.ts';
import type { Course, ProjectedDesk, ProjectedLine } from './projection.ts';

/** Rarer arrivals than one in so many seconds are none. */
const leastPerS = 1 / 3_600;
/** What is known of all services weighs as much as so many services of a kind. */
const allWeighs = 5;
/** Of each second that a service has taken so much is taken off from what is left of a usual one; this part of it is left however long it takes. */
const gone = 0.7;
const leastLeft = 0.35;
const leftAfterMs = 60_000;

export interface CourseAsked {
  /** Epoch ms. */
  now: number;
  desks: readonly DeskLive[];
  /** When no more customers are let in; null while nothing says so. */
  closesAt: number | null;
}

export function courseOf(parts: Parts, learned: WaitsLearned, asked: CourseAsked): Course {
  const { config, ledger, isUnsure = () => false } = parts;
  const { lines } = ledger;
  const { now, desks, closesAt } = asked;
  const from = now - longestS * 1000;
  const betweenS = learned.calling.mean + learned.coming.mean;
  const turnMs = (service: string | null) =>
    1000 * (betweenS + drawn(learned.services.get(service ?? ''), learned.service.mean, allWeighs));
  const longestMs = new Map<string, number>();
  for (const name of lines.names) {
    const service = lines.classOf(name)?.service ?? '';
    const first = firstSure(parts, name, from);
    if (first !== null) longestMs.set(service, Math.max(longestMs.get(service) ?? 0, now - first));
  }
  return {
    now,
    arrivalsUntil: closesAt ?? Number.POSITIVE_INFINITY,
    turnMs,
    lines: [...lines.names].map((name): ProjectedLine => {
      const { service = null, tier = null } = lines.classOf(name) ?? {};
      const rate = rateAt(learned.arrivals, name, now);
      const limitMin = config.standard(service, tier).waitLimitMin;
      // Of some nobody knows since when they wait: since now at the latest.
      const since = lines.within(name, from, now + 1).map((at) => (isUnsure(at) ? now : at));
      return {
        service,
        headStartMs: 1000 * headStart(learned.headStarts, name),
        since: since.sort((a, b) => a - b),
        everyMs: rate < leastPerS ? null : 1000 / rate,
        limitMs: limitMin === undefined ? null : limitMin * 60_000,
      };
    }),
    desks: config.file.desks.flatMap(({ id, serves }): ProjectedDesk[] => {
      const desk = desks.find((one) => one.id === id);
      const longest = Math.max(0, ...serves.map((service) => longestMs.get(service) ?? 0));
      const freeAt = desk && !isLeft(desk, now, longest) ? freeFrom(desk, now, turnMs) : null;
      return freeAt === null ? [] : [{ id, serves: new Set(serves), freeAt }];
    }),
  };
}

/** Free for a while although somebody waits for it: whoever sat there has left without a word to the machine. */
function isLeft({ state, since }: DeskLive, now: number, longest: number): boolean {
  return state === 'idle' && now - (since ?? now) > leftAfterMs && longest > leftAfterMs;
}

/** When a desk calls its next customer; null for one that isn't at work and doesn't say when it will be. */
function freeFrom({ state, since, until, service }: DeskLive, now: number, turnMs: Course['turnMs']): number | null {
  if (state === 'idle') return now;
  if (state === 'closed' || state === 'unknown') return null;
  if (state === 'paused') return until !== null && until > now ? until : null;
  const turn = turnMs(service);
  return now + Math.max(leastLeft * turn, turn - gone * (now - (since ?? now)));
}
