// What should have been an alert, by what really happened: for the rules whose conditions the simulator knows.

import type { Span } from '../../../firmware-sim/model/hall-day.ts';
import { zoneOpenings } from '../../../firmware-sim/model/hall-day.ts';
import { alertDefaults } from '../../../server/contracts/alert-settings.ts';
import type { AlertRule } from '../../../server/contracts/names.ts';
import { severityOfTerminal } from '../../../server/hall/parts.ts';
import { stockLows } from './truth-of-stock.ts';
import { joined, of, within, without } from './truth-spans.ts';
import type { Lived } from './week.ts';

/** A condition that held from `from` to `to` (epoch ms). */
export interface Expected extends Span {
  rule: AlertRule;
  hall: string;
  subject: string;
  /** Nobody could say for certain that it held: an alert is right, and none isn't missed. */
  isDoubtful?: true;
}

const minuteMs = 60_000;
/** Three intervals of 30 s: a device that hangs can't be told from one with nothing to say before that. */
const silentAfterMs = 90_000;
const failuresToTell = 4;
const failuresWithinMs = 30 * minuteMs;
const forecastMs = 15 * minuteMs;
const crowdedShare = 0.85;
const deskSteps = ['desk-open', 'desk-pause', 'desk-close'] as const;
const pausedAfterMs = 1_000 * alertDefaults['paused-desk'].thresholds.afterS.value;
const longTimes = alertDefaults['long-transaction'].thresholds.factor.value;
/** Counters miss people: nearer to the limit than this nobody can say. */
const crowdedDoubt = 4;

/** Rules that `expectedOn` knows the truth of. */
export const judged: ReadonlySet<AlertRule> = new Set<AlertRule>([
  'terminal-fault',
  'terminal-offline',
  'device-offline',
  'device-silent',
  'terminal-failing',
  'system-down',
  'wait-care',
  'wait-limit',
  'wait-forecast',
  'long-transaction',
  'crowded',
  'paused-desk',
  'stock-low',
]);

/** All that held in one hall's day, short or long. */
export function expectedOn(lived: Lived): Expected[] {
  const { config, plan } = lived;
  const all = [
    ...faults(lived),
    ...gone(lived),
    ...failing(lived),
    ...outages(lived),
    ...waits(lived, 'wait-care'),
    ...waits(lived, 'wait-limit'),
    ...forecasts(lived),
    ...longTransactions(lived),
    ...crowds(lived),
    ...pauses(lived),
    ...stockLows(lived),
  ];
  return all.map((one) => ({ ...one, hall: config.id, to: Math.min(one.to, plan.day.to) }));
}

export type Found = Omit<Expected, 'hall'>;

/** A terminal that is out of order, as long as it can say so. */
function faults(lived: Lived): Found[] {
  const found: Found[] = [];
  const since = new Map<string, number>();
  const end = (device: string, at: number) => {
    const from = since.get(device);
    since.delete(device);
    if (from !== undefined) found.push({ rule: 'terminal-fault', subject: device, from, to: at });
  };
  for (const { device, state, parts, at } of of(lived, 'terminal')) {
    const isFault = state !== 'supervisor' && severityOfTerminal(state, parts) === 'fault';
    if (isFault && !since.has(device)) since.set(device, at);
    if (!isFault) end(device, at);
  }
  for (const device of [...since.keys()]) end(device, lived.plan.day.to);
  return found.flatMap((one) => without(one, lived.plan.devices.get(one.subject)?.spells ?? []));
}

/** A device without a connection, or one that hangs, while it should be there. */
function gone({ config, plan }: Lived): Found[] {
  return [...config.devices.values()].flatMap(({ id, kind, zone }) => {
    const open = zoneOpenings(plan.day, zone);
    return (plan.devices.get(id)?.spells ?? []).flatMap(({ hindrance, from, to }) => {
      if (hindrance === 'lossy') return [];
      const known = hindrance === 'frozen' ? from + silentAfterMs : from;
      const lost = kind === 'terminal' ? ('terminal-offline' as const) : ('device-offline' as const);
      const rule = hindrance === 'frozen' ? ('device-silent' as const) : lost;
      return within({ from: known, to }, open).map((span) => ({ rule, subject: id, ...span }));
    });
  });
}

/** Payments that fail one after the other, from the fourth on. */
function failing(lived: Lived): Found[] {
  return lived.faults
    .filter(({ kind }) => kind === 'payments-fail')
    .flatMap(({ device, from, to }): Found[] => {
      const steps = of(lived, 'terminal').filter((step) => step.device === device && step.at >= from && step.at < to);
      const failed = steps.filter((step, i) => step.failed > (steps[i - 1]?.failed ?? step.failed));
      const fourth = failed.findIndex(
        ({ at }, i) => i >= failuresToTell - 1 && at - (failed[i - failuresToTell + 1]?.at ?? 0) < failuresWithinMs,
      );
      const at = failed[fourth]?.at;
      return at === undefined ? [] : [{ rule: 'terminal-failing', subject: device, from: at, to }];
    });
}

