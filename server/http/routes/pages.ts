import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HallwatchError } from '../../errors.ts';
import type { Halls } from '../../hall/halls.ts';
import { pagePath } from '../plugins/page-paths.ts';

/** The screens: /wall/:hall, /region/:region, /maintenance, /quarantine, and / which leads to the first hall's wall. `dist` is the built dashboard. */
export function pageRoutes({ dist, halls }: { dist: string; halls: Halls }): FastifyPluginAsyncTypebox {
  return async (app) => {
    // Without this plugin a server that only has an API to offer would not start.
    const isBuilt = existsSync(join(dist, 'wall.html'));
    if (isBuilt) {
      await app.register(fastifyStatic, {
        root: join(dist, 'assets'),
        prefix: '/assets/',
        immutable: true,
        maxAge: '365d',
      });
      await app.register(fastifyStatic, { root: dist, serve: false, decorateReply: false });
    }
    const page = (name: string) => (request: FastifyRequest, reply: FastifyReply) => {
      // Ids are in small letters: whoever typed others means the same.
      const [path = '', ...query] = request.url.split('?');
      const to = pagePath(path);
      if (to !== null && to !== path) return reply.redirect([to, ...query].join('?'));
      if (!isBuilt) {
        throw new HallwatchError('dashboard-not-built', {
          what: 'the screens are not built',
          fix: 'run npm run build and start again',
        });
      }
      return reply.header('cache-control', 'no-cache').sendFile(name, dist, { cacheControl: false });
    };
    // An unknown hall or region gets the page too: it says so, and lists those there are.
    app.get('/wall/:hall', { schema: { hide: true } }, page('wall.html'));
    app.get('/region/:region', { schema: { hide: true } }, page('region.html'));
    app.get('/maintenance', { schema: { hide: true } }, page('maintenance.html'));
    app.get('/quarantine', { schema: { hide: true } }, page('quarantine.html'));
    app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect(`/wall/${halls.ids[0] ?? 'none'}`));
  };
}
