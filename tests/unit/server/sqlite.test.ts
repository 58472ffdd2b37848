// What a commit waits for.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { faultOf, inTransaction, openSqlite, pragma, settle, settledMigration } from '../../../server/sqlite.ts';
import { tempFolder } from '../../support/cleanup.ts';

it('settles by a commit of its own that changes the file, and waits for no other', async () => {
  const path = join(await tempFolder(), 'some.sqlite');
  const database = openSqlite(path, { migrations: [settledMigration, 'CREATE TABLE t (a)'], synchronous: 'NORMAL' });
  onTestFinished(() => database.close());
  const pages = () => Number(database.prepare('PRAGMA wal_checkpoint(NOOP)').get()?.log ?? 0);
  database.exec('INSERT INTO t VALUES (1)');
  const before = pages();
  // The same again is no change, so its commit would wait for nothing, whatever `synchronous` says.
  inTransaction(database, () => database.exec('UPDATE t SET a = 1'));
  expect(pages()).toBe(before);
  const levels: number[] = [];
  database.function('level', () => {
    levels.push(pragma(database, 'synchronous'));
    return 0;
  });
  database.exec('CREATE TEMP TRIGGER looks AFTER UPDATE ON settled BEGIN SELECT level(); END');
  settle(database);
  expect(levels).toEqual([2]);
  expect(pages()).toBeGreaterThan(before);
  expect(pragma(database, 'synchronous')).toBe(1);
});

it('takes a sector that can not be read for damage, and a full or refused disk for what it is', () => {
  const faultOfCode = (errcode: number) => faultOf(Object.assign(new Error('of SQLite'), { errcode }));
  const [readFailed, shortRead, writeFailed, full, corrupt] = [266, 522, 778, 13, 267];
  expect([readFailed, shortRead, corrupt].map(faultOfCode)).toEqual(['corrupt', 'corrupt', 'corrupt']);
  expect(faultOfCode(writeFailed)).toBe('other');
  expect(faultOfCode(full)).toBe('full');
});

it('names the file that can not be opened, and still knows why', async () => {
  const path = join(await tempFolder(), 'some.sqlite');
  await writeFile(path, 'no database, whatever its name says '.repeat(500));
  const open = () => openSqlite(path, { migrations: [''], synchronous: 'FULL' });
  expect(open).toThrow(path);
  try {
    open();
  } catch (error) {
    expect(error).toMatchObject({ code: 'data-folder', fix: 'restore it from a backup' });
    expect(faultOf(error)).toBe('corrupt');
  }
});
