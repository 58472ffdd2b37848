// Readings a second through decode and hall alone, against JSON.parse alone; and what a hall's state weighs.

import type { HallConfig } from '../../server/config/hall-config.ts';
import type { Channel } from '../../server/contracts/names.ts';
import { decode } from '../../server/devices/index.ts';
import { effectiveTime, Hall } from '../../server/hall/hall.ts';
import { hallConfig } from '../support/hall-maker.ts';
import type { Bench, Figure } from './figures.ts';
import { rate } from './figures.ts';

interface Message {
  device: string;
  channel: Channel;
  payload: Buffer;
  receivedAt: number;
}

const rounds = 7;
const began = Date.parse('2026-11-23T09:00:00+08:00');
const words = (text: string) => ({ 'zh-CN': text, en: text });

/** 20 devices: 2 doors, a queue machine, 17 terminals. */
function config(): HallConfig {
  const terminals = Array.from({ length: 17 }, (_, i) => ({
    id: `terminal-${i}`,
    type: 'payment-kiosk' as const,
    zone: 'floor',
    name: words(`T${i}`),
    does: ['pay'],
  }));
  return hallConfig({ terminals });
}

function doorMessages(count: number): Message[] {
  return Array.from({ length: count }, (_, i) => {
    const ts = began + i * 100;
    return message('door-a', 'door', ts, { boot: 1, seq: i + 1, in: i >> 1, out: i >> 2 });
  });
}

/** A busy day's tickets: each waits 5 min, is served 20 s at one of three desks. */
function ticketMessages(tickets: number): Message[] {
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

function terminalMessages(count: number): Message[] {
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

function message(device: string, channel: Channel, ts: number, body: object): Message {
  return { device, channel, receivedAt: ts, payload: Buffer.from(JSON.stringify({ ts, ...body })) };
}

function feed(hall: Hall, messages: readonly Message[]): void {
  for (const { device, channel, payload, receivedAt } of messages) {
    const decoded = decode(channel, payload);
    if ('fault' in decoded) throw new Error(decoded.detail);
    const { body } = decoded;
    const at = 'ts' in body ? effectiveTime(body.ts, receivedAt) : receivedAt;
    hall.apply({ hall: 'test-hall', device, receivedAt, live: true, caughtUp: true, at, body });
  }
}

/** Heap bytes of one hall with 20 devices and 60 tickets waiting, from many of them; needs --expose-gc. */
function bytesOfState(): number {
  const halls = 200;
  const waiting = Array.from({ length: 60 }, (_, i) =>
    message('queue', 'queue', began + i * 1_000, {
      boot: 1,
      seq: i + 1,
      event: 'issued',
      ticket: `A${i}`,
      service: 'general',
    }),
  );
  const messages = [...doorMessages(10), ...waiting, ...terminalMessages(17 * 3)];
  const shared = config();
  feed(new Hall(shared), messages);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const all = Array.from({ length: halls }, () => {
    const hall = new Hall(shared);
    feed(hall, messages);
    return hall;
  });
  globalThis.gc?.();
  const bytes = (process.memoryUsage().heapUsed - before) / all.length;
  return bytes / 1024;
}

export const hallBench: Bench = {
  about: 'decode and hall alone, against JSON.parse of the same payloads; state per hall',
  async run(say) {
    const kinds = { door: doorMessages(100_000), ticket: ticketMessages(4_000), terminal: terminalMessages(20_000) };
    const figures: Figure[] = [];
    for (const [kind, messages] of Object.entries(kinds)) {
      say(`${kind}: ${rounds} rounds of ${messages.length} messages`);
      const [floors, speeds, shares]: number[][] = [[], [], []];
      for (let round = 0; round < rounds; round++) {
        const floor = rate(messages.length, () => {
          for (const { payload } of messages) JSON.parse(payload.toString());
        });
        const speed = rate(messages.length, () => feed(new Hall(config()), messages));
        floors?.push(floor);
        speeds?.push(speed);
        shares?.push(speed / floor);
      }
      figures.push({ what: `${kind} messages a second, JSON.parse alone (floor)`, unit: '/s', values: floors ?? [] });
      figures.push({ what: `${kind} messages a second, decode and hall`, unit: '/s', values: speeds ?? [] });
      figures.push({ what: `${kind}, share of the floor`, unit: 'x', values: shares ?? [] });
    }
    say('a picture of a hall after a day of tickets');
    const hall = new Hall(config());
    feed(hall, kinds.ticket);
    const last = kinds.ticket.at(-1)?.receivedAt ?? began;
    const pictures = Array.from({ length: rounds }, (_, round) => {
      const perSecond = rate(1_000, () => {
        for (let i = 0; i < 1_000; i++) hall.live(last + round * 1_000 + i, { simulated: true });
      });
      return 1_000 / perSecond;
    });
    figures.push({ what: 'HallLive of a hall with 4,000 tickets today', unit: 'ms', values: pictures });
    const hasGc = typeof globalThis.gc === 'function';
    const note = hasGc ? 'goal: under 64' : 'doubtful: run with --expose-gc';
    figures.push({
      what: 'state of a hall (20 devices, 60 waiting)',
      unit: 'KB',
      values: [bytesOfState(), bytesOfState(), bytesOfState()],
      note,
    });
    return figures;
  },
};
