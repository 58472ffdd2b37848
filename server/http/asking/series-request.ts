import type { HallConfig } from '../../config/hall-config.ts';
import type { SeriesQuery } from '../../contracts/history.ts';
import { HallwatchError } from '../../errors.ts';
import type { SeriesQuestion } from '../../history/asking/series.ts';
import { stepEdges } from '../../history/steps.ts';
import type { SeriesSubject, StepField } from '../../insight/series-columns.ts';
import { fieldsOf } from '../../insight/series-columns.ts';
import { checkKnown } from './places.ts';
import type { StepLimits } from './step.ts';
import { checkLength, isBelowSlot, readStep } from './step.ts';
import { readPeriod } from './times.ts';

/** What is to be read for a request, and the request as it was understood. */
export interface SeriesRequest {
  /** Makes the edges of all steps, up to a million: some 50 ms, to be spent when it is this question's turn. */
  question: () => SeriesQuestion;
  from: number;
  to: number;
  stepMs: number;
}

/** Throws `bad-request`, with what to write instead. */
export function readSeriesRequest(hall: HallConfig, query: SeriesQuery, limits: StepLimits): SeriesRequest {
  const subject = subjectOf(hall, query);
  const stepMs = readStep(query.step ?? '15m');
  if (subject !== 'hall' && isBelowSlot(stepMs)) {
    throw new HallwatchError('bad-request', {
      what: `a ${subject} is written by the quarter of an hour, and step is "${query.step}"`,
      fix: 'write step=15m or longer; the hall as a whole has 1m',
    });
  }
  const fields = readFields(subject, query.fields);
  const { from, to } = readPeriod(query, hall.days);
  checkLength({ from, to }, stepMs, limits);
  const source = subject === 'hall' ? (isBelowSlot(stepMs) ? 'hall_minute' : 'hall_slot') : slotsOf[subject];
  const question = (): SeriesQuestion => {
    const edges = stepEdges({ from, to, stepMs }, hall.days);
    return { subject, source, tags: tagsOf(hall, query), fields, edges };
  };
  return { question, from, to, stepMs };
}

const slotsOf = { service: 'service_slot', terminal: 'terminal_slot' } as const;

function subjectOf(hall: HallConfig, { service, terminal }: SeriesQuery): SeriesSubject {
  if (service !== undefined && terminal !== undefined) {
    throw new HallwatchError('bad-request', {
      what: 'both a service and a terminal are asked for',
      fix: 'leave one of them out',
    });
  }
  if (service !== undefined) checkKnown('service', service, hall.serviceIds);
  if (terminal === undefined) return service === undefined ? 'hall' : 'service';
  const terminals = [...hall.devices.values()].filter(({ kind }) => kind === 'terminal');
  checkKnown(
    'terminal',
    terminal,
    terminals.map(({ id }) => id),
  );
  return 'terminal';
}

function tagsOf({ id }: HallConfig, { service, terminal }: SeriesQuery): Record<string, string> {
  if (service !== undefined) return { hall: id, service };
  return terminal === undefined ? { hall: id } : { hall: id, device: terminal };
}

/** In the order of answers, whatever the order they are asked for in. */
function readFields(subject: SeriesSubject, text: string | undefined): StepField[] {
  const all = fieldsOf(subject);
  if (text === undefined) return all;
  const asked = text.split(',').map((name) => name.trim());
  const unknown = asked.filter((name) => !all.some((one) => one === name));
  if (unknown.length === 0) return all.filter((name) => asked.includes(name));
  throw new HallwatchError('bad-request', {
    what: `fields has ${unknown.map((name) => `"${name}"`).join(', ')}`,
    fix: `leave it out, or write some of ${all.join(',')}`,
  });
}
