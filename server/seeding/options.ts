import { parseArgs } from 'node:util';
import { isDate } from '../config/places.ts';
import { HallwatchError } from '../errors.ts';

export const help = `Gives simulated halls a past: what their devices would have sent on days gone by becomes history, as if it had been lived.
Only into a folder of simulated data; what a hall lived itself is never written over. Ended in the middle and written again, it goes on.

  npm run seed -- [--halls N] [--hall HALL]... [--days D] [--until YYYY-MM-DD] [--seed N] [--scenario NAME|FILE]
  npm run seed -- --records FILE... --hall HALL [--until YYYY-MM-DD]

  --halls N       the first N halls of the config; when it has fewer, N invented ones (their config is put into the data folder)
  --hall HALL     only this hall; may be written several times
  --days D        so many days, up to the last one (default 28)
  --until DATE    the last day (default: yesterday, or the day before the hall began to live)
  --seed N        another seed, other customers (default 1, as in npm run simulate)
  --scenario S    how the days are to be: npm run simulate -- --list-scenarios
  --records FILE  real records, moved by whole weeks, as the hall's first queue machine or door; may be written several times
  --url URL       the server that runs on the folder (default: where HALLWATCH_HTTP says)
  --help

HALLWATCH_DATA, HALLWATCH_CONFIG, HALLWATCH_INFLUX_URL and HALLWATCH_CLOCK as for the server.
`;

export interface Options {
  /** How many halls; null for all, or those named. */
  count: number | null;
  halls: readonly string[];
  days: number;
  until: string | null;
  seed: number;
  scenario: string;
  records: readonly string[];
  url: string | null;
  /** Out of the way of a running server: nice, slow, and few words. */
  inBackground: boolean;
}

const known = {
  halls: { type: 'string' },
  hall: { type: 'string', multiple: true },
  days: { type: 'string' },
  until: { type: 'string' },
  seed: { type: 'string' },
  scenario: { type: 'string' },
  records: { type: 'string', multiple: true },
  url: { type: 'string' },
  background: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

export const mostDays = 3_650;
export const defaultDays = 28;
const mostHalls = 5_000;

/** Reads the command line. Throws `bad-setting`. */
export function readOptions(args: string[]): Options | 'help' {
  const given = parsed(args);
  if (given.help) return 'help';
  const halls = given.hall ?? [];
  const records = given.records ?? [];
  if (records.length > 0 && halls.length !== 1) throw bad('--records needs one --hall: whose devices they are');
  if (halls.length > 0 && given.halls !== undefined) throw bad('--halls and --hall do not go together');
  if (given.until !== undefined && !isDate(given.until)) throw bad(`--until is "${given.until}", and no date`);
  if (given.url !== undefined && !/^http:\/\/[^/]+\/?$/.test(given.url)) throw bad(`--url is "${given.url}"`);
  return {
    count: whole('--halls', given.halls, mostHalls),
    halls,
    days: whole('--days', given.days, mostDays) ?? defaultDays,
    until: given.until ?? null,
    seed: whole('--seed', given.seed, 2 ** 31 - 1, 0) ?? 1,
    scenario: given.scenario ?? 'normal',
    records,
    url: given.url?.replace(/\/$/, '') ?? null,
    inBackground: given.background ?? false,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: known, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw bad(String((error as Error).message).split(/\. |\n/)[0] ?? '');
  }
}

function whole(name: string, text: string | undefined, most: number, least = 1): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw bad(`${name} is "${text}", and a whole number from ${least} to ${most} is asked for`);
}

function bad(what: string): HallwatchError {
  return new HallwatchError('bad-setting', { what, fix: 'npm run seed -- --help says what there is' });
}
