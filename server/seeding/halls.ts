// Whose past is told: some halls of the config, or invented ones.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HallConfig } from '../config/hall-config.ts';
import type { Config } from '../config/load.ts';
import { loadConfigOrThrow } from '../config/load.ts';
import { HallwatchError } from '../errors.ts';
import type { Options } from './options.ts';
import { linesOf } from './story.ts';

export interface Cast {
  config: Config;
  /** The config folder. */
  folder: string;
  halls: readonly HallConfig[];
  /** They are not of the config that was asked for: what to say of them. */
  note: string | null;
}

/**
 * The halls that the options name. Where more are asked for than the config has, as many are invented, and their config is put
 * into the data folder. Throws `bad-config`, `unknown-hall`.
 */
export async function castOf(
  { config: folder, data }: { config: string; data: string },
  { count, halls }: Pick<Options, 'count' | 'halls'>,
  ended: AbortSignal,
): Promise<Cast> {
  const config = await loadConfigOrThrow(folder);
  const all = [...config.halls.values()];
  if (count !== null && count > all.length) return invented(data, count, ended);
  const named = halls.map((id) => config.halls.get(id) ?? unknown(id, folder));
  return { config, folder, halls: halls.length > 0 ? named : all.slice(0, count ?? all.length), note: null };
}

async function invented(data: string, count: number, ended: AbortSignal): Promise<Cast> {
  const folder = join(data, `halls-${count}`);
  if (!existsSync(join(folder, 'hallwatch.yaml'))) {
    const args = ['--halls', String(count), '--write-config', folder];
    for await (const _line of linesOf('main.ts', args, ended));
  }
  const config = await loadConfigOrThrow(folder);
  const note = `${count} invented halls: start with HALLWATCH_CONFIG=${folder} to see them`;
  return { config, folder, halls: [...config.halls.values()], note };
}

function unknown(id: string, folder: string): never {
  throw new HallwatchError('unknown-hall', {
    what: `there is no hall "${id}" in ${folder}`,
    fix: 'name one of its halls',
  });
}
