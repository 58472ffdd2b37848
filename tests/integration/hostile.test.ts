// `npm run hostile` in short: a part runs, and what it looks for it finds.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSqlite } from '../../server/sqlite.ts';
import { fileFindings } from '../hostile/folder.ts';
import { breakPage } from '../hostile/support/damage.ts';
import type { FolderCase } from '../hostile/support/folder-case.ts';
import { tryCase } from '../hostile/support/folder-case.ts';
import type { FolderWorld } from '../hostile/support/folder-world.ts';
import { makeFolders } from '../hostile/support/folder-world.ts';
import { journaled } from '../hostile/support/journaled.ts';

let folders: FolderWorld;
beforeAll(async () => {
  folders = await makeFolders(100);
});
afterAll(() => folders.remove());

it('a part of the folder cases keeps its promises', async () => {
  const findings = await fileFindings(folders, { say: () => {}, scale: 0.035 });
  expect(findings.length).toBeGreaterThan(1);
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});

it('finds a point of history that was lost, a silence that was, and damage that nobody speaks of', async () => {
  const planted: FolderCase = {
    name: 'planted',
    file: 'history.sqlite',
    from: folders.ended,
    damage(data) {
      const history = openSqlite(join(data, 'history.sqlite'), { migrations: ['', ''], synchronous: 'FULL' });
      history.exec('DELETE FROM door WHERE (series, at) = (SELECT series, at FROM door LIMIT 1)');
      history.close();
      const register = openSqlite(join(data, 'register.db'), { migrations: ['', ''], synchronous: 'FULL' });
      register.exec('DELETE FROM silences WHERE id = 1');
      register.close();
    },
  };
  const verdict = await tryCase(planted, folders.config);
  expect(verdict?.faults).toEqual(expect.arrayContaining(['nothing said', '1 silences lost', '1 points lost']));
});

it('finds a message that no journal holds, and a hole in it', async () => {
  const data = folders.ended.data;
  const sound = journaled(data, new Set(['hall-0/hall-0-door-a/door 1 1']));
  expect(sound).toMatchObject({ lost: 0, copies: 0, holes: 0 });
  expect(journaled(data, new Set(['hall-0/hall-0-door-a/door 1 99999']))).toMatchObject({ lost: 1 });
  const [file = ''] = readdirSync(join(data, 'journal'))
    .filter((name) => name.endsWith('.sqlite'))
    .sort();
  breakPage(join(data, 'journal', file), 5);
  expect(journaled(data, new Set()).holes).toBe(1);
});
