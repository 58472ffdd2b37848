// Hallwatch's own JSON messages, one device type a channel, all made from the schemas of contracts/messages.ts.
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import {
  DeskMessage,
  DoorMessage,
  RatedMessage,
  ResentMessage,
  StatusMessage,
  TerminalMessage,
  TicketMessage,
} from '../contracts/messages.ts';
import type { Channel } from '../contracts/names.ts';
import { deskEvents } from '../contracts/names.ts';
import type { Body } from '../contracts/readings.ts';
import type { Decoded, DeviceType } from './device-type.ts';
import { asTicket, asWord, isObject, reread, withoutNulls } from './tidy.ts';

function nativeType<T extends TSchema>(channel: Channel, schema: T, toBody: (message: Static<T>) => Body): DeviceType {
  const validator = Compile(schema);
  return {
    channel,
    decode(payload): Decoded {
      const message = withoutNulls(payload);
      if (validator.Check(message)) return { body: toBody(message as Static<T>) };
      const [first] = validator.Errors(message);
      return {
        fault: 'wrong-type',
        detail: first ? `${first.instancePath || 'message'} ${first.message}` : 'wrong shape',
      };
    },
  };
}

export const door = nativeType('door', DoorMessage, (message) => ({ ...message, kind: 'door' }));
export const terminal = nativeType('terminal', TerminalMessage, (message) => ({ ...message, kind: 'terminal' }));
export const status = nativeType('status', StatusMessage, (message) => ({ ...message, kind: 'status' }));
export const resent = nativeType('resent', ResentMessage, (message) => ({ ...message, kind: 'resent' }));

const ticket = nativeType('queue', TicketMessage, (message) => ({ ...message, kind: 'ticket' }));
const desk = nativeType('queue', DeskMessage, (message) => ({ ...message, kind: 'desk' }));
const rated = nativeType('queue', RatedMessage, (message) => ({ ...message, kind: 'rated' }));
const deskWords = new Set<unknown>(deskEvents);

function isTransferToNowhere(body: Body): boolean {
  return (
    body.kind === 'ticket' && body.event === 'transferred' && body.toService === undefined && body.toDesk === undefined
  );
}

const wordNames = ['event', 'service', 'tier', 'desk', 'item', 'toService', 'toDesk'];
const ticketNames = ['ticket'];
/** What a number can be read by: blanks and invisible letters alone are none. */
const readable = /[^\p{Z}\p{Cc}\p{Cf}]/u;

function decodeQueue(payload: unknown): Decoded {
  const event = isObject(payload) ? payload.event : undefined;
  if (deskWords.has(event)) return desk.decode(payload);
  const decoded = event === 'rated' ? rated.decode(payload) : ticket.decode(payload);
  if (!('body' in decoded)) return decoded;
  if (isTransferToNowhere(decoded.body)) {
    return { fault: 'wrong-type', detail: 'transferred needs toService or toDesk' };
  }
  return 'ticket' in decoded.body && !readable.test(decoded.body.ticket)
    ? { fault: 'wrong-type', detail: '/ticket is blank' }
    : decoded;
}

/** Queue machines speak of tickets, desks and ratings; the event's name says which. */
export const queue: DeviceType = {
  channel: 'queue',
  decode(payload) {
    const decoded = decodeQueue(payload);
    // Nearly all are as the contract says, and only the others are looked at again.
    if ('body' in decoded || !isObject(payload)) return decoded;
    const tidy = reread(reread(payload, wordNames, asWord), ticketNames, asTicket);
    return tidy === payload ? decoded : decodeQueue(tidy);
  },
};
