import type { ParseArgsOptionsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import { UserError } from './user-error.ts';

/** Options as written: texts, and true for flags. Throws a UserError that names the first one that isn't known. */
export function readOptions<T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const first = String((error as Error).message).split(/\. |\n/)[0];
    throw new UserError(`${first}: see --help`);
  }
}

/** A whole number from `low` to `high`; `undefined` stays so. */
export function wholeNumber(name: string, text: string | undefined, low: number, high: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new UserError(`${name} is "${text}": write a whole number from ${low} to ${high}`);
}

/** A number above 0, at most `high`. */
export function positiveNumber(name: string, text: string | undefined, high: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= high) return value;
  throw new UserError(`${name} is "${text}": write a number above 0, at most ${high}`);
}

/** A day of the calendar, `YYYY-MM-DD`. */
export function plainDate(name: string, text: string): Temporal.PlainDate {
  try {
    const date = Temporal.PlainDate.from(text);
    if (date.toString() === text) return date;
  } catch {
    // Said below, with what to write.
  }
  throw new UserError(`${name} is "${text}": write a date as YYYY-MM-DD`);
}

/** The broker's address: an option, else the environment, else where the embedded broker listens. */
export function brokerUrl(option: string | undefined, env: NodeJS.ProcessEnv): string {
  const url = option ?? (env.HALLWATCH_MQTT_URL || 'mqtt://127.0.0.1:1883');
  const name = option === undefined ? 'HALLWATCH_MQTT_URL' : '--mqtt';
  if (URL.canParse(url) && ['mqtt:', 'mqtts:'].includes(new URL(url).protocol) && new URL(url).hostname !== '')
    return url;
  throw new UserError(`${name} is "${url}": write an address such as mqtt://127.0.0.1:1883`);
}

export function configFolder(option: string | undefined, env: NodeJS.ProcessEnv): string {
  return option ?? (env.HALLWATCH_CONFIG || 'config');
}
