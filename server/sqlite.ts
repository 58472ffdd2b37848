// The one home of node:sqlite: opening with migrations (J8), what its errors mean, backup.
import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { HallwatchError } from './errors.ts';
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
/** Extended codes that say what their class doesn't: a sector that can't be read, a file cut short, a broken file system. */
const extendedFaults: Record<number, SqliteFault> = { 266: 'corrupt', 522: 'corrupt', 8458: 'corrupt' };
/** Pages copied a step: a whole file at once, so that writers never make the copy begin anew. */
const wholeFile = 2 ** 31 - 1;
/** How long a reader waits for whoever recovers or closes the file. */
const busyMs = 5_000;

/**
 * Opens a file, making or migrating it. Throws `data-newer` for a file of a later Hallwatch, and `data-folder` with what SQLite
 * threw as its cause for one that can't be opened (see `faultOf`).
 */
export function openSqlite(path: string, { migrations, synchronous, givesBack = false }: OpenOptions): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    // Has to come before anything is written.
    if (givesBack) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    database.exec(sql`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sqlName(synchronous)}`);
    migrate(database, path, migrations);
    return database;
  } catch (error) {
    database?.close();
    throw notOpened(path, error);
  }
}

/** Opens a file to read alone, also while another process writes to it. Throws as `openSqlite`, also for one that isn't there. */
export function openSqliteToRead(path: string, migrations: readonly string[]): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: busyMs });
    versionOf(database, path, migrations);
    return database;
  } catch (error) {
    database?.close();
    throw notOpened(path, error);
  }
}

const fixes: Record<SqliteFault, string> = {
  full: 'make room on its disk',
  corrupt: 'restore it from a backup',
  busy: 'end the program that holds it',
  other: 'give us the right to read and write it and its folder, or set HALLWATCH_DATA to another folder',
};

/** What SQLite threw, with the name of the file and what to do; `faultOf` knows it all the same. */
function notOpened(path: string, error: unknown): unknown {
  if (error instanceof HallwatchError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new HallwatchError('data-folder', {
    what: `${path} can't be opened (${why})`,
    fix: fixes[faultOf(error)],
    cause: error,
  });
}

/** What is wrong with the structure of a file, in words; null when it is sound or can't be opened. Reads all of it. */
export function structureFault(path: string): string | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: busyMs });
    const found = String(Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
    return found === 'ok' ? null : found;
  } catch (error) {
    if (faultOf(error) === 'corrupt') return error instanceof Error ? error.message : String(error);
    // Whoever opens it next says what is wrong.
    return null;
  } finally {
    database?.close();
  }
}

/** The version of a file; throws `data-newer` for one that these migrations don't reach. */
function versionOf(database: DatabaseSync, path: string, migrations: readonly string[]): number {
  const version = pragma(database, 'user_version');
  if (version <= migrations.length) return version;
  throw newerFile(path, version, migrations.length);
}

/** The refusal of a file whose version this Hallwatch doesn't know. */
export function newerFile(path: string, version: number, known: number): HallwatchError {
  return new HallwatchError('data-newer', {
    what: `${path} was written by a later Hallwatch (version ${version} of the file, this one knows ${known})`,
    fix: 'start that later Hallwatch, or restore a backup made before it ran',
  });
}

const headerBytes = 100;
const magic = 'SQLite format 3\0';
const versionAt = 60;

/** The `user_version` in the header of a file, without opening it; 0 for what is no database. Throws `data-folder` as `openSqlite`. */
export function headerVersion(path: string): number {
  return headerOf(path)?.readUInt32BE(versionAt) ?? 0;
}

/** Whether a file begins as a database does. */
export function hasHeader(path: string): boolean {
  return headerOf(path) !== null;
}

function headerOf(path: string): Buffer | null {
  const header = Buffer.alloc(headerBytes);
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    readSync(file, header, 0, headerBytes, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw notOpened(path, error);
  } finally {
    if (file !== null) closeSync(file);
  }
  return header.toString('latin1', 0, magic.length) === magic ? header : null;
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

/** How often a file was settled. */
export function settledTimes(database: DatabaseSync): number {
  return Number(database.prepare('SELECT times FROM settled').get()?.times ?? 0);
}

/** A pragma's number, such as `page_count`. */
export function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(sql`PRAGMA ${sqlName(name)}`).get() ?? {})[0] ?? 0);
}

/** Sorts an error; `other` for what isn't SQLite's. */
export function faultOf(error: unknown): SqliteFault {
  if (error instanceof HallwatchError && error.cause) return faultOf(error.cause);
  const { errcode } = error as { errcode?: unknown };
  if (typeof errcode !== 'number') return 'other';
  return extendedFaults[errcode] ?? faults[errcode & 0xff] ?? 'other';
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

/** Copies a file, also one that another process writes to, as it is at one moment. */
export async function backupSqlite(from: string, to: string): Promise<void> {
  const database = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(database, to, { rate: wholeFile });
  } finally {
    database.close();
  }
}
