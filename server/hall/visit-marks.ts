// What visits tell, one by one, for the sums of a hall's queue.
import type { HallConfig } from '../config/hall-config.ts';
import type { Mark } from './tally.ts';
import type { Visit } from './tickets.ts';
import { isEnded } from './tickets.ts';

const minuteMs = 60_000;

/** Marks of visits; what time alone tells (presumed no-shows) isn't in them. `waitOverAt`: when a wait is over that nothing ends. */
export function marksOf(config: HallConfig, waitOverAt: (from: number) => number, visits: readonly Visit[]): Mark[] {
  const marks: Mark[] = [];
  for (const visit of visits) mark(config, waitOverAt, visit, marks);
  return marks;
}

function mark(config: HallConfig, waitOverAt: (from: number) => number, visit: Visit, marks: Mark[]): void {
  const { legs, callsWithoutWait } = visit;
  if (visit.issuedAt !== null) {
    const service = (legs[0] ?? callsWithoutWait[0] ?? visit).service;
    marks.push({ what: 'issued', at: visit.issuedAt, service: known(config, service) });
  }
  for (const leg of legs) {
    const service = known(config, leg.service);
    marks.push({ what: 'wait-begins', at: leg.from, service });
    marks.push({ what: 'wait-ends', at: leg.to ?? waitOverAt(leg.from), service });
    if (leg.to !== null && leg.called) {
      const ms = leg.to - leg.from;
      marks.push({ what: 'called', at: leg.to, service, ms });
      if (isWithin(config, leg.service, visit.tier, ms)) marks.push({ what: 'within', at: leg.to, service });
    }
  }
  for (const call of callsWithoutWait) {
    marks.push({ what: 'called', at: call.at, service: known(config, call.service) });
  }
  if (visit.endedAt !== null && isEnded(visit)) {
    const service = known(config, visit.service);
    const ms = serviceMs(visit);
    if (visit.state !== 'finished') marks.push({ what: 'abandoned', at: visit.endedAt, service });
    else marks.push({ what: 'served', at: visit.endedAt, service, ...(ms === null ? {} : { ms }) });
  }
}

function isWithin(config: HallConfig, service: string | null, tier: string | null, waitedMs: number): boolean {
  const limitMin = config.standard(service, tier).waitLimitMin;
  return limitMin !== undefined && waitedMs <= limitMin * minuteMs;
}

/** Only services of the registry get a row of their own: ids come from messages and must not grow without bound. */
export function known({ serviceIds }: HallConfig, service: string | null): string | null {
  return service !== null && serviceIds.has(service) ? service : null;
}

/** Q4: from started, or called if never started; null where the call isn't known. */
export function serviceMs({ startedAt, endedAt, legs, callsWithoutWait }: Visit): number | null {
  const calledAt = legs.findLast(({ called }) => called)?.to ?? callsWithoutWait.at(-1)?.at ?? null;
  const from = startedAt ?? calledAt;
  return from === null || endedAt === null ? null : endedAt - from;
}
