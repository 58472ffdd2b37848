// Damage to a file of the data folder: found at the start, or while the server runs and then mended by the next start. The damaged
// file is put aside under another name, which is how /readyz and the next start know of it.
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Logger } from './log.ts';
import { faultOf, structureFault } from './sqlite.ts';

/** Files up to this size are read through at the start; damage in larger ones shows when it is met. */
const checkedBytes = 64 * 2 ** 20;
/** So many are kept of each file: a disk that goes on failing must not be filled up by them. */
const mostAside = 3;
const asideForm = /^(.+)\.damaged-(\d+)$/;
const markerForm = /^(.+)\.damaged$/;
const companions = ['', '-wal', '-shm'];

interface Options {
  /** Called with the name of the damaged file once a new one is open; what can be read of it may be carried over. */
  begunAgain?: (aside: string) => void;
}

/**
 * Opens a file that can be made again, whole or in part. A damaged one is put aside, said in the log, and begun again. Throws what
 * `open` throws for any other reason.
 */
export function openOrSetAside<T>(path: string, open: (path: string) => T, log: Logger, options: Options = {}): T {
  const fault = faultBefore(path);
  if (fault === null) {
    try {
      return open(path);
    } catch (error) {
      if (!isDamage(error)) throw error;
      return again(path, open, log, { ...options, fault: error instanceof Error ? error.message : String(error) });
    }
  }
  return again(path, open, log, { ...options, fault });
}

function again<T>(path: string, open: (path: string) => T, log: Logger, found: Options & { fault: string }): T {
  const aside = `${path}.damaged-${Date.now()}`;
  log.error({ path, fault: found.fault, aside }, 'damaged file put aside and begun again');
  for (const ending of companions) if (existsSync(path + ending)) renameSync(path + ending, aside + ending);
  rmSync(`${path}.damaged`, { force: true });
  dropOldest(path);
  const opened = open(path);
  found.begunAgain?.(aside);
  return opened;
}

/** Why a file must not be opened as it is; null for one that is sound, as far as was looked, or isn't there. */
function faultBefore(path: string): string | null {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return null;
  if (existsSync(`${path}.damaged`)) return 'found damaged while the server ran';
  // A file that was just made is empty until its first commit.
  if (bytes === 0) return hasJournal(path) ? 'the file is empty' : null;
  return bytes <= checkedBytes ? structureFault(path) : null;
}

function hasJournal(path: string): boolean {
  const journal = join(path, '..', 'journal');
  return existsSync(journal) && readdirSync(journal).some((name) => name.endsWith('.sqlite'));
}

function dropOldest(path: string): void {
  const names = readdirSync(join(path, '..')).filter((name) => asideForm.exec(name)?.[1] === basename(path));
  for (const name of names.sort().slice(0, -mostAside)) {
    for (const ending of companions) rmSync(join(path, '..', name + ending), { force: true });
  }
}

/** Runs what reads or writes a file; damage that it meets is remembered, so that the next start mends the file. */
export function watched<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isDamage(error) && path !== ':memory:') mark(path);
    throw error;
  }
}

/** Besides what SQLite says: JSON of ours that is none any more. */
function isDamage(error: unknown): boolean {
  return faultOf(error) === 'corrupt' || error instanceof SyntaxError;
}

function mark(path: string): void {
  try {
    writeFileSync(`${path}.damaged`, '');
  } catch {
    // A disk that takes nothing is said elsewhere; the damage shows again.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What /readyz says of damage in a data folder; null where there is none, or its files were taken away. */
export function damageIn(folder: string): string | null {
  const texts = namesIn(folder).flatMap((name) => {
    const [, marked] = markerForm.exec(name) ?? [];
    if (marked) return [`${marked} is damaged: restart Hallwatch, which puts it aside and begins it again`];
    const [, file] = asideForm.exec(name) ?? [];
    return file
      ? [`${file} was damaged and begun again: what can still be read is in ${name}, remove that when done`]
      : [];
  });
  return texts.length > 0 ? `data folder: ${texts.join('; ')}` : null;
}
