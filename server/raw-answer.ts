import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HallwatchError } from './errors.ts';

/** Answers an error on a bare socket, where no HTTP response exists: a refused upgrade, or what is no HTTP at all. */
export function answerRaw(socket: Duplex, error: HallwatchError): void {
  if (!socket.writable) return;
  const body = JSON.stringify(error.toBody());
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? 'Error'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
