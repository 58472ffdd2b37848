// HTTP over bare sockets, for what no client library would send.
import type { Socket } from 'node:net';
import { connect } from 'node:net';

export interface Answer {
  status: number;
  head: string;
  body: string;
}

const longestAnswerMs = 20_000;

/** Errors are part of the attack. */
export function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.once('connect', () => resolve(socket));
    socket.once('close', () => resolve(socket));
  });
}

/** Sends bytes and reads until the other end closes, or `count` answers are here, or nothing comes any more. */
export async function exchange(port: number, bytes: Buffer | string, count = 1): Promise<Answer[]> {
  const socket = await openSocket(port);
  const pieces: Buffer[] = [];
  return new Promise((resolve) => {
    const late = setTimeout(() => socket.destroy(), longestAnswerMs);
    socket.on('data', (piece) => {
      pieces.push(piece as Buffer);
      if (answersIn(Buffer.concat(pieces)).length >= count) socket.destroy();
    });
    socket.on('close', () => {
      clearTimeout(late);
      resolve(answersIn(Buffer.concat(pieces)));
    });
    if (socket.destroyed) resolve([]);
    socket.write(bytes);
  });
}

/** Whole answers at the beginning of what was read. */
export function answersIn(bytes: Buffer): Answer[] {
  const found: Answer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    if (headEnd === -1) break;
    const head = bytes.toString('latin1', at, headEnd);
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
    const bodyAt = headEnd + 4;
    if (/^transfer-encoding: *chunked\r?$/im.test(head)) {
      const chunked = chunksAt(bytes, bodyAt);
      if (!chunked) break;
      found.push({ status, head, body: chunked.body });
      at = chunked.end;
      continue;
    }
    const length = Number(/^content-length: *(\d+)\r?$/im.exec(head)?.[1] ?? 0);
    if (bodyAt + length > bytes.length) break;
    found.push({ status, head, body: bytes.toString('utf8', bodyAt, bodyAt + length) });
    at = bodyAt + length;
  }
  return found.filter(({ status }) => status !== 100);
}

/** A chunked body that is whole. */
function chunksAt(bytes: Buffer, from: number): { body: string; end: number } | null {
  const pieces: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    at = lineEnd + 2;
    if (!(size >= 0) || at + size + 2 > bytes.length) return null;
    if (size === 0) return { body: Buffer.concat(pieces).toString(), end: at + 2 };
    pieces.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
}

/** What is wrong with an answer to an odd request; null for one as promised. */
export function faultOf({ status, body }: Pick<Answer, 'status' | 'body'>, { isHead = false } = {}): string | null {
  if (/^\s+at .+:\d+:\d+\)?$/m.test(body) || /node_modules|node:internal/.test(body))
    return `a stack: ${body.slice(0, 200)}`;
  if (status < 400 || isHead) return null;
  if (status === 500) return `500: ${body.slice(0, 200)}`;
  try {
    const { code, message, fix } = JSON.parse(body) as Record<string, unknown>;
    if ([code, message, fix].every((text) => typeof text === 'string' && text !== '')) return null;
  } catch {
    // Told below.
  }
  return `${status} without code, message and fix: ${body.slice(0, 200)}`;
}
