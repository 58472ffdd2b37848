// A hall made of a door's record, which learns from the beginning.
import type { DoorRow } from '../../firmware-sim/replay/door-record.ts';
import { doorMessages } from '../../firmware-sim/replay/door-record.ts';
import { instantOf } from '../../firmware-sim/replay/local-time.ts';
import { compileHall } from '../../server/config/compile.ts';
import type { Reading } from '../../server/contracts/readings.ts';
import type { HallFile } from '../../server/contracts/registry.ts';
import { Hall } from '../../server/hall/hall.ts';
import { firstLesson } from '../../server/hall/lesson.ts';

const words = (text: string) => ({ 'zh-CN': text, en: text });
const door = 'main-door';

export function doorHall(): Hall {
  const file: HallFile = {
    id: 'building',
    region: 'records',
    name: words('Building'),
    type: 'strategic',
    ownership: 'own',
    timeZone: 'America/Los_Angeles',
    capacity: 150,
    hours: 'always',
    zones: [{ id: 'floor', kind: 'business', name: words('Floor') }],
    doors: [{ id: door, zone: 'floor', name: words('Door') }],
    queueMachines: [],
    services: [],
    desks: [],
    terminals: [],
  };
  const settings = { regions: [{ id: 'records', name: words('Records') }] };
  const hall = new Hall(compileHall(file, { settings, standards: { defaults: { all: {} } }, calendar: { days: [] } }));
  hall.learn(firstLesson());
  return hall;
}

/** The record as the readings of its door, a half hour each after the first. */
export function doorReadings(rows: readonly DoorRow[], hall: Hall): Reading[] {
  const { id, days } = hall.config;
  return doorMessages(rows).map(({ body, ...moment }, i) => {
    const at = instantOf(moment, 0, days.timeZone);
    return {
      hall: id,
      device: door,
      receivedAt: at,
      live: true,
      caughtUp: true,
      at,
      body: { kind: 'door', boot: 1, seq: i + 1, ts: at, ...body },
    };
  });
}
