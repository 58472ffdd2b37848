import type { HallFile } from '../../server/contracts/registry.ts';
import type { DeviceEntry } from '../devices/plan.ts';
import type { DeviceMessage } from '../devices/sequenced.ts';
import { Sequence } from '../devices/sequenced.ts';
import { UserError } from '../user-error.ts';
import type { TimedBody } from './bank-record.ts';
import { bankMessages, readBankRecord } from './bank-record.ts';
import { doorMessages, readDoorRecord } from './door-record.ts';
import { instantOf, shiftDays } from './local-time.ts';

/** Which part of a record, as which device, and when. `now` is epoch ms; `from`, `to` and `at` are local dates. */
export interface RecordRequest {
  kind: 'queue' | 'door';
  text: string;
  from: string;
  to: string;
  hall: HallFile;
  now: number;
  at?: string;
  boot: number;
}

export interface Replay {
  device: DeviceEntry;
  messages: DeviceMessage[];
  /** By how many days the record moves. */
  days: number;
}

/** A record as a device's messages: moved to its new dates, in order, numbered. Pure. */
export function replayOf(request: RecordRequest): Replay {
  const device = deviceOf(request);
  return request.kind === 'queue'
    ? { device, ...numbered('queue', queueBodies(request), request) }
    : { device, ...numbered('door', doorBodies(request), request) };
}

function queueBodies({ text, from }: RecordRequest): TimedBody<'queue'>[] {
  const visits = readBankRecord(text);
  return bankMessages(within(visits, from, from));
}

function doorBodies({ text, from, to }: RecordRequest): TimedBody<'door'>[] {
  return doorMessages(within(readDoorRecord(text), from, to));
}

function numbered<C extends 'queue' | 'door'>(channel: C, bodies: TimedBody<C>[], request: RecordRequest) {
  const { from: first, hall, now, at, boot } = request;
  const last = bodies.at(-1);
  const days = last ? shiftDays({ first, last }, hall.timeZone, now, at) : 0;
  const sequence = new Sequence(channel, boot);
  for (const { body, ...moment } of bodies) sequence.add(instantOf(moment, days, hall.timeZone), body);
  return { messages: sequence.messages, days };
}

function within<T extends { date: string }>(rows: T[], from: string, to: string): T[] {
  const some = rows.filter(({ date }) => date >= from && date <= to);
  if (some.length > 0) return some;
  const asked = from === to ? from : `${from} to ${to}`;
  throw new UserError(`the record has nothing of ${asked}: it goes from ${rows[0]?.date} to ${rows.at(-1)?.date}`, 1);
}

function deviceOf({ kind, hall }: RecordRequest): DeviceEntry {
  const device = kind === 'queue' ? hall.queueMachines[0] : hall.doors[0];
  if (device) return { region: hall.region, hall: hall.id, id: device.id, kind };
  const missing = kind === 'queue' ? 'queue machine' : 'door';
  throw new UserError(`hall ${hall.id} has no ${missing}: name another after --hall`);
}
