import type { Visit } from '../../contracts/history.ts';
import type { FieldValue, Point } from '../points.ts';
import type { HistoryStore } from '../port.ts';
import { isUnsaid } from '../raw/unsaid.ts';

/** Visits of a hall whose first event lies in `from` to `to` (epoch ms, half-open), in order; `service`: of one. */
export interface VisitsQuestion {
  hall: string;
  service?: string;
  from: number;
  to: number;
}

/** In bounded memory, without those that were taken back (outcome `void`). Throws `history-away`. */
export async function* visitsOf(store: HistoryStore, question: VisitsQuestion): AsyncGenerator<Visit> {
  const { hall, service, from, to } = question;
  const tags: Record<string, string> = service === undefined ? { hall } : { hall, service };
  for await (const point of store.points({ measurement: 'visit', from, to, tags })) {
    if (point.fields.outcome !== 'void') yield visitOf(point);
  }
}

function visitOf({ at, tags, fields }: Point): Visit {
  const known = (name: string) => (isUnsaid(name, fields[name]) ? null : fields[name]);
  const text = (name: string) => as(known(name), 'string');
  const number = (name: string) => as(known(name), 'number');
  const yes = (name: string) => as(fields[name], 'boolean');
  return {
    at: Math.floor(at / 1000),
    service: tags.service ?? '',
    device: tags.device ?? '',
    ticket: text('ticket'),
    outcome: text('outcome'),
    presumed: yes('presumed'),
    issuedAt: number('issuedAt'),
    calledAt: number('calledAt'),
    endedAt: number('endedAt'),
    waitS: number('waitS'),
    earlyS: number('earlyS'),
    serviceS: number('serviceS'),
    limitS: number('limitS'),
    tier: text('tier'),
    priority: yes('priority'),
    item: text('item'),
    desk: text('desk'),
    rating: number('score') ?? number('rating'),
    simulated: yes('simulated'),
  };
}

interface Types {
  string: string;
  number: number;
  boolean: boolean;
}

function as<T extends keyof Types>(value: FieldValue | null | undefined, type: T): Types[T] | null {
  return typeof value === type ? (value as Types[T]) : null;
}
