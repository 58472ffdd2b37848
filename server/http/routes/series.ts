import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { HallConfig } from '../../config/hall-config.ts';
import type { SeriesStep } from '../../contracts/history.ts';
import { Series, SeriesQuery } from '../../contracts/history.ts';
import { ErrorBody, HallParams } from '../../contracts/http.ts';
import type { Halls } from '../../hall/halls.ts';
import type { SeriesQuestion } from '../../history/asking/series.ts';
import { seriesParts } from '../../history/asking/series.ts';
import type { HistoryStore } from '../../history/port.ts';
import type { Logger } from '../../log.ts';
import { byteOrderMark, csvAnswer, csvRow } from '../asking/csv.ts';
import { fileNameOf } from '../asking/file-name.ts';
import { LocalTimes } from '../asking/local-times.ts';
import { hallOf } from '../asking/places.ts';
import { readSeriesRequest } from '../asking/series-request.ts';
import type { StepLimits } from '../asking/step.ts';
import { sendStream } from '../asking/stream.ts';

interface Parts {
  halls: Halls;
  history: HistoryStore;
  simulated: boolean;
  log: Logger;
}

/** Two years, and what a chart could show; the file is for the rest. */
const answerLimits: StepLimits = {
  days: 732,
  steps: 10_000,
  otherwise: '; series.csv gives 1,000,000 steps of ten years',
};
const fileLimits: StepLimits = { days: 3_660, steps: 1_000_000, otherwise: '' };
const errors = { 400: ErrorBody, 404: ErrorBody, 503: ErrorBody };

/** GET /api/halls/:hall/series and series.csv. */
export function seriesRoutes({ halls, history, simulated, log }: Parts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/halls/:hall/series',
      {
        schema: {
          summary: 'A hall by steps of its local days; with service or terminal, one of those',
          params: HallParams,
          querystring: SeriesQuery,
          response: { 200: Series, ...errors },
        },
      },
      async (request, reply) => {
        const hall = hallOf(halls, request.params.hall);
        const { question, from, to, stepMs } = readSeriesRequest(hall, request.query, answerLimits);
        const { steps, isAnySimulated } = await stepsOf(history, question);
        const answer: Series = {
          hall: hall.id,
          service: request.query.service ?? null,
          terminal: request.query.terminal ?? null,
          timeZone: hall.file.timeZone,
          from,
          to,
          end: question.edges.at(-1) ?? to,
          stepS: stepMs / 1000,
          source: question.source,
          simulated: simulated || isAnySimulated,
          steps,
        };
        reply.type('application/json; charset=utf-8');
        // As text: by its schema, 200,000 numbers that may be null take ten times as long.
        return reply.send(JSON.stringify(answer) as unknown as Series);
      },
    );
    app.get(
      '/api/halls/:hall/series.csv',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'The same as a CSV file, of any length',
          params: HallParams,
          querystring: SeriesQuery,
          response: { 200: csvAnswer, ...errors },
        },
      },
      async (request, reply) => {
        const hall = hallOf(halls, request.params.hall);
        const { question, from, to } = readSeriesRequest(hall, request.query, fileLimits);
        const { service, terminal } = request.query;
        const fileName = fileNameOf([hall.id, service ?? terminal, 'series'], { from, to, days: hall.days, simulated });
        const rows = seriesRows(history, { question, hall, simulated });
        return sendStream(reply, rows, { type: 'text/csv; charset=utf-8', fileName, log });
      },
    );
  };
}

async function stepsOf(history: HistoryStore, question: SeriesQuestion) {
  const steps: SeriesStep[] = [];
  let isAnySimulated = false;
  for await (const { starts, values, simulated } of seriesParts(history, question)) {
    isAnySimulated ||= simulated.includes(true);
    starts.forEach((start, i) => {
      const step: Record<string, number | null> = { start };
      for (const [field, column] of values) step[field] = column[i] ?? null;
      steps.push(step as unknown as SeriesStep);
    });
  }
  return { steps, isAnySimulated };
}

async function* seriesRows(
  history: HistoryStore,
  { question, hall, simulated }: { question: SeriesQuestion; hall: HallConfig; simulated: boolean },
): AsyncGenerator<string> {
  const times = new LocalTimes(hall.file.timeZone);
  const tags = Object.entries(question.tags);
  const named = tags.map(([name]) => (name === 'device' ? 'terminal' : name));
  const from = seriesParts(history, question);
  yield byteOrderMark + csvRow([...named, 'start', 'startMs', 'lengthS', ...question.fields, 'simulated']);
  for await (const { starts, ends, values, simulated: marks } of from) {
    for (const [i, start] of starts.entries()) {
      const fields = [...values.values()].map((column) => column[i]);
      const lengthS = ((ends[i] ?? 0) - start) / 1000;
      const own = tags.map(([, value]) => value);
      yield csvRow([...own, times.text(start), start, lengthS, ...fields, marks[i] ?? simulated]);
    }
  }
}
