import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { HallConfig } from '../../config/hall-config.ts';
import type { VisitsMissing } from '../../contracts/history.ts';
import { missingHeader, Visit, VisitsQuery } from '../../contracts/history.ts';
import { ErrorBody, HallParams } from '../../contracts/http.ts';
import { HallwatchError } from '../../errors.ts';
import type { Halls } from '../../hall/halls.ts';
import { visitsOf } from '../../history/asking/visits.ts';
import type { HistoryStore } from '../../history/port.ts';
import type { Logger } from '../../log.ts';
import { byteOrderMark, csvAnswer, csvRow } from '../asking/csv.ts';
import { fileNameOf } from '../asking/file-name.ts';
import { LocalTimes } from '../asking/local-times.ts';
import { checkKnown, hallOf } from '../asking/places.ts';
import type { Slots } from '../asking/slots.ts';
import { jsonArray, sendStream } from '../asking/stream.ts';
import { readPeriod } from '../asking/times.ts';

interface Parts {
  halls: Halls;
  history: HistoryStore;
  simulated: boolean;
  log: Logger;
  /** What is known to be missing of a hall's visits in a period, epoch ms. */
  missing: (hall: string, period: { from: number; to: number }) => VisitsMissing[];
  streams: Slots;
}

const mostDays = 400;
const dayMs = 86_400_000;
const errors = { 400: ErrorBody, 404: ErrorBody, 503: ErrorBody };
const times = ['at', 'issuedAt', 'calledAt', 'endedAt'] as const;

/** GET /api/halls/:hall/visits and visits.csv, both however long. */
export function visitRoutes({ halls, history, simulated, log, missing, streams }: Parts): FastifyPluginAsyncTypebox {
  return async (app) => {
    const ask = (id: string, query: VisitsQuery) => {
      const hall = hallOf(halls, id);
      if (query.service !== undefined) checkKnown('service', query.service, hall.serviceIds);
      const period = readPeriod(query, hall.days);
      checkDays(period);
      return { hall, period, visits: visitsOf(history, { hall: id, service: query.service, ...period }) };
    };
    app.get(
      '/api/halls/:hall/visits',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'Visits that are over, by the time of their first event',
          description: `What the answer lacks of them is said in the header ${missingHeader}: a JSON array of {reason, count, until}, \`[]\` when nothing is missing.`,
          params: HallParams,
          querystring: VisitsQuery,
          response: { 200: Type.Array(Visit), ...errors },
        },
      },
      async (request, reply) => {
        const { hall, period, visits } = ask(request.params.hall, request.query);
        await streams.hold(reply);
        reply.header(missingHeader, JSON.stringify(missing(hall.id, period)));
        return sendStream(reply, jsonArray(visits), { type: 'application/json; charset=utf-8', log });
      },
    );
    app.get(
      '/api/halls/:hall/visits.csv',
      {
        exposeHeadRoute: false,
        schema: {
          summary:
            'The same as a CSV file; what is missing stands in the column `missing` of rows of its own at the end',
          params: HallParams,
          querystring: VisitsQuery,
          response: { 200: csvAnswer, ...errors },
        },
      },
      async (request, reply) => {
        const { hall, period, visits } = ask(request.params.hall, request.query);
        await streams.hold(reply);
        const parts = [hall.id, request.query.service, 'visits'];
        const fileName = fileNameOf(parts, { ...period, days: hall.days, simulated });
        reply.header(missingHeader, JSON.stringify(missing(hall.id, period)));
        const rows = visitRows(visits, { hall, simulated, missing: () => missing(hall.id, period) });
        return sendStream(reply, rows, { type: 'text/csv; charset=utf-8', fileName, log });
      },
    );
  };
}

async function* visitRows(
  visits: AsyncIterable<Visit>,
  { hall, simulated, missing }: { hall: HallConfig; simulated: boolean; missing: () => VisitsMissing[] },
): AsyncGenerator<string> {
  const local = new LocalTimes(hall.file.timeZone);
  const others = (Object.keys(Visit.properties) as (keyof Visit)[]).filter(
    (name) => !times.some((time) => time === name) && name !== 'simulated',
  );
  const header = times.flatMap((name) => [name, `${name}Ms`]);
  const names = ['hall', ...header, ...others, 'simulated', 'missing'];
  yield byteOrderMark + csvRow(names);
  for await (const visit of visits) {
    const both = times.flatMap((name) => [local.text(visit[name]), visit[name]]);
    yield csvRow([hall.id, ...both, ...others.map((name) => visit[name]), visit.simulated ?? simulated, null]);
  }
  for (const { reason, count, until } of missing()) {
    const words = [reason, count ?? 'unknown', ...(until === null ? [] : [`until ${local.text(until)}`])].join(' ');
    yield csvRow(names.map((name) => ({ hall: hall.id, simulated, missing: words })[name] ?? null));
  }
}

function checkDays({ from, to }: { from: number; to: number }): void {
  if (to - from <= mostDays * dayMs) return;
  throw new HallwatchError('bad-request', {
    what: `from and to are ${Math.ceil((to - from) / dayMs)} days apart`,
    fix: `ask for ${mostDays} days at most, and for the next with another request`,
  });
}
