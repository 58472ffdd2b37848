// The data folder: whose data it holds (I5), the name we bear at the broker (J1), and that one server alone uses it (J8).
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static } from 'typebox';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { HallwatchError } from './errors.ts';
import { holdFile } from './sqlite.ts';

const Stamp = Type.Object({ holds: Type.Enum(['real', 'simulated']), clientId: Type.String() });
type Stamp = Static<typeof Stamp>;
const stampCheck = Compile(Stamp);

export interface DataFolder {
  path: string;
  simulated: boolean;
  clientId: string;
  /** Lets another server have it. */
  release(): void;
}

/**
 * Opens the folder, stamping it on first use. A folder stays what it was stamped: demo data and real data never mix.
 * Throws `data-folder`, `data-in-use`, or `bad-setting` for a simulated `clock` over real data, before anything is stamped.
 */
export async function openDataFolder(
  path: string,
  { simulated, clock }: { simulated: boolean; clock: unknown },
): Promise<DataFolder> {
  const file = join(path, 'folder.json');
  const known = await readStamp(file);
  if (clock && (known?.holds ?? (simulated ? 'simulated' : 'real')) === 'real') {
    throw new HallwatchError('bad-setting', {
      what: 'HALLWATCH_CLOCK only runs on simulated data',
      fix: 'set HALLWATCH_SIMULATED=1 and a HALLWATCH_DATA folder of its own, or unset HALLWATCH_CLOCK',
    });
  }
  if (!known) await refuseUnstamped(path, file);
  const stamp = known ?? (await writeStamp(path, file, simulated));
  if (simulated && stamp.holds === 'real') {
    throw new HallwatchError('data-folder', {
      what: `${path} holds real data, and HALLWATCH_SIMULATED=1 would mix demo data into it`,
      fix: 'set HALLWATCH_DATA to another folder, or unset HALLWATCH_SIMULATED (with npm start: HALLWATCH_SIM=off)',
    });
  }
  const { release } = await hold(path);
  return { path, simulated: stamp.holds === 'simulated', clientId: stamp.clientId, release };
}

/** Takes the folder for the life of this process; who has it stands in a file beside the lock, for the other's message. */
async function hold(path: string): Promise<{ release(): void }> {
  const holder = join(path, 'server.pid');
  const lock = lockOf(join(path, 'lock.sqlite'));
  if (lock) {
    // For people alone: without it the other's message names no process.
    await writeFile(holder, `${process.pid}\n`).catch(() => {});
    return lock;
  }
  const pid = await readFile(holder, 'utf8').catch(() => 'unknown');
  throw new HallwatchError('data-in-use', {
    what: `another Hallwatch (process ${pid.trim()}) runs on ${path}`,
    fix: 'end that one, or set HALLWATCH_DATA to another folder',
  });
}

/** Throws `data-folder` where nothing can be written. */
function lockOf(file: string): ReturnType<typeof holdFile> {
  try {
    return holdFile(file);
  } catch (error) {
    throw unusable(file, error instanceof Error ? error.message : String(error));
  }
}

async function readStamp(file: string): Promise<Stamp | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string') {
    if (text.code === 'ENOENT') return null;
    throw unusable(file, text.code);
  }
  try {
    const stamp: unknown = JSON.parse(text);
    if (stampCheck.Check(stamp)) return stamp;
  } catch {
    // Falls through: a broken stamp must be looked at by a person, never replaced.
  }
  throw new HallwatchError('data-folder', {
    what: `${file} is broken, so it isn't known whether the folder holds real or demo data`,
    fix: 'restore it, or set HALLWATCH_DATA to another folder',
  });
}

/** Data without a stamp must not become demo data, nor the other way; and the broker holds messages for the name in the stamp. */
async function refuseUnstamped(path: string, file: string): Promise<void> {
  const names = await readdir(path).catch(() => []);
  const held = names.find((name) => name === 'journal' || /\.(sqlite|db)$/.test(name));
  if (held === undefined) return;
  throw new HallwatchError('data-folder', {
    what: `${file} is gone and ${path} holds data (${held}), so it isn't known whether that is real or demo data`,
    fix: `restore it from a backup; or write {"holds":"real","clientId":"hallwatch-${randomUUID()}"} into it ("simulated" for demo data), and the broker of your own no longer has what it held for us`,
  });
}

async function writeStamp(path: string, file: string, simulated: boolean): Promise<Stamp> {
  const stamp: Stamp = { holds: simulated ? 'simulated' : 'real', clientId: `hallwatch-${randomUUID()}` };
  try {
    await mkdir(path, { recursive: true });
    // Whole or not at all, whatever happens meanwhile.
    await writeFile(`${file}.new`, `${JSON.stringify(stamp)}\n`, { flush: true });
    await rename(`${file}.new`, file);
  } catch (error) {
    throw unusable(file, (error as NodeJS.ErrnoException).code);
  }
  return stamp;
}

function unusable(file: string, why: string | undefined): HallwatchError {
  return new HallwatchError('data-folder', {
    what: `${file} can't be used (${why})`,
    fix: 'see that its disk has room and that we may write there, or set HALLWATCH_DATA to another folder',
  });
}
