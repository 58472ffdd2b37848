// What clients over HTTP can make this process hold, before any route: connections, requests that never end, answers that nobody
// reads. And answers in our own form to what Node would answer by itself, or not at all.
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { BoundsReached } from '../bounds.ts';
import { HallwatchError } from '../errors.ts';
import { HeldBytes } from '../held-bytes.ts';
import { answerRaw } from '../raw-answer.ts';

const mib = 2 ** 20;
const mostConnections = 4_096;
const lookEveryMs = 1_000;
/** Answers made whole that wait to be read, all together: the largest is dropped. Those read piece by piece hold a piece each. */
const mostUnread = 64 * mib;
/** Less isn't worth counting. */
const leastUnread = 64 * 1024;
const unreadForMs = 30_000;

/** How long a request may take to come, ms, and who may leave HTTP: only what Socket.IO takes. */
export const httpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  // Our gate says better what is wrong with it.
  requireHostHeader: false,
  shouldUpgradeCallback: ({ url = '', headers }) =>
    url.startsWith('/socket.io/') && headers.upgrade?.toLowerCase() === 'websocket',
} satisfies ServerOptions;

/** Nothing comes or goes on a connection for so long. */
export const idleForMs = 120_000;

/** Answers what Node leaves to nobody, and drops who makes us hold too much. */
export function guardConnections(server: Server, bounds: BoundsReached): void {
  server.maxConnections = mostConnections;
  server.on('drop', () => bounds.reached('http-connections', 'too many connections over HTTP: a new one was dropped'));
  server.on('connect', (_request: IncomingMessage, socket: Duplex) =>
    answerRaw(socket, notHere('this is no proxy', 'GET /api/halls lists the halls')),
  );
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const error = notHere('an Expect header that is not understood', 'leave it out, or write 100-continue');
    response.writeHead(error.status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(error.toBody()));
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const stuck = new StuckReaders(bounds);
  const looking = setInterval(() => stuck.look(sockets), lookEveryMs).unref();
  server.once('close', () => clearInterval(looking));
}

/** Counts whole answers until they are read: Node keeps them, and those behind them on the same connection. */
export function boundAnswers(app: FastifyInstance, bounds: BoundsReached): void {
  const held = new HeldBytes<ServerResponse>({
    most: mostUnread,
    drop: (response) => {
      bounds.reached('http-unread', 'answers that are not read take too much memory: largest dropped');
      response.destroy();
    },
  });
  app.addHook('onSend', async (_request, { raw }, payload) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
    if (bytes < leastUnread || raw.destroyed) return;
    raw.once('close', () => held.set(raw, 0));
    held.set(raw, bytes);
  });
}

function notHere(what: string, fix: string): HallwatchError {
  return new HallwatchError('bad-request', { what, fix });
}

/** Connections whose reader takes nothing any more. */
class StuckReaders {
  readonly #bounds: BoundsReached;
  /** How far a connection that is behind had been written, and since when. */
  readonly #behind = new WeakMap<Socket, { written: number; sinceMs: number }>();

  constructor(bounds: BoundsReached) {
    this.#bounds = bounds;
  }

  look(sockets: Iterable<Socket>): void {
    const now = performance.now();
    for (const socket of sockets) {
      if (socket.writableLength < leastUnread || !this.#isStuck(socket, now)) continue;
      this.#bounds.reached('http-unread', 'an answer is not read: its connection was dropped');
      socket.destroy();
    }
  }

  #isStuck(socket: Socket, now: number): boolean {
    // What the kernel took.
    const written = socket.bytesWritten - socket.writableLength;
    const before = this.#behind.get(socket);
    if (before?.written === written) return now - before.sinceMs > unreadForMs;
    this.#behind.set(socket, { written, sinceMs: now });
    return false;
  }
}
