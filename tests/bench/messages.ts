// Halls and the bytes their devices send, for benches.
import type { HallConfig } from '../../server/config/hall-config.ts';
import type { Channel } from '../../server/contracts/names.ts';
import { decode } from '../../server/devices/index.ts';
import { effectiveTime } from '../../server/hall/effective-time.ts';
import type { Hall } from '../../server/hall/hall.ts';

import { hallConfig } from '../support/hall-maker.ts';

export interface Message {
  device: string;
  channel: Channel;
  payload: Buffer;
  receivedAt: number;
}

export const began = Date.parse('2026-11-23T09:00:00+08:00');
const words = (text: string) => ({ 'zh-CN': text, en: text });

/** 2 doors, a queue machine and some terminals: with 17, 20 devices. */
export function config(count = 17): HallConfig {
  const terminals = Array.from({ length: count }, (_, i) => ({
    id: `terminal-${i}`,
    type: 'payment-kiosk' as const,
    zone: 'floor',
    name: words(`T${i}`),
    does: ['pay'],
  }));
  return hallConfig({ terminals });
}

export function doorMessages(count: number): Message[] {
  return Array.from({ length: count }, (_, i) => {
    const ts = began + i * 100;
    return message('door-a', 'door', ts, { boot: 1, seq: i + 1, in: i >> 1, out: i >> 2 });
  });
}

/** A busy day's tickets: each waits 5 min, is served 20 s at one of three desks. */
export function ticketMessages(tickets: number): Message[] {
  const steps = Array.from({ length: tickets }, (_, i) => {
    const [at, desk, ticket] = [began + i * 7_000, `desk-${(i % 2) + 1}`, `A${i}`];
    return [
      { at, body: { event: 'issued', ticket, service: 'general' } },
      { at: at + 300_000, body: { event: 'called', ticket, desk } },
      { at: at + 301_000, body: { event: 'started', ticket, desk } },
      { at: at + 313_000, body: { event: 'finished', ticket, desk } },
    ];
  }).flat();
  return steps
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, body }, i) => message('queue', 'queue', at, { ...body, boot: 1, seq: i + 1 }));
}

export function terminalMessages(count: number): Message[] {
  return Array.from({ length: count }, (_, i) => {
    const body = {
      boot: 1,
      seq: Math.floor(i / 17) + 1,
      state: 'in-service',
      parts: { paper: 'full', cashUnit: 'ok' },
      stock: { paper: 80 },
      busy: i % 2 === 0,
      done: i >> 5,
      failed: 0,
    };
    return message(`terminal-${i % 17}`, 'terminal', began + i * 1_000, body);
  });
}

export function message(device: string, channel: Channel, ts: number, body: object): Message {
  return { device, channel, receivedAt: ts, payload: Buffer.from(JSON.stringify({ ts, ...body })) };
}

export function feed(hall: Hall, messages: readonly Message[]): void {
  for (const { device, channel, payload, receivedAt } of messages) {
    const decoded = decode(channel, payload);
    if ('fault' in decoded) throw new Error(decoded.detail);
    const { body } = decoded;
    const at = 'ts' in body ? effectiveTime(body.ts, receivedAt) : receivedAt;
    hall.apply({ hall: 'test-hall', device, receivedAt, live: true, caughtUp: true, at, body });
  }
}

/** Two full days: 1,500 tickets a day, numbered anew each day, and 20 terminals with 500 messages a day. */
export function twoDays(): Message[] {
  const [tickets, terminals, perTerminal] = [1_500, 20, 500];
  const messages = [0, 1].flatMap((day) => {
    const start = began + day * 86_400_000;
    const visits = Array.from({ length: tickets }, (_, i) => ({
      at: start + i * 18_000,
      ticket: `A${i}`,
      desk: i % 2,
    }));
    const steps = visits.flatMap(({ at, ticket, desk }) => [
      { at, body: { event: 'issued', ticket, service: 'general' } },
      { at: at + 300_000, body: { event: 'called', ticket, desk: `desk-${desk + 1}` } },
      { at: at + 301_000, body: { event: 'started', ticket, desk: `desk-${desk + 1}` } },
      { at: at + 333_000, body: { event: 'finished', ticket, desk: `desk-${desk + 1}` } },
    ]);
    const queue = steps
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, body }, i) => message('queue', 'queue', at, { ...body, boot: 1, seq: day * steps.length + i + 1 }));
    const words = Array.from({ length: terminals * perTerminal }, (_, i) => {
      const nth = Math.floor(i / terminals);
      const isOut = nth % 50 === 49;
      return message(`terminal-${i % terminals}`, 'terminal', start + nth * 54_000, {
        boot: 1,
        seq: day * perTerminal + nth + 1,
        state: isOut ? 'out-of-service' : 'in-service',
        parts: { paper: isOut ? 'out' : 'full', cashUnit: 'ok' },
        stock: { paper: 80 - (nth >> 3) },
        busy: nth % 2 === 0,
        done: (day * perTerminal + nth) >> 1,
        failed: 0,
      });
    });
    return [...queue, ...words];
  });
  return messages.toSorted((a, b) => a.receivedAt - b.receivedAt);
}
