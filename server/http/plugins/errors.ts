import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../errors.ts';
import { HallwatchError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { answerRaw } from '../../raw-answer.ts';
import { missingPage, pagePath, wantsPage } from './page-paths.ts';

/** The same for what Fastify refuses before any hook runs: an address that can't be decoded. The gate comes first. */
export function frameworkErrorAnswer(gate: (request: FastifyRequest) => void) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    let known = translate(error);
    try {
      gate(request);
    } catch (refusal) {
      if (refusal instanceof HallwatchError) known = refusal;
    }
    answer(known, request, reply);
  };
}

/** A person at a browser gets a page, everybody else the body of all errors. */
function answer(error: HallwatchError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.status(error.status);
  const isPage = wantsPage(request) && (error.status === 404 || error.status === 400);
  if (!isPage) return reply.send(error.toBody());
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(missingPage(error));
}

/** What is no HTTP at all gets the same body. */
export function answerMalformed({ code = '' }: Error & { code?: string }, socket: Socket): void {
  // In the middle of another answer there is no place for one.
  const answering: unknown = Reflect.get(socket, '_httpMessage');
  if (typeof answering === 'object' && answering !== null && Reflect.get(answering, 'headersSent')) {
    socket.destroy();
    return;
  }
  const { what, fix } = malformed[code] ?? { what: 'this is not an HTTP request', fix: 'send one' };
  answerRaw(socket, new HallwatchError('bad-request', { what, fix }));
}

const malformed: Record<string, { what: string; fix: string }> = {
  ERR_HTTP_REQUEST_TIMEOUT: { what: 'the request did not come to its end', fix: 'send all of it within 30 s' },
  HPE_HEADER_OVERFLOW: { what: 'the head of the request is too large', fix: 'send 16 KB at most' },
};

/** Answers every failure as `{code, message, fix}`; what we didn't foresee is logged and not told. */
export function answerErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = error instanceof HallwatchError ? error : translate(error);
    if (known.code === 'internal') log.error({ error: error.stack, url: request.url }, 'request failed');
    return reply.status(known.status).send(known.toBody());
  });
  app.setNotFoundHandler((request, reply) => {
    const [path = '', ...query] = request.url.split('?');
    const page = wantsPage(request) ? pagePath(path) : null;
    if (page !== null && page !== path) return reply.redirect([page, ...query].join('?'));
    const error = new HallwatchError('not-found', {
      what: `there is no ${request.method} ${request.url.split('?')[0]}`,
      fix: 'GET /api/halls lists the halls; /wall/<hall> shows one',
    });
    return answer(error, request, reply);
  });
}

const fastifyCodes: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'not-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad-request',
};

function translate(error: FastifyError): HallwatchError {
  if (error.validation) return new HallwatchError('bad-request', { what: error.message, fix: 'mend it and try again' });
  const code = fastifyCodes[error.code];
  if (code) return new HallwatchError(code, { what: error.message, fix: 'mend it and try again' });
  if (error.statusCode === 429) {
    return new HallwatchError('too-many-requests', { what: error.message, fix: 'wait a moment and try again' });
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new HallwatchError('bad-request', { what: error.message, fix: 'mend it and try again' });
  }
  return new HallwatchError('internal', {
    what: 'something failed here',
    fix: 'try again; the server log says more',
    cause: error,
  });
}