function outages(lived: Lived): Found[] {
  const events = of(lived, 'outage', 'outage-over');
  return events.flatMap(({ kind, at: from }, i): Found[] => {
    if (kind !== 'outage') return [];
    const to = events[i + 1]?.at ?? lived.plan.day.to;
    // Payments fail meanwhile, at one terminal or more.
    const failures = lived.config.file.terminals.map(
      ({ id }): Found => ({ rule: 'terminal-failing', subject: id, from, to, isDoubtful: true }),
    );
    return [{ rule: 'system-down', subject: lived.config.id, from, to }, ...failures];
  });
}

/** Tickets on the board for longer than their standard: the board doesn't know who has walked out. */
function waits(lived: Lived, rule: 'wait-care' | 'wait-limit'): Found[] {
  const { config, plan } = lived;
  const since = new Map<string, { at: number; service: string; tier: string | null }>();
  const found: Found[] = [];
  const end = (ticket: string, at: number) => {
    const wait = since.get(ticket);
    since.delete(ticket);
    if (!wait) return;
    const standard = config.standard(wait.service, wait.tier);
    const minutes = rule === 'wait-care' ? standard.waitCareMin : standard.waitLimitMin;
    if (minutes === undefined) return;
    const from = wait.at + minutes * minuteMs;
    if (at > from) found.push({ rule, subject: wait.service, from, to: at });
  };
  for (const step of of(lived, 'issue', 'call', 'cancel', 'transfer', 'no-show')) {
    end(step.ticket, step.at);
    const service = step.kind === 'transfer' ? (step.toService ?? step.service) : step.service;
    if (step.kind === 'issue' || step.kind === 'transfer')
      since.set(step.ticket, { at: step.at, service, tier: step.tier ?? null });
  }
  for (const ticket of [...since.keys()]) end(ticket, plan.day.to);
  return joined(found);
}

/** What is said of a limit ten minutes ahead is right if it is passed a quarter of an hour later at the latest; nobody must know it. */
function forecasts(lived: Lived): Found[] {
  return waits(lived, 'wait-limit').map(({ subject, from, to }) => ({
    rule: 'wait-forecast',
    subject,
    from: from - forecastMs,
    to,
    isDoubtful: true,
  }));
}

function longTransactions(lived: Lived): Found[] {
  const { config } = lived;
  const began = new Map<string, { at: number; ticket: string; item: string | null; service: string }>();
  const found: Found[] = [];
  for (const step of of(lived, 'start', 'finish', 'transfer')) {
    const desk = step.desk ?? '';
    if (step.kind === 'start') {
      began.set(desk, { at: step.at, ticket: step.ticket, item: step.item ?? null, service: step.service });
      continue;
    }
    const visit = began.get(desk);
    if (!visit || visit.ticket !== step.ticket) continue;
    began.delete(desk);
    const { items = {}, itemLimitMin } = config.standard(visit.service, null);
    const minutes = (visit.item === null ? undefined : items[visit.item]) ?? itemLimitMin;
    if (minutes === undefined) continue;
    const from = visit.at + longTimes * minutes * minuteMs;
    if (step.at > from) found.push({ rule: 'long-transaction', subject: desk, from, to: step.at });
  }
  return found;
}

/** So many people that miscounting doesn't explain it; and so many that it may. */
function crowds({ config, plan }: Lived): Found[] {
  const limit = crowdedShare * config.file.capacity;
  const found = (least: number): Found[] => {
    const spans: Found[] = [];
    let from: number | null = null;
    for (const { at, inside } of plan.truth) {
      if (inside >= least) from ??= at;
      else if (from !== null) {
        spans.push({ rule: 'crowded', subject: config.id, from, to: at });
        from = null;
      }
    }
    return spans;
  };
  const doubtful = found(limit - crowdedDoubt).map((one) => ({ ...one, isDoubtful: true as const }));
  return [...doubtful, ...found(limit + crowdedDoubt)];
}

/** Desks that are paused without a plan, or beyond it, for longer than that may be, while somebody is on the board for them. */
function pauses(lived: Lived): Found[] {
  const { config, plan } = lived;
  const waiting = new Map<string, string>();
  const paused = new Map<string, number>();
  const since = new Map<string, number>();
  const found: Found[] = [];
  const look = (at: number) => {
    const awaited = new Set(waiting.values());
    for (const { id, serves } of config.file.desks) {
      const from = paused.get(id);
      const isOne = from !== undefined && serves.some((service) => awaited.has(service));
      const began = since.get(id);
      if (isOne && began === undefined) since.set(id, Math.max(at, from));
      if (isOne || began === undefined) continue;
      since.delete(id);
      if (at > began) found.push({ rule: 'paused-desk', subject: id, from: began, to: at });
    }
  };
  for (const step of of(lived, 'issue', 'call', 'cancel', 'transfer', 'no-show', ...deskSteps)) {
    if (step.kind === 'desk-pause') paused.set(step.desk, Math.max(step.at, step.until ?? 0) + pausedAfterMs);
    else if (step.kind === 'desk-open' || step.kind === 'desk-close') paused.delete(step.desk);
    else if (step.kind === 'issue') waiting.set(step.ticket, step.service);
    else if (step.kind === 'transfer') waiting.set(step.ticket, step.toService ?? step.service);
    else if ('ticket' in step) waiting.delete(step.ticket);
    look(step.at);
  }
  look(plan.day.to);
  return found;
}
