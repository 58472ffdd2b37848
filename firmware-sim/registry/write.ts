import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { UserError } from '../user-error.ts';
import type { Registry } from './invent.ts';

/** Writes a registry in the format of a config folder. A folder that already holds one is left as it is. */
export async function writeRegistry(folder: string, { settings, standards, calendar, halls }: Registry): Promise<void> {
  if (await exists(join(folder, 'hallwatch.yaml'))) {
    throw new UserError(`${folder} already holds a registry: name an empty folder after --write-config`, 1);
  }
  await mkdir(join(folder, 'halls'), { recursive: true });
  const save = (name: string, value: unknown) =>
    writeFile(join(folder, name), stringify(value, { aliasDuplicateObjects: false }));
  await Promise.all(halls.map((hall) => save(join('halls', `${hall.id}.yaml`), hall)));
  await save('standards.yaml', standards);
  await save('calendar.yaml', calendar);
  // Last, since it says that the folder is complete.
  await save('hallwatch.yaml', settings);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
