// The one home of node:sqlite: opening with migrations (J8), what its errors mean, backup.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { HallwatchError } from './errors.ts';
import type { Logger } from './log.ts';
import { sql, sqlName } from './sql.ts';

export type { DatabaseSync as Database, StatementSync as Statement } from 'node:sqlite';

export interface OpenOptions {
  /** SQL that makes each version out of the one before; `user_version` counts those applied. */
  migrations: readonly string[];
  /** `FULL`: a commit is on disk when it returns. `NORMAL`: the last ones may be gone after a power cut, never half. */
  synchronous: 'FULL' | 'NORMAL';
  /** A new file gives pages back to the disk by `PRAGMA incremental_vacuum`. */
  givesBack?: boolean;
}

/** What an error of SQLite means for who writes: wait for room, leave the file alone, try again, or give up. */
export type SqliteFault = 'full' | 'corrupt' | 'busy' | 'other';

const faults: Record<number, SqliteFault> = { 5: 'busy', 6: 'busy', 11: 'corrupt', 13: 'full', 26: 'corrupt' };
/** Pages copied a step: a whole file at once, so that writers never make the copy begin anew. */
const wholeFile = 2 ** 31 - 1;
/** How long a reader waits for whoever recovers or closes the file. */
const busyMs = 5_000;

/**
 * Opens a file, making or migrating it; creates nothing when it can't. Throws `data-newer` for a file of a later
 * Hallwatch, and what SQLite throws for one that isn't readable (see `faultOf`).
 */
export function openSqlite(path: string, { migrations, synchronous, givesBack = false }: OpenOptions): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    // Has to come before anything is written.
    if (givesBack) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    database.exec(sql`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sqlName(synchronous)}`);
    migrate(database, path, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens a file to read alone, also while another process writes to it. Throws as `openSqlite`, and for one that isn't there. */
export function openSqliteToRead(path: string, migrations: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: busyMs });
  try {
    versionOf(database, path, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The version of a file; throws `data-newer` for one that these migrations don't reach. */
function versionOf(database: DatabaseSync, path: string, migrations: readonly string[]): number {
  const version = pragma(database, 'user_version');
  if (version <= migrations.length) return version;
  throw new HallwatchError('data-newer', {
    what: `${path} was written by a later Hallwatch (version ${version} of the file, this one knows ${migrations.length})`,
    fix: 'start that later Hallwatch, or restore a backup made before it ran',
  });
}

function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  const version = versionOf(database, path, migrations);
  if (version === migrations.length) return;
  inTransaction(database, () => {
    for (const sql of migrations.slice(version)) database.exec(sql);
    database.exec(sql`PRAGMA user_version = ${migrations.length}`);
  });
}

/** Runs `work` in one transaction: all of it is written, or nothing. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // Some failures end the transaction by themselves.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** What `settle` needs in a file. */
export const settledMigration = sql`CREATE TABLE settled (times INTEGER NOT NULL) STRICT; INSERT INTO settled VALUES (0);`;

/** All that was committed to a file opened with `synchronous` NORMAL is on disk when it returns. */
export function settle(database: DatabaseSync): void {
  database.exec('PRAGMA synchronous = FULL');
  try {
    // A commit that changes nothing waits for nothing: writing what is there already is none, to SQLite.
    database.exec('UPDATE settled SET times = times + 1');
  } finally {
    database.exec('PRAGMA synchronous = NORMAL');
  }
}

/** A pragma's number, such as `page_count`. */
export function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(sql`PRAGMA ${sqlName(name)}`).get() ?? {})[0] ?? 0);
}

/** Sorts an error; `other` for what isn't SQLite's. */
export function faultOf(error: unknown): SqliteFault {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? (faults[errcode & 0xff] ?? 'other') : 'other';
}

/** True for what SQLite threw, and not our own code. */
export function isOfSqlite(error: unknown): boolean {
  return typeof (error as { errcode?: unknown }).errcode === 'number';
}

/**
 * Holds a file for the life of this process, or answers null when another process holds it. The lock goes with the
 * process, however it ends.
 */
export function holdFile(path: string): { release(): void } | null {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (faultOf(error) === 'busy') return null;
    if (faultOf(error) !== 'corrupt') throw error;
    // It never holds anything.
    rmSync(path);
    return holdFile(path);
  }
}

/**
 * Opens a file that can be made anew from others; a damaged one is put aside under another name, said in the log, and begun
 * again.
 */
export function openOrSetAside<T>(path: string, open: (path: string) => T, log: Logger): T {
  try {
    return open(path);
  } catch (error) {
    if (faultOf(error) !== 'corrupt') throw error;
    const aside = `${path}.damaged-${Date.now()}`;
    log.error({ error: String(error), aside }, 'damaged file put aside and begun again');
    renameSync(path, aside);
    for (const ending of ['-wal', '-shm']) if (existsSync(path + ending)) renameSync(path + ending, aside + ending);
    return open(path);
  }
}

/** Copies a file, also one that another process writes to, as it is at one moment. */
export async function backupSqlite(from: string, to: string): Promise<void> {
  const database = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(database, to, { rate: wholeFile });
  } finally {
    database.close();
  }
}
