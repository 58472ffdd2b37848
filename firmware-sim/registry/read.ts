import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import type { Validator } from 'typebox/compile';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { CalendarFile, HallFile, SettingsFile, StandardsFile } from '../../server/contracts/registry.ts';
import type { SimHall } from '../model/hall-day.ts';
import { readText } from '../read-text.ts';
import { UserError } from '../user-error.ts';

const hallFile = Compile(HallFile);
const settingsFile = Compile(SettingsFile);
const calendarFile = Compile(CalendarFile);
const standardsFile = Compile(StandardsFile);

/** The halls of a config folder, in order of their file names. Throws a UserError that names the first fault. */
export async function readHallFiles(folder: string): Promise<HallFile[]> {
  const names = await readdir(join(folder, 'halls')).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`no halls in ${join(folder, 'halls')} (${error.code}): name a config folder with --config`, 1);
  });
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  return Promise.all(files.map((name) => readYaml(join(folder, 'halls', name), hallFile)));
}

/** The halls of a config folder with all that the simulator must know about them. */
export async function readHalls(folder: string): Promise<SimHall[]> {
  const [files, settings, calendar, standards] = await Promise.all([
    readHallFiles(folder),
    readYaml(join(folder, 'hallwatch.yaml'), settingsFile),
    readYaml(join(folder, 'calendar.yaml'), calendarFile),
    readYaml(join(folder, 'standards.yaml'), standardsFile),
  ]);
  const items = standards.defaults.all?.items ?? {};
  const tiers = (settings.tiers ?? []).map(({ id }) => id);
  return files.map((file) => {
    const days = calendar.days.filter(({ halls }) => halls?.includes(file.id) ?? true);
    const special = new Map(days.flatMap(({ date, hours }) => (hours ? [[date, hours] as const] : [])));
    return { file, tiers, items, special };
  });
}

/** The one hall `id`, or a UserError that lists those there are. */
export function hallNamed<T>(halls: readonly T[], id: string, fileOf: (hall: T) => HallFile, folder: string): T {
  const hall = halls.find((candidate) => fileOf(candidate).id === id);
  if (hall) return hall;
  const known = halls.map((candidate) => fileOf(candidate).id).join(', ') || 'none';
  throw new UserError(`no hall "${id}" in ${folder}: there are ${known}; name another folder with --config`);
}

async function readYaml<T extends TSchema>(
  path: string,
  checked: Validator<Record<never, never>, T>,
): Promise<Static<T>> {
  let value: unknown;
  try {
    value = parse(await readText(path));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path}: ${String((error as Error).message).split('\n')[0]}`, 1);
  }
  if (checked.Check(value)) return value as Static<T>;
  const fault = checked.Errors(value)[0];
  const where = fault?.instancePath.slice(1).replaceAll('/', '.') || 'the file';
  throw new UserError(`${path}: ${where} ${fault?.message ?? 'is wrong'}: npm run check-config says more`, 1);
}
