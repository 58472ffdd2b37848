import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Fastify from 'fastify';
import type { BoundsReached } from '../bounds.ts';
import { textOf } from '../contracts/utf8.ts';
import { HallwatchError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { version } from '../version.ts';
import { boundAnswers, guardConnections, httpLimits, idleForMs } from './connections.ts';
import { limitInFlight } from './in-flight.ts';
import { answerErrors, answerMalformed, frameworkErrorAnswer } from './plugins/errors.ts';
import { checkGate } from './plugins/gate.ts';

const largestBody = 64 * 1024;
const changesAMinute = 600;

interface Parts {
  log: Logger;
  port: () => number;
  bounds: BoundsReached;
}

/** A Fastify server with what every route shares: the gate, headers, limits, errors. `port` is known once it listens. */
export async function makeHttp({ log, port, bounds }: Parts): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: largestBody,
    forceCloseConnections: true,
    http: httpLimits,
    requestTimeout: httpLimits.requestTimeout,
    connectionTimeout: idleForMs,
    frameworkErrors: frameworkErrorAnswer(({ method, headers }) => checkGate({ method, headers, port: port() })),
    clientErrorHandler: answerMalformed,
  })
    .setValidatorCompiler(TypeBoxValidatorCompiler)
    .withTypeProvider<TypeBoxTypeProvider>();
  // What isn't UTF-8 would be stored with its letters lost.
  const parse = app.getDefaultJsonParser('error', 'ignore');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { text, fault } = textOf(body);
    if (text !== null) return parse(request, text, done);
    done(new HallwatchError('bad-request', { what: `the body ${fault.what}`, fix: 'send JSON in UTF-8' }), undefined);
  });
  answerErrors(app, log);
  guardConnections(app.server, bounds);
  boundAnswers(app, bounds);
  limitInFlight(app);
  app.addHook('onRequest', async ({ method, headers }) => checkGate({ method, headers, port: port() }));
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'", 'ws:'],
        'manifest-src': ["'self'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    // The pages are served over plain HTTP on loopback.
    hsts: false,
  });
  // All callers are this machine and share one bucket: reading is free, so that no script can shut the screens out.
  const isRead = ({ method }: { method: string }) => method === 'GET' || method === 'HEAD';
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hallwatch',
        version,
        description: 'Every error is {code, message, fix}: docs/errors.md explains the codes.',
      },
    },
  });
  await app.register(rateLimit, { max: changesAMinute, timeWindow: '1 minute', allowList: isRead });
  return app;
}
