import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Series, SeriesQuery } from '../../contracts/history.ts';
import { ErrorBody, HallParams } from '../../contracts/http.ts';
import type { Halls } from '../../hall/halls.ts';
import type { HistoryStore } from '../../history/port.ts';
import type { Logger } from '../../log.ts';
import { csvAnswer } from '../asking/csv.ts';
import { fileNameOf } from '../asking/file-name.ts';
import { hallOf } from '../asking/places.ts';
import { seriesAnswer, seriesRows } from '../asking/series-answer.ts';
import { readSeriesRequest } from '../asking/series-request.ts';
import type { Slots } from '../asking/slots.ts';
import type { StepLimits } from '../asking/step.ts';
import { sendStream } from '../asking/stream.ts';

interface Parts {
  halls: Halls;
  history: HistoryStore;
  simulated: boolean;
  log: Logger;
  answers: Slots;
  streams: Slots;
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
export function seriesRoutes({ halls, history, simulated, log, answers, streams }: Parts): FastifyPluginAsyncTypebox {
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
        const asked = readSeriesRequest(hall, request.query, answerLimits);
        reply.type('application/json; charset=utf-8');
        // As text: by its schema, 200,000 numbers that may be null take ten times as long.
        const text = await answers.run(async () =>
          JSON.stringify(await seriesAnswer(history, { hall, asked, query: request.query, simulated })),
        );
        return reply.send(text as unknown as Series);
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
        await streams.hold(reply);
        const rows = seriesRows(history, { question: question(), hall, simulated });
        return sendStream(reply, rows, { type: 'text/csv; charset=utf-8', fileName, log });
      },
    );
  };
}
