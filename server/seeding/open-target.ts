// Finds out where a past must go: J8, a folder that a server runs on is written to through that server.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readClockSpec, systemClock } from '../clock.ts';
import type { Config } from '../config/load.ts';
import type { Environment } from '../config/settings.ts';
import { readBasics, readSettings } from '../config/settings.ts';
import { openDataFolder } from '../data-folder.ts';
import { HallwatchError } from '../errors.ts';
import { keptClock } from '../launcher/demo-clock.ts';
import type { Logger } from '../log.ts';
import { folderTarget } from './folder-target.ts';
import type { Options } from './options.ts';
import { noServer, serverTarget } from './server-target.ts';
import type { Target } from './target.ts';

interface Parts {
  env: Environment;
  options: Pick<Options, 'url' | 'inBackground'>;
  log: Logger;
  ended: AbortSignal;
}

/** Points at once, and rests as multiples of the time that the server took: at its ease, or out of its way. */
const pages = { plain: { pageSize: 1_000, restShare: 0 }, background: { pageSize: 200, restShare: 4 } };

/** Stamps a new folder as simulated. Throws `data-folder` for a real one, `bad-setting`, and what opening files throws. */
export async function holdFolder(env: Environment): Promise<{ release(): void } | null> {
  const { data, clock } = readBasics(env);
  try {
    return await openDataFolder(data, { simulated: true, clock });
  } catch (error) {
    if (error instanceof HallwatchError && error.code === 'data-in-use') return null;
    throw error;
  }
}

/** The folder itself, which must be held. */
export async function openFolder(config: Config, { env, log, ended }: Parts): Promise<Target> {
  const { data, clock: spec } = readBasics(env);
  const kept = spec ? null : await keptClock(data);
  const clock = systemClock(spec ?? (kept === null ? undefined : readClockSpec(kept)));
  return folderTarget({ folder: data, config, settings: readSettings(env, config.settings), clock, log, ended });
}

/** The server that runs on the folder. Throws `no-server` when it is another one's. */
export async function openServer(config: Config, { env, options, ended }: Parts): Promise<Target> {
  const { http } = readSettings(env, config.settings);
  const url = options.url ?? `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`;
  const target = serverTarget({ url, ended, ...(options.inBackground ? pages.background : pages.plain) });
  const { pid, simulated } = await target.past();
  if (!simulated) {
    throw new HallwatchError('not-simulated', {
      what: `the server at ${url} runs on real data`,
      fix: 'name a server of simulated data with --url',
    });
  }
  const holder = await readFile(join(readBasics(env).data, 'server.pid'), 'utf8').catch(() => '');
  if (options.url === null && Number(holder) !== pid) {
    throw noServer(`${url} runs on another folder (process ${pid}); this one is in use by process ${holder.trim()}`);
  }
  return target;
}
