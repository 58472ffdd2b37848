// The bank's record as the messages of a queue machine (SEMANTICS Q5). Seconds are of the local day of `date`, and go
// past 86,400 for what happened after midnight.
import type { Body } from '../devices/sequenced.ts';
import { UserError } from '../user-error.ts';
import { parseCsv } from './csv.ts';

const columns = [
  'date',
  'service',
  'priority',
  'arrived_s',
  'queued_to_s',
  'outcome',
  'served_to_s',
  'service_s',
  'desk',
] as const;
const dayS = 86_400;
const nextDayAfterS = 12 * 3600;
/** A desk's customers overlap in the record by rounding; more than this is no rounding. */
const roundingS = 5;

/** One customer of the record who counts; those left out of any count are not here. */
export interface Visit {
  date: string;
  service: string;
  priority: number;
  served: boolean;
  arrivedS: number;
  /** When the customer was called, or gave up. */
  waitedUntilS: number;
  servedToS: number | null;
  serviceS: number;
  desk: string | null;
}

/** A message at a second of the record's local day. */
export interface TimedBody<C extends 'door' | 'queue'> {
  date: string;
  second: number;
  body: Body<C>;
}

export function readBankRecord(text: string): Visit[] {
  return parseCsv(text, columns).flatMap((row) => {
    const arrivedS = row.number('arrived_s');
    if (arrivedS === null) throw new UserError(`a row of ${row.text('date')} has no arrived_s`, 1);
    const outcome = row.text('outcome');
    if (outcome === 'PHANTOM') return [];
    const later = (column: string) => onItsDay(row.number(column), arrivedS);
    const desk = row.text('desk');
    return {
      date: row.text('date'),
      service: row.text('service').toLowerCase(),
      priority: row.number('priority') ?? 0,
      served: outcome === 'AGENT',
      arrivedS,
      waitedUntilS: later('queued_to_s') ?? arrivedS,
      servedToS: later('served_to_s'),
      serviceS: row.number('service_s') ?? 0,
      desk: desk === 'NO_SERVER' ? null : desk.toLowerCase(),
    };
  });
}

/** The messages of one day's visits, in order of time; in one second the order in which they must be read. */
export function bankMessages(visits: readonly Visit[]): TimedBody<'queue'>[] {
  const services = servicesOf(visits);
  const steps = numbered(visits).flatMap(({ visit, ticket }, i) => {
    const service = services.get(visit);
    return stepsOf(visit, ticket, service ?? null, i);
  });
  steps.sort((a, b) => a.second - b.second || a.phase - b.phase || a.order - b.order || a.step - b.step);
  return steps.map(({ date, second, body }) => ({ date, second, body }));
}

function onItsDay(second: number | null, arrivedS: number): number | null {
  return second !== null && second < arrivedS - nextDayAfterS ? second + dayS : second;
}

/** Ticket numbers as a machine would print them: the service, and a running number in order of arrival. */
function numbered(visits: readonly Visit[]): { visit: Visit; ticket: string }[] {
  const issued = new Map<string, number>();
  return visits
    .toSorted((a, b) => a.arrivedS - b.arrivedS)
    .map((visit) => {
      const running = (issued.get(visit.service) ?? 0) + 1;
      issued.set(visit.service, running);
      return { visit, ticket: `${visit.service.toUpperCase()}${String(running).padStart(3, '0')}` };
    });
}

interface Service {
  startedS: number;
  finishedS: number;
  /** Place in the order in which services began. */
  order: number;
}

/** When each served visit began and ended: a desk that overlaps by rounding finishes one before the next. */
function servicesOf(visits: readonly Visit[]): Map<Visit, Service> {
  const lastFinish = new Map<string, number>();
  const served = visits.filter((visit) => visit.served).toSorted((a, b) => a.waitedUntilS - b.waitedUntilS);
  return new Map(
    served.map((visit, order) => {
      const busyUntilS = visit.desk === null ? undefined : lastFinish.get(visit.desk);
      const startedS = afterRounding(visit.waitedUntilS, busyUntilS);
      const finishedS = visit.servedToS === null ? startedS + visit.serviceS : Math.max(startedS, visit.servedToS);
      if (visit.desk !== null) lastFinish.set(visit.desk, finishedS);
      return [visit, { startedS, finishedS, order }];
    }),
  );
}

function afterRounding(second: number, busyUntilS: number | undefined): number {
  const isRounding = busyUntilS !== undefined && busyUntilS > second && busyUntilS - second <= roundingS;
  return isRounding ? busyUntilS : second;
}

/** What comes first in one second: desks become free, tickets are printed, given up, then called and served. */
const phases = { freed: 0, issued: 1, cancelled: 2, served: 3 };

type Step = TimedBody<'queue'> & { phase: number; order: number; step: number };

function stepsOf(visit: Visit, ticket: string, service: Service | null, arrival: number): Step[] {
  const { date, arrivedS, waitedUntilS, desk, priority } = visit;
  const body = { ticket, service: visit.service };
  const atDesk = desk === null ? body : { ...body, desk };
  const issued = { event: 'issued' as const, ...body, ...(priority > 0 ? { priority } : {}) };
  const first = { date, second: arrivedS, phase: phases.issued, order: arrival, step: 0, body: issued };
  if (!service) {
    const cancelled = { event: 'cancelled' as const, ...body };
    return [first, { date, second: waitedUntilS, phase: phases.cancelled, order: arrival, step: 0, body: cancelled }];
  }
  const { startedS, finishedS, order } = service;
  const serving = { date, phase: phases.served, order };
  const freed = finishedS > startedS ? phases.freed : phases.served;
  return [
    first,
    { ...serving, second: startedS, step: 0, body: { event: 'called', ...atDesk } },
    { ...serving, second: startedS, step: 1, body: { event: 'started', ...atDesk } },
    { ...serving, second: finishedS, phase: freed, step: 2, body: { event: 'finished', ...atDesk } },
  ];
}
