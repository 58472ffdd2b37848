// The wait estimator: what to tell a customer who would take a ticket now, and how right that was of those who did.
// A model of the hall and one of each service, learned ticket by ticket, are weighed by how right they are; around what they say is
// the range that their errors of late give, service by service.
import { boundReached } from '../../bounds.ts';
import { withOne } from '../lists.ts';
import type { Visit } from '../tickets.ts';
import { openLeg } from '../tickets.ts';
import type { VisitsChange } from '../trace.ts';
import { known } from '../visit-marks.ts';
import { firstBlend, noteErrors, ownShare } from './blend.ts';
import { noteEvent } from './decaying-rate.ts';
import { softS } from './features.ts';
import { noteCall } from './head-starts.ts';
import type { WaitsLearned } from './learned.ts';
import { longestS, Model, withinReason } from './model.ts';
import type { Pending, Quote, Told } from './pending.ts';
import { packed, unpacked } from './pending.ts';
import type { Parts } from './read-situation.ts';
import { hallWaitS, isServed, situationOf } from './read-situation.ts';
import { noteScore } from './report-card.ts';
import type { Rivals } from './rivals.ts';
import { rivalsOf } from './rivals.ts';
import type { RunningMean } from './running-mean.ts';
import { follow } from './running-mean.ts';
import type { Situation } from './situation.ts';
import type { Spread } from './spread.ts';
import { noteDifference } from './spread.ts';
import type { WaitClass } from './waiting-lines.ts';

/** A wait, and what was foretold of it when it began, also by the textbook. */
export interface Judged {
  service: string | null;
  since: number;
  calledAt: number;
  waitS: number;
  quote: Quote;
  rivals: Rivals;
}

/** What a service takes over from its hall counts as so many waits. */
const knownSpread = 30;
const reach = {
  classWaits: 10,
  hallWaits: 30,
  services: 60,
  between: 60,
  givingUp: 50,
  despiteFree: 50,
};
/** What comes so much later than something that was told of later is known, but teaches nothing about queues. */
const inOrderMs = 30_000;
/** A number that is never called is forgotten, as the hall forgets it. */
const pruneEveryMs = 3_600_000;
/** Classes of customers that are remembered over restarts: more than ever come in one run. */
const mostClassesTaught = 256;
/** Numbers with a forecast that is yet to be judged. */
const mostPending = 10_000;
/** Who was called sooner didn't wait. */
const leastWaitS = 1;
/** Fewer waits than this say nothing about a day. */
const leastChecked = 5;
/** The mean of waits isn't so many times their median: a hall that just opened has learned of those who didn't wait, and no more. */
const mostSkew = 3;
/** A desk that lets more pass between two customers has something else to do. */
const longestBetweenS = 180;
const none: readonly never[] = [];

export class Waits {
  readonly #parts: Parts;
  readonly #learned: WaitsLearned;
  readonly #model: Model;
  readonly #models = new Map<string, Model>();
  readonly #latestAt = new Map<string, number>();
  #prunedAt = 0;

  /** Goes on with what was learned, and writes what it learns into that. */
  constructor(parts: Parts, learned: WaitsLearned) {
    this.#parts = parts;
    this.#learned = learned;
    this.#model = new Model(learned.model);
    learned.model = this.#model.learned;
    for (const [service, its] of learned.models) this.#models.set(service, new Model(its));
  }

