// `npm run backup -- FOLDER`: copies the data folder, also while a server runs on it.
import './node-version.ts';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readBasics } from './config/settings.ts';
import { HallwatchError, oneLine } from './errors.ts';
import { backupSqlite } from './sqlite.ts';

const order = ['register.db', 'state.sqlite', 'learned.sqlite', 'quarantine.sqlite', 'outbox.sqlite', 'history.sqlite'];

try {
  const { data } = readBasics(process.env);
  await backUp(data, process.argv[2] ?? '');
} catch (error) {
  process.stderr.write(`${oneLine(error)}\n`);
  process.exit(2);
}

/**
 * Each file before those it follows from or hands on to: alerts before what history was told of them, halls before what history was told of them, points that wait before the
 * store that takes them, and the journal last of all. What is written between two copies is then read again at the next start.
 */
async function backUp(data: string, target: string): Promise<void> {
  if (!target || (await namesIn(target)).length > 0) {
    throw new HallwatchError('bad-setting', {
      what: target ? `${target} is not empty` : 'no folder to copy to',
      fix: 'write npm run backup -- FOLDER, with a folder that is new or empty',
    });
  }
  const names = (await namesIn(data)).filter((name) => /\.(sqlite|db)$/.test(name) && name !== 'lock.sqlite');
  if (names.length === 0) {
    throw new HallwatchError('data-folder', {
      what: `${data} holds nothing yet`,
      fix: 'set HALLWATCH_DATA to the folder that the server runs on',
    });
  }
  await mkdir(join(target, 'journal'), { recursive: true });
  const journal = (await namesIn(join(data, 'journal'))).filter((name) => name.endsWith('.sqlite'));
  const place = (name: string) => order.indexOf(name) + 1 || order.length + 1;
  const files = [...names.sort((a, b) => place(a) - place(b)), ...journal.sort().map((name) => join('journal', name))];
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
