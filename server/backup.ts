// `npm run backup -- FOLDER`: copies the data folder, also while a server runs on it.
import './node-version.ts';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readBasics } from './config/settings.ts';
import { HallwatchError, oneLine } from './errors.ts';
import { backupSqlite } from './sqlite.ts';

try {
  const { data } = readBasics(process.env);
  await backUp(data, process.argv[2] ?? '');
} catch (error) {
  process.stderr.write(`${oneLine(error)}\n`);
  process.exit(2);
}

/**
 * The state before the journal: what is written between the two copies is then in the journal and is read from there at the
 * next start, while a state ahead of its journal could not be used.
 */
async function backUp(data: string, target: string): Promise<void> {
  if (!target || (await namesIn(target)).length > 0) {
    throw new HallwatchError('bad-setting', {
      what: target ? `${target} is not empty` : 'no folder to copy to',
      fix: 'write npm run backup -- FOLDER, with a folder that is new or empty',
    });
  }
  const names = (await namesIn(data)).filter((name) => name.endsWith('.sqlite') && name !== 'lock.sqlite');
  if (names.length === 0) {
    throw new HallwatchError('data-folder', {
      what: `${data} holds nothing yet`,
      fix: 'set HALLWATCH_DATA to the folder that the server runs on',
    });
  }
  await mkdir(join(target, 'journal'), { recursive: true });
  const journal = (await namesIn(join(data, 'journal'))).filter((name) => name.endsWith('.sqlite'));
  const files = [...names, ...journal.sort().map((name) => join('journal', name))];
  for (const [i, file] of files.entries()) {
    await backupSqlite(join(data, file), join(target, file));
    process.stdout.write(`${i + 1} of ${files.length}: ${relative('.', file)}\n`);
  }
  await copyFile(join(data, 'folder.json'), join(target, 'folder.json'));
  process.stdout.write(`${target} is complete; to restore it, set HALLWATCH_DATA to a copy of it\n`);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