  /** Takes in that a device's message at `at` (epoch ms) changed what these numbers tell; answers the forecasts that it judged. */
  take(device: string, at: number, numbers: readonly VisitsChange[]): Judged[] {
    if (at - this.#prunedAt > pruneEveryMs) this.#prune(at);
    // Each machine has a clock of its own.
    const latest = this.#latestAt.get(device) ?? at;
    const isInOrder = at >= latest - inOrderMs;
    this.#latestAt.set(device, Math.max(latest, at));
    const judged: Judged[] = [];
    for (const { key, before, now: visits } of numbers) {
      if (isInOrder) this.#noteServices(before, visits);
      judged.push(...this.#judge(key, visits, isInOrder));
      const visit = visits.findLast((one) => one.state === 'waiting' && openLeg(one)?.from === at);
      if (visit && isInOrder) this.#foretell(key, visit, at);
    }
    return judged;
  }

  /** What a doubtful clock timed teaches nothing. */
  #isUnsure(at: number): boolean {
    return this.#parts.isUnsure?.(at) ?? false;
  }

  /** What to tell a customer of a class who takes a ticket at `now` (epoch ms); null while no desk works that serves it. */
  quote(waitClass: WaitClass, now: number, desks = this.#parts.desks(now)): Quote | null {
    if (!isServed(this.#parts.config, waitClass.service, desks)) return null;
    const situation = situationOf(this.#parts, this.#learned, { waitClass, now, desks, isThere: false });
    const { quote } = this.#tell(situation, waitClass.service);
    return isAtOnce(situation) ? ofWhom(this.#learned.despiteFree.mean, quote) : quote;
  }

  /** How right it was for a service: yesterday, or on the latest day before today (as of `now`) with enough waits; null for none. */
  check(service: string, now: number): { date: string; n: number; offS: number; coverage: number } | null {
    const today = this.#parts.config.days.of(now).date;
    for (const date of [...this.#learned.card.keys()].sort().reverse()) {
      const score = date < today ? this.#learned.card.get(date)?.get(service) : undefined;
      if (!score || score.n < leastChecked) continue;
      return { date, n: score.n, offS: Math.round(score.offS / score.n), coverage: score.covered / score.n };
    }
    return null;
  }

  #tell(situation: Situation, service: string | null): Told {
    const hall = this.#model.say(situation);
    const own = this.#models.get(service ?? '')?.say(situation) ?? hall;
    const { mean, median } = this.#blendOf(service);
    const meanS = hall.meanS + ownShare(mean) * (own.meanS - hall.meanS);
    const log = Math.max(Math.log(meanS / mostSkew + softS), hall.log + ownShare(median) * (own.log - hall.log));
    const { low, middle, high } = this.#spreadOf(service);
    const seconds = (difference: number) => withinReason(Math.exp(log + difference) - softS);
    return {
      situation,
      hall,
      own,
      log,
      quote: { s: seconds(middle), meanS, lowS: seconds(low), highS: seconds(high) },
    };
  }

  #blendOf(service: string | null) {
    return this.#learned.blends.getOrInsertComputed(service ?? '', () => ({
      mean: firstBlend(),
      median: firstBlend(),
    }));
  }

  #foretell(key: string, { service: its, tier, priority }: Visit, at: number): void {
    const { config, ledger, desks } = this.#parts;
    const service = its !== null && config.serviceIds.has(its) ? its : null;
    const waitClass = { service, tier, priority };
    const name = ledger.lines.nameOf(waitClass);
    const situation = situationOf(this.#parts, this.#learned, { waitClass, now: at, desks: desks(at), isThere: true });
    noteEvent(this.#learned.arrivals, name, at);
    const wait = { name, service, since: at, numbers: packed(this.#tell(situation, service)) };
    const { pending } = this.#learned;
    pending.set(key, withOne(pending.get(key) ?? none, wait));
    if (pending.size <= mostPending) return;
    boundReached('pending-forecasts');
    for (const oldest of pending.keys()) {
      pending.delete(oldest);
      break;
    }
  }

  /** Judges the forecasts of a number whose waits are over. */
  #judge(key: string, visits: readonly Visit[], isInOrder: boolean): Judged[] {
    const pending = this.#learned.pending.get(key);
    if (!pending) return [];
    const judged: Judged[] = [];
    const open = pending.filter((wait) => {
      const visit = visits.find(({ legs }) => legs.some(({ from }) => from === wait.since));
      const leg = visit?.legs.find(({ from }) => from === wait.since);
      if (!leg || leg.to === null) return leg !== undefined;
      // By now it is known of most whether they were only late.
      if (!isInOrder || this.#isUnsure(leg.from) || this.#isUnsure(leg.to)) return false;
      follow(this.#learned.givingUp, Number(!leg.called), reach.givingUp);
      const waitS = (leg.to - leg.from) / 1000;
      const told = unpacked(wait.numbers);
      const didWait = waitS >= leastWaitS;
      if (isAtOnce(told.situation)) follow(this.#learned.despiteFree, Number(didWait), reach.despiteFree);
      if (!leg.called || !didWait) return false;
      const { service, since } = wait;
      judged.push({ service, since, calledAt: leg.to, waitS, quote: told.quote, rivals: rivalsOf(told.situation) });
      this.#noteCall(wait, leg.to, visit?.desk ?? null);
      this.#noteCalling(wait, leg.to, visit?.desk ?? null);
      this.#learn(wait, told, waitS, leg.to);
      const { date } = this.#parts.config.days.of(leg.to);
      noteScore(this.#learned.card, date, service, told.quote, waitS);
      return false;
    });
    if (open.length > 0) this.#learned.pending.set(key, open);
    else this.#learned.pending.delete(key);
    return judged;
  }

  #learn({ name, service }: Pending, { situation, hall, own, log }: Told, waitS: number, at: number): void {
    const learned = this.#learned;
    const became = Math.log(waitS + softS);
    learned.judged++;
    const blend = this.#blendOf(service);
    noteErrors(blend.mean, (waitS - hall.meanS) ** 2, (waitS - own.meanS) ** 2);
    noteErrors(blend.median, became - hall.log, became - own.log);
    this.#model.learn(situation, hall.meanS, waitS);
    this.#modelOf(service).learn(situation, own.meanS, waitS);
    noteDifference(this.#spreadOf(service), became - log);
    noteDifference(learned.spread, became - log);
    const usual = hallWaitS(learned);
    follow(
      learned.classWaits.getOrInsertComputed(name, () => ({ mean: usual, n: 0 })),
      waitS,
      reach.classWaits,
    );
    learned.waits = [...learned.waits.slice(1 - reach.hallWaits), waitS];
    learned.lastWaits.set(name, { s: waitS, at });
  }

  #modelOf(service: string | null): Model {
    return this.#models.getOrInsertComputed(service ?? '', () => {
      const model = new Model(structuredClone(this.#model.learned));
      this.#learned.models.set(service ?? '', model.learned);
      return model;
    });
  }

  #prune(now: number): void {
    this.#prunedAt = now;
    const { pending } = this.#learned;
    for (const [key, waits] of pending) {
      if (waits.every(({ since }) => now - since > 2 * longestS * 1000)) pending.delete(key);
    }
    this.#forgetClasses();
  }

  /** What tiers and priorities taught that haven't come since this process began, once there are too many: they come from messages. */
  #forgetClasses(): void {
    const { classWaits, lastWaits, arrivals, headStarts } = this.#learned;
    const known = new Set(this.#parts.ledger.lines.names);
    for (const taught of [classWaits, lastWaits, arrivals, headStarts]) {
      if (taught.size <= mostClassesTaught) continue;
      boundReached('classes-taught');
      for (const name of taught.keys()) if (!known.has(name)) taught.delete(name);
    }
  }

  /** How far waits of a service lie from what is foretold: it begins with how far the hall's do. */
  #spreadOf(service: string | null): Spread {
    const { spread, spreads } = this.#learned;
    return spreads.getOrInsertComputed(service ?? '', () => ({ ...spread, n: Math.min(spread.n, knownSpread) }));
  }

  /** Who waited longest of each other class while this one was called, of those that the desk serves. */
  #noteCall({ name, service, since }: Pending, at: number, desk: string | null): void {
    const { config, ledger } = this.#parts;
    noteEvent(this.#learned.calls, service ?? '', at);
    const serves = config.file.desks.find(({ id }) => id === desk)?.serves;
    const others: { name: string; since: number }[] = [];
    for (const other of ledger.lines.names) {
      const its = ledger.lines.classOf(other)?.service;
      if (other === name || (serves && its && !serves.includes(its))) continue;
      const first = ledger.lines.first(other, at - longestS * 1000);
      if (first !== null && first < at) others.push({ name: other, since: first });
    }
    noteCall(this.#learned.headStarts, { name, since }, others);
  }

  /** How long a desk took to call somebody who waited already when the customer before had left. */
  #noteCalling({ since }: Pending, at: number, desk: string | null): void {
    const { ledger } = this.#parts;
    const turn = desk === null ? undefined : ledger.turnsAt(desk, at, at).at(-1);
    const before =
      turn && ledger.visitsOf(turn.key, turn.record.at).find((visit) => visit.turn?.record === turn.record);
    const leftAt = before?.turn?.leftAt ?? null;
    if (leftAt !== null && leftAt >= since) followBetween(this.#learned.calling, at - leftAt);
  }

  #noteServices(before: readonly Visit[], visits: readonly Visit[]): void {
    const { service: all, services, coming } = this.#learned;
    for (const visit of visits) {
      const told = before.find(({ records }) => records[0] === visit.records[0]);
      const s = visit.state === 'finished' && told?.state !== 'finished' ? serviceS(visit) : null;
      if (s === null) continue;
      const { startedAt, lastCallAt, endedAt } = visit;
      if ([startedAt, lastCallAt, endedAt].some((at) => at !== null && this.#isUnsure(at))) continue;
      if (startedAt !== null && lastCallAt !== null) followBetween(coming, startedAt - lastCallAt);
      // Only services of the registry: ids come from messages and must not grow without bound.
      const service = known(this.#parts.config, visit.service) ?? '';
      const own = services.getOrInsertComputed(service, () => ({ mean: s, n: 0 }));
      follow(all, s, reach.services);
      follow(own, s, reach.services);
    }
  }
}

function followBetween(known: RunningMean, ms: number): void {
  const s = ms / 1000;
  if (s >= 0 && s <= longestBetweenS) follow(known, s, reach.between);
}

/** A desk is free and nobody waits: most are called at once then. */
function isAtOnce({ free, waiting }: Situation): boolean {
  return free > 0 && waiting < 1;
}

/** The quote of customers of whom only a share waits, and the others not at all. */
function ofWhom(share: number, { s, meanS, lowS, highS }: Quote): Quote {
  return {
    s: share > 0.5 ? s : 0,
    meanS: share * meanS,
    lowS: share > 0.9 ? lowS : 0,
    highS: share > 0.1 ? highS : 0,
  };
}

function serviceS({ startedAt, endedAt, lastCallAt }: Visit): number | null {
  const from = startedAt ?? lastCallAt;
  return from === null || endedAt === null ? null : (endedAt - from) / 1000;
}
