// What devices write in other ways and mean the same by.
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../server/contracts/names.ts';
import { decode } from '../../../server/devices/index.ts';
import { ticketNumber } from '../../../server/hall/ticket-number.ts';

const bytes = (message: object) => new TextEncoder().encode(JSON.stringify(message));
const read = (channel: Channel, message: object) => decode(channel, bytes(message));
const sequenced = { ts: 1_795_740_000_000, boot: 1, seq: 1 };

/** By channel, the least of each kind of message and all that it may leave out. */
const kinds: { kind: string; channel: Channel; least: object; optional: string[] }[] = [
  { kind: 'door', channel: 'door', least: { boot: 1, seq: 1, in: 1, out: 0 }, optional: ['ts'] },
  {
    kind: 'ticket',
    channel: 'queue',
    least: { boot: 1, seq: 1, event: 'issued', ticket: 'A1' },
    optional: ['ts', 'service', 'tier', 'priority', 'appointment', 'desk', 'item', 'toService', 'toDesk'],
  },
  {
    kind: 'desk',
    channel: 'queue',
    least: { boot: 1, seq: 1, event: 'desk-paused', desk: 'desk-1' },
    optional: ['ts', 'reason', 'until'],
  },
  {
    kind: 'rated',
    channel: 'queue',
    least: { boot: 1, seq: 1, event: 'rated', ticket: 'A1', score: 5 },
    optional: ['ts'],
  },
  {
    kind: 'terminal',
    channel: 'terminal',
    least: { boot: 1, seq: 1, state: 'in-service' },
    optional: ['ts', 'parts', 'stock', 'busy', 'done', 'failed'],
  },
  {
    kind: 'status',
    channel: 'status',
    least: { boot: 1, conn: 1, online: true },
    optional: ['ts', 'lastSeq', 'everyS', 'resend', 'simulated', 'firmware'],
  },
  { kind: 'resent', channel: 'resent', least: { id: 'r', boot: 1, gone: [[1, 2]] }, optional: [] },
];

describe('J9: null is absent', () => {
  it.each(kinds)('in a message of kind $kind', ({ kind, channel, least, optional }) => {
    const plain = read(channel, least);
    expect(plain).toMatchObject({ body: { kind } });
    const nulls = Object.fromEntries([...optional, 'something'].map((name) => [name, null]));
    expect(read(channel, { ...least, ...nulls })).toEqual(plain);
    for (const name of optional) expect(read(channel, { ...least, [name]: null }), name).toEqual(plain);
  });

  it('in the lists of a terminal, too', () => {
    const message = {
      ...sequenced,
      state: 'in-service',
      parts: { paper: null, cashUnit: 'ok' },
      stock: { paper: null },
    };
    expect(read('terminal', message)).toMatchObject({ body: { parts: { cashUnit: 'ok' }, stock: {} } });
  });

  it('but not where something must stand, however deep a message goes', () => {
    expect(read('door', { boot: 1, seq: 1, in: null, out: 0 })).toMatchObject({ fault: 'wrong-type' });
    const deep = `${'{"parts":'.repeat(6_000)}null${'}'.repeat(6_000)}`;
    expect(decode('terminal', new TextEncoder().encode(deep))).toMatchObject({ fault: 'wrong-type' });
  });
});

describe('I3: events and numbers as machines write them', () => {
  it.each([
    { as: 12, number: '12' },
    { as: 'A001\r\n', number: 'A001' },
    { as: ' a 001 ', number: 'A001' },
    { as: 'Ａ００１', number: 'A001' },
    { as: '\u200bA001\u3000', number: 'A001' },
    { as: 'a-007', number: 'A-007' },
    { as: '００7', number: '007' },
  ])('reads ticket $as as $number', ({ as, number }) => {
    const decoded = read('queue', { ...sequenced, event: 'issued', ticket: as });
    if (!('body' in decoded) || decoded.body.kind !== 'ticket') throw new Error(JSON.stringify(decoded));
    expect(ticketNumber(decoded.body.ticket)).toBe(number);
  });

  it.each(['   ', '\u3000', '\u200b', ''])('refuses the blank number "%s"', (ticket) => {
    expect(read('queue', { ...sequenced, event: 'issued', ticket })).toMatchObject({ fault: 'wrong-type' });
    expect(read('queue', { ...sequenced, event: 'rated', ticket, score: 5 })).toMatchObject({ fault: 'wrong-type' });
  });

  it('reads words and ids in capitals, of another width or as numbers', () => {
    const message = { ...sequenced, event: 'Ｉssued ', ticket: 7, service: 'GENERAL', desk: 3, tier: ' Gold' };
    expect(read('queue', message)).toMatchObject({
      body: { event: 'issued', ticket: '7', service: 'general', desk: '3', tier: 'gold' },
    });
    expect(read('queue', { ...sequenced, event: 'Desk-Opened', desk: 'DESK-1' })).toMatchObject({
      body: { kind: 'desk', event: 'desk-opened', desk: 'desk-1' },
    });
    expect(read('queue', { ...sequenced, event: 'exploded', ticket: 'A1' })).toMatchObject({ fault: 'wrong-type' });
    expect(read('queue', { ...sequenced, event: 'issued', ticket: -1.5 })).toMatchObject({ fault: 'wrong-type' });
  });
});
