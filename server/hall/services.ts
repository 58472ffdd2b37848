// The queue as screens show it: each service's waits and counts, and their sums.
import { boundReached } from '../bounds.ts';
import type { HallConfig } from '../config/hall-config.ts';
import type { DeskLive, DeviceLive, QueueLive, ServiceLive } from '../contracts/hall-live.ts';
import type { Quality, Reason } from '../contracts/names.ts';
import { isClockDoubtful, isUnsureNow, isWaitUnsure } from './clocks.ts';
import { isQueueIncomplete } from './incomplete.ts';
import { firstRead } from './intake-book.ts';
import type { Ledger } from './ledger.ts';
import { latest } from './liveness.ts';
import type { HallState, Presence } from './state.ts';
import { wholeHall } from './tally.ts';
import type { WaitClass } from './waits/waiting-lines.ts';
import type { Waits } from './waits/waits.ts';

const ordinary = { tier: null, priority: 0 };
/** Tiers come from messages. */
const mostTiers = 8;

interface QueuePicture {
  queue: QueueLive;
  services: ServiceLive[];
}

interface Row {
  waiting: number;
  longestSince: number | null;
  probablyGone: number;
  lateNoShows: number;
  /** Waits of which it isn't known since when they go on. */
  unsure: number;
}

/** The queue at `now`. Every number is null until a queue machine was heard; then zero means zero. */
export function queueLive(
  state: HallState,
  ledger: Ledger,
  config: HallConfig,
  now: number,
  { desks, devices, waits }: { desks: DeskLive[]; devices: ReadonlyMap<string, DeviceLive>; waits: Waits | null },
): QueuePicture {
  const machines = config.file.queueMachines.map(({ id }) => ({
    presence: state.presence.get(id),
    live: devices.get(id),
  }));
  const heard = machines.filter(({ presence }) => isHeard(presence));
  const isKnown = heard.length > 0;
  const rows = rowsOf(state, ledger, config, now);
  const counts = (id: string) => (isKnown ? dayCounts(ledger, config, now, id, rows) : unknownCounts);
  const silence = state.isOutdated ? 'reading-again' : reasonOf(machines.map(({ live }) => live));
  const clock = clockOf(state, config, now);
  const isTimed = silence === null && clock !== 'unsure';
  // Who waits since nobody knows when may be the one who waits longest.
  const isLongestUnknown = (rows.get(wholeHall)?.unsure ?? 0) > 0;
  const reason = silence ?? (clock === 'right' && !isLongestUnknown ? null : 'clock');
  const moments = heard.map(({ presence }) => latest(presence?.lastAt ?? null, presence?.lastWord?.at ?? null) ?? 0);
  return {
    queue: {
      ...pickCounts(counts(wholeHall)),
      asOf: moments.length > 0 ? Math.min(...moments) : null,
      ...judgeQueue(reason ?? doubtOf(state, config, now)),
    },
    services: config.file.services.map(({ id }) => {
      const standard = config.standard(id, null);
      const { withinLimitToday, ...all } = counts(id);
      return {
        id,
        ...all,
        longestSince: isKnown ? (rows.get(id)?.longestSince ?? null) : null,
        probablyGone: isKnown ? (rows.get(id)?.probablyGone ?? 0) : null,
        limitS: standard.waitLimitMin === undefined ? null : standard.waitLimitMin * 60,
        // What a machine that fell silent last said is no queue to join.
        quote: isKnown && isTimed ? quoteOf(waits, { ...ordinary, service: id }, now, desks) : null,
        tierQuotes: isKnown && isTimed ? tierQuotes(waits, ledger, id, now, desks) : [],
        quoteCheck: waits?.check(id, now) ?? null,
        desksServing: isKnown ? desksServing(id, desks, config) : null,
        withinLimitToday,
        targetShare: standard.targetShare ?? null,
      };
    }),
  };
}

/** Whole seconds: nobody can tell it closer. */
function quoteOf(waits: Waits | null, waitClass: WaitClass, now: number, desks: DeskLive[]): ServiceLive['quote'] {
  const quote = waits?.quote(waitClass, now, desks);
  if (!quote) return null;
  const { s, meanS, lowS, highS } = quote;
  return { s: Math.round(s), meanS: Math.round(meanS), lowS: Math.round(lowS), highS: Math.round(highS) };
}

/** Of the tiers that came for a service so far, lowest as the messages named them first. */
function tierQuotes(
  waits: Waits | null,
  { lines }: Ledger,
  service: string,
  now: number,
  desks: DeskLive[],
): ServiceLive['tierQuotes'] {
  const classes = [...lines.names].map((name) => lines.classOf(name)).filter((one) => one?.service === service);
  const tiers = new Set(classes.flatMap((one) => one?.tier ?? []));
  if (tiers.size > mostTiers) boundReached('tier-quotes');
  return [...tiers].slice(0, mostTiers).flatMap((tier) => {
    const quote = quoteOf(waits, { service, tier, priority: 0 }, now, desks);
    return quote ? [{ tier, quote }] : [];
  });
}

/** A machine that lives and says it has sent nothing yet is heard too; one whose messages we missed is not. */
function isHeard(presence: Presence | undefined): boolean {
  if (!presence) return false;
  return presence.lastAt !== null || presence.lastWord?.lastSeq === 0;
}

