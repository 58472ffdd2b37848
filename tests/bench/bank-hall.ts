// A hall made of a bank's record, and the record's days through decode and hall, in order.
import { readBankRecord } from '../../firmware-sim/replay/bank-record.ts';
import { replayOf } from '../../firmware-sim/replay/record.ts';
import { compileHall } from '../../server/config/compile.ts';
import type { HallFile } from '../../server/contracts/registry.ts';
import { decode } from '../../server/devices/index.ts';
import { effectiveTime } from '../../server/hall/effective-time.ts';
import type { Applied } from '../../server/hall/hall.ts';
import { Hall } from '../../server/hall/hall.ts';
import { firstLesson } from '../../server/hall/lesson.ts';

const words = (text: string) => ({ 'zh-CN': text, en: text });

/** A hall whose services and desks are those of the record; every desk serves every service. */
export function bankHall(text: string): { hall: Hall; dates: string[] } {
  const visits = readBankRecord(text);
  const services = [...new Set(visits.map(({ service }) => service))].sort();
  const desks = [...new Set(visits.flatMap(({ desk }) => desk ?? []))].sort();
  const file: HallFile = {
    id: 'bank',
    region: 'records',
    name: words('Bank'),
    type: 'strategic',
    ownership: 'own',
    timeZone: 'Asia/Jerusalem',
    capacity: 100,
    hours: 'always',
    zones: [{ id: 'floor', kind: 'business', name: words('Floor') }],
    doors: [],
    queueMachines: [{ id: 'bank-queue', zone: 'floor', name: words('Queue') }],
    services: services.map((id) => ({ id, letter: id.toUpperCase(), name: words(id) })),
    desks: desks.map((id, i) => ({ id, label: String(i + 1), zone: 'floor', serves: services })),
    terminals: [],
  };
  const settings = { regions: [{ id: 'records', name: words('Records') }] };
  const config = compileHall(file, { settings, standards: { defaults: { all: {} } }, calendar: { days: [] } });
  return { hall: learning(new Hall(config)), dates: [...new Set(visits.map(({ date }) => date))].sort() };
}

/** A hall that learns from the beginning. */
export function learning(hall: Hall): Hall {
  hall.learn(firstLesson());
  return hall;
}

/** What became of each message of the record. */
export function* bankDays(text: string, hall: Hall, dates: readonly string[]): Generator<Applied> {
  const { file, days } = hall.config;
  for (const [i, date] of dates.entries()) {
    const now = days.onDate(date).end + 86_400_000;
    const request = { kind: 'queue' as const, text, from: date, to: date, hall: file, now, at: date, boot: i + 1 };
    const { device, messages } = replayOf(request);
    for (const { at: receivedAt, channel, payload } of messages) {
      const decoded = decode(channel, Buffer.from(payload));
      if ('fault' in decoded) throw new Error(decoded.detail);
      const { body } = decoded;
      const at = 'ts' in body ? effectiveTime(body.ts, receivedAt) : receivedAt;
      yield hall.apply({ hall: file.id, device: device.id, receivedAt, live: true, caughtUp: true, at, body });
    }
  }
}
