// Answers of any length: made piece by piece as the other end takes them, and left off when it goes away.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Breath } from '../../history/breath.ts';
import type { Logger } from '../../log.ts';

/** Characters handed on at once. */
const pieceLength = 32_768;

export interface Streamed {
  type: 'application/json; charset=utf-8' | 'text/csv; charset=utf-8';
  /** For what is to be saved. */
  fileName?: string;
  log: Logger;
}

/**
 * Answers with the texts of `parts`. An error before the first piece is answered as any other; a later one breaks the
 * connection off, so that nobody takes half for the whole.
 */
export async function sendStream(
  reply: FastifyReply,
  parts: AsyncIterable<string>,
  { type, fileName, log }: Streamed,
): Promise<FastifyReply> {
  const pieces = piecesOf(parts);
  const first = await pieces.next();
  if (fileName) reply.header('content-disposition', `attachment; filename="${fileName}"`);
  reply.type(type);
  return reply.send(Readable.from(all(first, pieces, log), { objectMode: false, highWaterMark: pieceLength }));
}

async function* all(first: IteratorResult<string>, rest: AsyncGenerator<string>, log: Logger): AsyncGenerator<string> {
  try {
    if (!first.done) yield first.value;
    yield* rest;
  } catch (error) {
    log.warn({ error: String(error) }, 'an answer broke off');
    throw error;
  } finally {
    // When the other end went away before the second piece.
    await rest.return(undefined);
  }
}

/** Joins small texts, and lets other work through. */
async function* piecesOf(parts: AsyncIterable<string>): AsyncGenerator<string> {
  const breath = new Breath();
  let piece = '';
  for await (const part of parts) {
    piece += part;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
    await breath.ifDue();
  }
  if (piece !== '') yield piece;
}

/** A JSON array of values as they come. */
export async function* jsonArray(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  let before = '[';
  for await (const value of values) {
    yield `${before}${JSON.stringify(value)}`;
    before = ',\n';
  }
  yield before === '[' ? '[]' : ']';
}