/** True when a machine was first heard today and not from its first message on: what it sent before isn't counted. */
function beganLate(state: HallState, { file, days }: HallConfig, now: number): boolean {
  return file.queueMachines.some(({ id }) => {
    const intake = state.intake.get(id);
    if (!intake || (state.presence.get(id)?.firstAt ?? 0) < days.of(now).start) return false;
    return (firstRead(intake) ?? 1) > 1;
  });
}

/** Today's tickets were more than are kept: what was dropped is counted, and may be told of no more. */
function truncated({ truncatedOn }: HallState, { days }: HallConfig, now: number): 'truncated' | null {
  return truncatedOn === days.of(now).date ? 'truncated' : null;
}

const unknownCounts = {
  waiting: null,
  issuedToday: null,
  calledToday: null,
  servedToday: null,
  abandonedToday: null,
  maxWaitingToday: null,
  withinLimitToday: null,
};

function pickCounts<T extends { withinLimitToday: unknown }>({
  withinLimitToday: _,
  ...counts
}: T): Omit<T, 'withinLimitToday'> {
  return counts;
}

function dayCounts(ledger: Ledger, { days }: HallConfig, now: number, id: string, rows: Map<string, Row>) {
  const today = days.of(now);
  const { issued, called, within, served, abandoned } = ledger.tally.counts(today.date, id);
  const row = rows.get(id);
  return {
    waiting: row?.waiting ?? 0,
    issuedToday: issued,
    calledToday: called,
    servedToday: served,
    abandonedToday: abandoned + (row?.lateNoShows ?? 0),
    maxWaitingToday: ledger.tally.maxWaiting(id, today.start, now),
    withinLimitToday: within,
  };
}

/** What depends on the moment, by service and for the whole hall: who waits, and who by now has not come. */
function rowsOf(state: HallState, ledger: Ledger, config: HallConfig, now: number): Map<string, Row> {
  const rows = new Map<string, Row>();
  const touch = (service: string | null, change: (row: Row) => void) => {
    for (const id of service === null ? [wholeHall] : [wholeHall, service]) {
      const row = rows.get(id) ?? { waiting: 0, longestSince: null, probablyGone: 0, lateNoShows: 0, unsure: 0 };
      rows.set(id, row);
      change(row);
    }
  };
  for (const { service, since, line } of ledger.waiting(now)) {
    const isUnsure = isWaitUnsure(state, config.file.queueMachines, since);
    const isGone = !isUnsure && since < ledger.lines.passedOver(line);
    touch(service, (row) => {
      row.waiting++;
      if (isGone) row.probablyGone++;
      else if (isUnsure) row.unsure++;
      else row.longestSince = Math.min(row.longestSince ?? since, since);
    });
  }
  const { start, end } = config.days.of(now);
  for (const { at, service } of ledger.presumedNoShows(now)) {
    if (at >= start && at < end) touch(service, (row) => row.lateNoShows++);
  }
  return rows;
}

/** Desks at work for a service: those busy with one of its tickets, and open idle ones that would take one. */
function desksServing(service: string, desks: DeskLive[], config: HallConfig): number {
  return config.file.desks.filter(({ id, serves }) => {
    const desk = desks.find((candidate) => candidate.id === id);
    if (desk?.state === 'serving' || desk?.state === 'calling') return (desk.service ?? serves[0]) === service;
    return desk?.state === 'idle' && serves.includes(service);
  }).length;
}

const qualityOf: { [R in Reason]?: Quality } = {
  'counting-since': 'drifting',
  incomplete: 'doubtful',
  clock: 'doubtful',
  truncated: 'doubtful',
};

/** What a reason says of the queue's numbers: without a live machine nothing is known of now. */
function judgeQueue(reason: QueueLive['reason']): Pick<QueueLive, 'quality' | 'reason'> {
  return { quality: reason === null ? 'good' : (qualityOf[reason] ?? 'unknown'), reason };
}

/** Why numbers of a queue that is heard can't be relied on, the worst first. */
function doubtOf(state: HallState, config: HallConfig, now: number): QueueLive['reason'] {
  if (beganLate(state, config, now)) return 'counting-since';
  return truncated(state, config, now) ?? (isQueueIncomplete(state, config, now) ? 'incomplete' : null);
}

/** `doubtful`: the day's counts are; `unsure`: how long customers wait is, too. A machine whose times are ours is the former alone. */
function clockOf(state: HallState, { file, days }: HallConfig, now: number): 'right' | 'doubtful' | 'unsure' {
  const since = { days, from: days.of(now).start };
  const doubtful = file.queueMachines.filter(({ id }) => isClockDoubtful(state, id, since));
  if (doubtful.length === 0) return 'right';
  return doubtful.some(({ id }) => isUnsureNow(state, id, since)) ? 'unsure' : 'doubtful';
}

function reasonOf(machines: (DeviceLive | undefined)[]): QueueLive['reason'] {
  if (machines.length === 0) return 'no-sensor';
  const down = machines.find((machine) => machine?.reason === 'offline' || machine?.reason === 'silent');
  if (down) return down.reason;
  return machines.every((machine) => machine?.reason === 'not-heard') ? 'not-heard' : null;
}
