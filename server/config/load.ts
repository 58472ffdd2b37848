import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { CalendarFile, HallFile, SettingsFile, StandardsFile } from '../contracts/registry.ts';
import { HallwatchError } from '../errors.ts';
import { checkCalendar } from './calendar-checks.ts';
import { checkHall, checkSettings, checkUnique } from './checks.ts';
import { compileHall } from './compile.ts';
import type { DeviceConfig, HallConfig } from './hall-config.ts';
import type { ParsedFiles } from './parsed-files.ts';
import type { ConfigFault } from './yaml-file.ts';
import { faultLine, readYaml } from './yaml-file.ts';

/** What a config consists of, as values: enough to make it again without its files. */
export interface ConfigSource {
  settings: Pick<SettingsFile, 'regions' | 'tiers'>;
  standards: StandardsFile;
  calendar: CalendarFile;
  halls: HallFile[];
}

/** A whole, faultless configuration. */
export interface Config {
  source: ConfigSource;
  /** Names this content: the same values give the same hash. */
  hash: string;
  settings: SettingsFile;
  regions: ReadonlyMap<string, SettingsFile['regions'][number]>;
  halls: ReadonlyMap<string, HallConfig>;
  /** Every device of the installation and the hall it stands in. */
  devices: ReadonlyMap<string, { hall: HallConfig; device: DeviceConfig }>;
}

export type ConfigResult = { config: Config; faults: [] } | { config: null; faults: ConfigFault[] };

/**
 * Reads a config folder. All faults of all files come back at once; never throws for what stands in the files. Files that `parsed` knows
 * aren't parsed again.
 */
export async function loadConfig(folder: string, parsed?: ParsedFiles): Promise<ConfigResult> {
  const read = async <T extends typeof SettingsFile | typeof StandardsFile | typeof CalendarFile | typeof HallFile>(
    name: string,
    schema: T,
  ) => readYaml(join(folder, name), join(folder, name), schema, parsed);
  const settings = await read('hallwatch.yaml', SettingsFile);
  const standards = await read('standards.yaml', StandardsFile);
  const calendar = await read('calendar.yaml', CalendarFile);
  const names = await hallNames(folder);
  const halls = await Promise.all(names.map((name) => read(join('halls', name), HallFile)));
  const faults = [settings, standards, calendar, ...halls].flatMap((file) => file.faults);
  if (names.length === 0) faults.push(noHalls(folder));
  faults.push(
    ...checkSettings(settings),
    ...halls.flatMap((hall) => checkHall(hall, settings.value)),
    ...checkUnique(halls),
    ...checkCalendar(calendar, halls),
  );
  if (faults.length > 0 || !settings.value || !standards.value || !calendar.value) return { config: null, faults };
  const { regions, tiers } = settings.value;
  const source = {
    settings: { regions, ...(tiers ? { tiers } : {}) },
    standards: standards.value,
    calendar: calendar.value,
    halls: halls.flatMap(({ value }) => (value ? [value] : [])),
  };
  return { config: assemble(source, settings.value), faults: [] };
}

const sourceChecks = {
  settings: Compile(SettingsFile),
  standards: Compile(StandardsFile),
  calendar: Compile(CalendarFile),
  hall: Compile(HallFile),
};

/** Makes a config again from what an earlier one consisted of; null when this version no longer takes it. */
export function configFrom(source: ConfigSource): Config | null {
  const { settings, standards, calendar, halls } = source;
  const isTaken =
    sourceChecks.settings.Check(settings) &&
    sourceChecks.standards.Check(standards) &&
    sourceChecks.calendar.Check(calendar) &&
    halls.every((hall) => sourceChecks.hall.Check(hall));
  return isTaken ? assemble(source, settings) : null;
}

/** The same, for a start: throws `bad-config` with every fault on a line of its own. */
export async function loadConfigOrThrow(folder: string, parsed?: ParsedFiles): Promise<Config> {
  const { config, faults } = await loadConfig(folder, parsed);
  if (config) return config;
  throw new HallwatchError('bad-config', {
    what: `${faults.length} fault${faults.length === 1 ? '' : 's'} in ${folder}\n${faults.map((fault) => `  ${faultLine(fault)}`).join('\n')}\n`,
    fix: 'mend them and try again (npm run check-config shows them too)',
  });
}

function assemble(source: ConfigSource, settings: SettingsFile): Config {
  const compiled = source.halls.map((hall) => compileHall(hall, { ...source, settings }));
  return {
    source,
    hash: createHash('sha256').update(JSON.stringify(source)).digest('hex').slice(0, 16),
    settings,
    regions: new Map(settings.regions.map((region) => [region.id, region])),
    halls: new Map(compiled.map((hall) => [hall.id, hall])),
    devices: new Map(
      compiled.flatMap((hall) => [...hall.devices.values()].map((device) => [device.id, { hall, device }] as const)),
    ),
  };
}

async function hallNames(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'halls')).catch(() => []);
  return names.filter((name) => /\.ya?ml$/.test(name)).sort();
}

function noHalls(folder: string): ConfigFault {
  return {
    file: join(folder, 'halls'),
    line: null,
    path: '',
    what: 'holds no hall',
    fix: 'add a file such as halls/my-hall.yaml, or point HALLWATCH_CONFIG at another folder',
  };
}
