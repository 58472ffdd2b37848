import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { asyncApi } from '../../api-docs/asyncapi.ts';
import { apiPage } from '../../api-docs/page.ts';
import { version } from '../../version.ts';

/** GET /api/openapi.json, /api/asyncapi.json, and both as a page at /api/docs. */
export function apiDocRoutes(): FastifyPluginAsyncTypebox {
  return async (app) => {
    const hide = { schema: { hide: true } };
    app.get('/api/openapi.json', hide, () => app.swagger());
    app.get('/api/asyncapi.json', hide, () => asyncApi(version));
    app.get('/api/docs', hide, (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(apiPage(app.swagger(), asyncApi(version))),
    );
  };
}
