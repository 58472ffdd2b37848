// S1 and what a WebSocket handshake must have, before Engine.IO and its library look at it: their own refusals are in other forms.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HallwatchError } from '../errors.ts';
import { answerRaw } from '../raw-answer.ts';

const key = /^[+/0-9A-Za-z]{22}==$/;

/** Throws `bad-request` for what isn't the beginning of a Socket.IO connection over WebSocket. */
export function checkHandshakeForm({ method, url = '', headers }: IncomingMessage): void {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const isSound =
    method === 'GET' &&
    query.get('transport') === 'websocket' &&
    query.get('EIO') === '4' &&
    !query.has('sid') &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    key.test(headers['sec-websocket-key'] ?? '');
  if (isSound) return;
  throw new HallwatchError('bad-request', {
    what: 'this does not begin a Socket.IO connection over WebSocket',
    fix: 'use a client of Socket.IO 4 with transports: ["websocket"]; docs/api/asyncapi.json says the rest',
  });
}

export function refuse(request: IncomingMessage, response: ServerResponse, error: HallwatchError): void {
  // An upgrade has no response to write to.
  if (request.headers.upgrade) answerRaw(request.socket, error);
  else
    response
      .writeHead(error.status, { 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify(error.toBody()));
}
