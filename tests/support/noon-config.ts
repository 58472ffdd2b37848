// A config whose halls have it early in the afternoon, whenever a test runs: for real folders, whose clock is the real one.
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from './cleanup.ts';

const localHour = 13;

/** A copy of `config` in a time zone in which it is between 13:00 and 14:00 now, with halls that never close; `alerts`: of standards.yaml. */
export async function noonConfig(alerts = '{}'): Promise<string> {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  const ahead = localHour - new Date().getUTCHours();
  // The names of these zones have the sign the other way round; from -12 to +14.
  const hours = ahead < -12 ? ahead + 24 : ahead;
  const zone = `Etc/GMT${hours > 0 ? `-${hours}` : `+${-hours}`}`;
  const standards = join(folder, 'standards.yaml');
  const rules = (await readFile(standards, 'utf8')).replace(/^hallTypes:/m, `  alerts: ${alerts}\nhallTypes:`);
  await writeFile(standards, rules);
  const halls = join(folder, 'halls');
  for (const name of await readdir(halls)) {
    const text = await readFile(join(halls, name), 'utf8');
    const moved = text.replace('timeZone: Asia/Shanghai', `timeZone: ${zone}`);
    await writeFile(
      join(halls, name),
      moved.replace(/^hours: .*$/m, 'hours: always').replace(/^hours:\n( {2}.*\n)+/m, 'hours: always\n'),
    );
  }
  return folder;
}
