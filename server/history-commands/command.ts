import { parseArgs } from 'node:util';
import type { Environment } from '../config/settings.ts';
import { HallwatchError } from '../errors.ts';

/** One thing that `npm run history` does. */
export interface Command {
  /** How it is written, after its name. */
  usage: string;
  about: string;
  run(given: Given): Promise<void>;
}

export interface Given {
  args: readonly string[];
  env: Environment;
  say(line: string): void;
}

type Kinds = Record<string, { type: 'string' | 'boolean' }>;
type Options<K extends Kinds> = { [name in keyof K]?: K[name]['type'] extends 'boolean' ? boolean : string };

/** The options of a command; throws `bad-setting` for one that it doesn't have. */
export function readOptions<K extends Kinds>(args: readonly string[], kinds: K, usage: string): Options<K> {
  try {
    return parseArgs({ args: [...args], options: kinds, allowPositionals: false }).values as Options<K>;
  } catch (error) {
    throw badOption(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error), usage);
  }
}

export function badOption(what: string, usage: string): HallwatchError {
  return new HallwatchError('bad-setting', { what, fix: `write npm run history -- ${usage}` });
}

/** Where an InfluxDB is, without user and password. */
export function placeText(place: { protocol: string; host: string; port: number; database: string }): string {
  return `${place.protocol}://${place.host}:${place.port}/${place.database}`;
}

/** 1,234,567. */
export const grouped = (count: number): string => count.toLocaleString('en-US');

export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${unit === 0 ? bytes : (bytes / 1024 ** unit).toFixed(1)} ${units[unit]}`;
}
