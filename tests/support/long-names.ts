// A config in which everything is named with 40 letters that nothing breaks, Latin or Chinese.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { tempFolder } from './cleanup.ts';
import { idOf } from './large-hall.ts';

export const longWords = {
  'zh-CN': '解放大道营业服务大厅'.repeat(4),
  en: 'Wmqkjefangroadhallwithoutanyblankinitsname'.slice(0, 40),
};
export const longHall = idOf('hall', 1, true);
export const longRegion = idOf('region', 1, true);

const many = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));

/** A config folder with one hall: doors, a queue machine, services, desks and terminals, all with the longest names and ids. */
export async function longNamedConfig(): Promise<string> {
  const folder = await tempFolder();
  await mkdir(join(folder, 'halls'));
  const id = (name: string, i = 1) => idOf(name, i, true);
  const name = longWords;
  const place = { zone: id('zone'), name };
  const files = {
    'hallwatch.yaml': { regions: [{ id: longRegion, name }], tiers: [{ id: id('tier'), name }] },
    'standards.yaml': { defaults: { all: { waitLimitMin: 0, waitCareMin: 0, targetShare: 0.95 } } },
    'calendar.yaml': { days: [] },
    'halls/h.yaml': {
      id: longHall,
      region: longRegion,
      name,
      type: 'flagship',
      ownership: 'own',
      timeZone: 'Asia/Shanghai',
      capacity: 99_999,
      hours: 'always',
      dutyManager: longWords.en,
      zones: [{ id: id('zone'), kind: 'self-service', name }],
      doors: many(2, (i) => ({ id: id('door', i), ...place })),
      queueMachines: [{ id: id('queue'), ...place }],
      services: many(3, (i) => ({ id: id('service', i), letter: `W${'WMQ'[i]}`, name, atTerminals: [id('pay')] })),
      desks: many(6, (i) => ({
        id: id('desk', i),
        label: 'WWWW',
        zone: id('zone'),
        serves: many(3, (k) => id('service', k)),
      })),
      terminals: many(4, (i) => ({
        id: id('kiosk', i),
        type: 'payment-kiosk',
        ...place,
        does: [id('pay'), id(`do-${i}`)],
      })),
    },
  };
  for (const [file, value] of Object.entries(files)) await writeFile(join(folder, file), stringify(value));
  return folder;
}
