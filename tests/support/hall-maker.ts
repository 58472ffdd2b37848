// A hall in memory and readings for it: for tests of the pure rules.
import { compileHall } from '../../server/config/compile.ts';
import type { HallConfig } from '../../server/config/hall-config.ts';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import type { Body, Reading } from '../../server/contracts/readings.ts';
import type { CalendarFile, HallFile, StandardsFile } from '../../server/contracts/registry.ts';
import { effectiveTime } from '../../server/hall/effective-time.ts';
import { Hall } from '../../server/hall/hall.ts';
import { printOfBytes } from '../../server/hall/prints.ts';

const words = (text: string) => ({ 'zh-CN': text, en: text });

export const standards: StandardsFile = {
  defaults: { all: { waitLimitMin: 15, targetShare: 0.95, noShowMin: 3 }, services: { vip: { waitLimitMin: 5 } } },
};

/** A hall with two doors (16 and no known bits), one queue machine, two services, three desks and a terminal. */
export function hallConfig(change: Partial<HallFile> = {}, calendar: CalendarFile = { days: [] }): HallConfig {
  const file: HallFile = {
    id: 'test-hall',
    region: 'test',
    name: words('Hall'),
    type: 'flagship',
    ownership: 'own',
    timeZone: 'Asia/Shanghai',
    capacity: 60,
    hours: '08:30-18:00',
    zones: [{ id: 'floor', kind: 'business', name: words('Floor') }],
    doors: [
      { id: 'door-a', zone: 'floor', name: words('A'), counterBits: 16 },
      { id: 'door-b', zone: 'floor', name: words('B') },
    ],
    queueMachines: [{ id: 'queue', zone: 'floor', name: words('Q') }],
    services: [
      { id: 'general', letter: 'A', name: words('General') },
      { id: 'vip', letter: 'V', name: words('VIP') },
    ],
    desks: [
      { id: 'desk-1', label: '1', zone: 'floor', serves: ['general'] },
      { id: 'desk-2', label: '2', zone: 'floor', serves: ['general', 'vip'] },
      { id: 'desk-v', label: 'V', zone: 'floor', serves: ['vip'] },
    ],
    terminals: [{ id: 'pay-1', type: 'payment-kiosk', zone: 'floor', name: words('Pay'), does: ['pay'] }],
    ...change,
  };
  return compileHall(file, { settings: { regions: [{ id: 'test', name: words('Test') }] }, standards, calendar });
}

/** Epoch ms of a local time in Shanghai (UTC+8, no DST): `at('2026-11-23 09:00:00')`. */
export function at(local: string): number {
  return Date.parse(`${local.replace(' ', 'T')}${local.length <= 16 ? ':00' : ''}+08:00`);
}

/** A reading as the pipeline makes it; `receivedAt` is `ts` unless given. */
export function reading(device: string, body: Body, extra: Partial<Reading> = {}): Reading {
  const ts = 'ts' in body && typeof body.ts === 'number' ? body.ts : 0;
  const receivedAt = extra.receivedAt ?? ts;
  const effective = 'ts' in body ? effectiveTime(body.ts, receivedAt) : receivedAt;
  const print = 'seq' in body ? { print: printOfBytes(Buffer.from(JSON.stringify(body))) } : {};
  return { hall: 'test-hall', device, receivedAt, live: true, caughtUp: true, at: effective, body, ...print, ...extra };
}

export function door(
  device: string,
  [boot, seq]: [number, number],
  [ins, outs]: [number, number],
  ts: number,
): Reading {
  return reading(device, { kind: 'door', boot, seq, in: ins, out: outs, ts });
}

type TicketFields = Partial<Extract<Body, { kind: 'ticket' }>>;

/** Events of one queue machine, numbered as they are made. */
export function queueEvents(device = 'queue', boot = 1) {
  let seq = 0;
  return {
    ticket: (
      event: NonNullable<TicketFields['event']>,
      ticket: string,
      ts: number,
      fields: TicketFields = {},
    ): Reading => reading(device, { kind: 'ticket', boot, seq: ++seq, event, ticket, ts, ...fields }),
    desk: (
      event: 'desk-opened' | 'desk-paused' | 'desk-closed',
      desk: string,
      ts: number,
      fields: { reason?: string; until?: number } = {},
    ): Reading => reading(device, { kind: 'desk', boot, seq: ++seq, event, desk, ts, ...fields }),
  };
}

type TerminalFields = Partial<Extract<Body, { kind: 'terminal' }>>;

/** One message of terminal pay-1. */
export function terminal([boot, seq]: [number, number], ts: number, fields: TerminalFields = {}): Reading {
  return reading('pay-1', { kind: 'terminal', boot, seq, state: 'in-service', ts, ...fields });
}

export function status(
  device: string,
  [boot, conn]: [number, number],
  ts: number,
  fields: Partial<Extract<Body, { kind: 'status' }>> = {},
  extra: Partial<Reading> = {},
): Reading {
  return reading(device, { kind: 'status', boot, conn, online: true, everyS: 30, ts, ...fields }, extra);
}

/** A device's answer that these messages of a boot are gone (inclusive ranges). */
export function gone(device: string, boot: number, ranges: [number, number][], receivedAt: number): Reading {
  return reading(device, { kind: 'resent', id: 'asked', boot, gone: ranges }, { receivedAt });
}

/** A hall that has taken in these readings. */
export function hallWith(readings: Reading[], config: HallConfig = hallConfig()): Hall {
  const hall = new Hall(config);
  for (const one of readings) hall.apply(one);
  return hall;
}

export function liveAt(hall: Hall, now: number): HallLive {
  return hall.live(now, { simulated: true }).live;
}
