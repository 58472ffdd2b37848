import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inventRegistry } from '../../../firmware-sim/registry/invent.ts';
import { hallNamed, readHalls } from '../../../firmware-sim/registry/read.ts';
import { writeRegistry } from '../../../firmware-sim/registry/write.ts';
import { CalendarFile, HallFile, SettingsFile, StandardsFile } from '../../../server/contracts/registry.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hallwatch-registry-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('an invented registry fits the contracts, with ids of its own and known references', () => {
  const { settings, standards, calendar, halls } = inventRegistry(120);
  expect(Compile(SettingsFile).Check(settings)).toBe(true);
  expect(Compile(StandardsFile).Check(standards)).toBe(true);
  expect(Compile(CalendarFile).Check(calendar)).toBe(true);
  expect(halls.every((hall) => Compile(HallFile).Check(hall))).toBe(true);
  expect(new Set(halls.map(({ type }) => type)).size).toBe(3);
  expect(settings.regions).toHaveLength(3);
  expect(halls.filter((hall) => hall.region === settings.regions[0]?.id)).toHaveLength(50);
  const devices = halls.flatMap((hall) =>
    [...hall.doors, ...hall.queueMachines, ...hall.terminals].map(({ id }) => id),
  );
  expect(new Set(devices).size).toBe(devices.length);
  for (const hall of halls) {
    const services = hall.services.map(({ id }) => id);
    const zones = hall.zones.map(({ id }) => id);
    expect(hall.desks.flatMap(({ serves }) => serves).every((id) => services.includes(id))).toBe(true);
    expect([...hall.doors, ...hall.desks, ...hall.terminals].every(({ zone }) => zones.includes(zone))).toBe(true);
  }
});

test('what is written is read back, and never written over', async () => {
  const registry = inventRegistry(3);
  await writeRegistry(join(folder, 'new'), registry);
  const halls = await readHalls(join(folder, 'new'));
  expect(halls.map(({ file }) => file)).toEqual(registry.halls);
  expect(halls[0]?.tiers).toEqual(['gold']);
  await expect(writeRegistry(join(folder, 'new'), registry)).rejects.toThrow(/already holds a registry/);
});

test('the demo config is read, with the days of its calendar', async () => {
  const halls = await readHalls('config');
  const jiefang = hallNamed(halls, 'jiefang', ({ file }) => file, 'config');
  expect(jiefang.special.get('2027-02-06')).toBe('closed');
  expect(() => hallNamed(halls, 'nowhere', ({ file }) => file, 'config')).toThrow(
    /no hall "nowhere" in config: there are guanggu, jiefang/,
  );
});

test('a broken or missing config is one clear line', async () => {
  await expect(readHalls(join(folder, 'missing'))).rejects.toThrow(/^no halls in .*--config$/);
  await writeRegistry(folder, inventRegistry(1));
  await writeFile(join(folder, 'halls', 'h0001.yaml'), 'id: h0001\ncapacity: -1\n');
  await expect(readHalls(folder)).rejects.toThrow(/^[^\n]*h0001\.yaml: [^\n]*check-config[^\n]*$/);
});
