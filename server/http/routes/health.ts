import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { Ready } from '../../contracts/http.ts';
import type { Metrics } from '../../metrics.ts';

/** GET /healthz (we run), /readyz (we can be believed) and /metrics (for Prometheus). */
export function healthRoutes({ ready, metrics }: { ready: () => Ready; metrics: Metrics }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/healthz',
      { schema: { summary: 'The process answers', response: { 200: Type.Object({ ok: Type.Literal(true) }) } } },
      () => ({
        ok: true as const,
      }),
    );
    app.get(
      '/readyz',
      {
        schema: {
          summary: 'Whether it can be believed: reasons while not, and what is degraded',
          response: { 200: Ready, 503: Ready },
        },
      },
      async (_request, reply) => {
        const answer = ready();
        return reply.status(answer.ready ? 200 : 503).send(answer);
      },
    );
    app.get('/metrics', { schema: { summary: 'For Prometheus' } }, async (_request, reply) => {
      reply.type(metrics.contentType);
      return metrics.text();
    });
  };
}
