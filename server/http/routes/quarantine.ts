import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { ErrorBody, QuarantineEntry, QuarantineParams, QuarantineQuery, RetryAnswer } from '../../contracts/http.ts';
import type { Pipeline } from '../../ingest/pipeline.ts';
import { sampleText } from '../../ingest/sample.ts';

const usualLimit = 200;

/** GET /api/quarantine and POST /api/quarantine/:id/retry. */
export function quarantineRoutes(pipeline: Pick<Pipeline, 'quarantine' | 'retry'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/quarantine',
      {
        schema: {
          summary: 'What could not be read, the latest seen first',
          querystring: QuarantineQuery,
          response: { 200: Type.Array(QuarantineEntry), 400: ErrorBody },
        },
      },
      (request) =>
        pipeline.quarantine.list({ limit: usualLimit, ...request.query }).map(({ sample, ...entry }) => ({
          ...entry,
          sample: sample && sampleText(sample.payload, sample.shortened),
        })),
    );
    app.post(
      '/api/quarantine/:id/retry',
      {
        schema: {
          summary: 'Tries the kept messages of an entry again; answers how many were read and refused',
          params: QuarantineParams,
          response: { 200: RetryAnswer, 400: ErrorBody, 404: ErrorBody, 409: ErrorBody, 503: ErrorBody },
        },
      },
      (request) => pipeline.retry(request.params.id),
    );
  };
}
