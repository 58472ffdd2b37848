import { createHash } from 'node:crypto';
import type { NewEntry } from '../journal/entry.ts';
import type { RawMessage } from './message.ts';
import { largestPayload } from './message.ts';

const keptBytes = 1_024;

/** The journal entry of a message. Of one over 64 KB it holds length, SHA-256 and the first KB, as JSON (J2). */
export function entryOf(message: RawMessage): NewEntry {
  const { topic, payload, receivedAt, live, caughtUp } = message;
  const isLarge = payload.length > largestPayload;
  return {
    kind: 'message',
    topic,
    payload: isLarge ? summaryOf(payload) : payload,
    receivedAt,
    live,
    caughtUp,
    shortened: isLarge,
    retryOf: null,
  };
}

function summaryOf(payload: Uint8Array): Uint8Array {
  const sha256 = createHash('sha256').update(payload).digest('hex');
  const head = Buffer.from(payload.subarray(0, keptBytes)).toString('latin1');
  return Buffer.from(JSON.stringify({ bytes: payload.length, sha256, head }));
}
