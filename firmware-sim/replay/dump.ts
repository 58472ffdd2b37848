import type { Static } from 'typebox';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { UserError } from '../user-error.ts';

/** One line of a dump. A payload that is text or bytes says so in `encoding`; anything else is sent as JSON. */
const Line = Type.Object({
  topic: Type.String({ minLength: 1, maxLength: 65_535, pattern: '^[^+#\\u0000]+$' }),
  payload: Type.Unsafe<unknown>({}),
  time: Type.Union([Type.Integer({ minimum: 0 }), Type.String()], { description: 'epoch ms, or ISO with an offset' }),
  encoding: Type.Optional(Type.Enum(['text', 'hex', 'base64'])),
  retain: Type.Optional(Type.Boolean()),
});
const isLine = Compile(Line);

export interface DumpedMessage {
  /** Epoch ms. */
  at: number;
  topic: string;
  payload: Buffer;
  retain: boolean;
}

/** Reads a dump, in order of time. Throws a UserError that names the first line that can't be read. */
export function readDump(text: string): DumpedMessage[] {
  const messages = text
    .split('\n')
    .map((line, i) => [line.trim(), i + 1] as const)
    .filter(([line]) => line !== '')
    .map(([line, number]) => messageOf(line, number));
  if (messages.length === 0) throw new UserError('the dump is empty: it needs lines of {topic, payload, time}', 1);
  return messages.sort((a, b) => a.at - b.at);
}

function messageOf(text: string, number: number): DumpedMessage {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    throw new UserError(`line ${number} is no JSON`, 1);
  }
  if (!isLine.Check(line)) {
    const fault = isLine.Errors(line)[0];
    throw new UserError(`line ${number}: ${fault?.instancePath.slice(1) || 'it'} ${fault?.message}`, 1);
  }
  return { at: timeOf(line.time, number), topic: line.topic, payload: bytesOf(line), retain: line.retain ?? false };
}

function timeOf(time: number | string, number: number): number {
  if (typeof time === 'number') return time;
  try {
    return Temporal.Instant.from(time).epochMilliseconds;
  } catch {
    throw new UserError(`line ${number}: time is "${time}": write epoch ms, or ISO with an offset`, 1);
  }
}

/** A text without an encoding is what the device sent, as it is: quotes around it would be ours. */
function bytesOf({ payload, encoding }: Static<typeof Line>): Buffer {
  if (typeof payload !== 'string') return Buffer.from(JSON.stringify(payload));
  return Buffer.from(payload, encoding === 'hex' || encoding === 'base64' ? encoding : 'utf8');
}
