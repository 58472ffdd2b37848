// What a commit waits for.
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { inTransaction, openSqlite, pragma, settle, settledMigration } from '../../../server/sqlite.ts';
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
