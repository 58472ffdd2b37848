// Requests of one connection that are worked on at once. Node reads all that a client has sent ahead, hundreds in one piece, and
// answers in order, so that all but the first would only fill memory and hold everybody else up.
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { nextTurn } from '../history/breath.ts';

/** Browsers send one after the other. */
const mostInFlight = 4;

interface Line {
  inFlight: number;
  waiting: (() => void)[];
}

/** Makes requests of a connection wait for those that came before. */
export function limitInFlight(app: FastifyInstance): void {
  const lines = new WeakMap<Socket, Line>();
  app.addHook('onRequest', async ({ raw }, reply) => {
    const line = lineOf(lines, raw.socket);
    if (line.inFlight >= mostInFlight) await new Promise<void>((resolve) => line.waiting.push(resolve));
    else line.inFlight++;
    const free = () => {
      const next = line.waiting.shift();
      // An answer that the kernel takes at once ends at once: without a pause all would be made in this very turn.
      if (next) nextTurn().then(next);
      else line.inFlight--;
    };
    if (reply.raw.destroyed) free();
    else reply.raw.once('close', free);
  });
}

function lineOf(lines: WeakMap<Socket, Line>, socket: Socket): Line {
  const known = lines.get(socket);
  if (known) return known;
  const line = { inFlight: 0, waiting: [] };
  lines.set(socket, line);
  return line;
}
