import type { ClockSpec } from '../../server/contracts/clock-spec.ts';
import { parseClock, realTime } from '../clock.ts';
import { brokerUrl, configFolder, plainDate, positiveNumber, readOptions, wholeNumber } from '../command-line.ts';
import { UserError } from '../user-error.ts';

export const help = `Publishes days that really happened as the messages of a queue machine or a door counter, or what a device really sent.

  npm run replay -- --queue FILE --day YYYY-MM-DD --hall HALL [options]
  npm run replay -- --door FILE --from YYYY-MM-DD --to YYYY-MM-DD --hall HALL [options]
  npm run replay -- --dump FILE [--speed N] [--mqtt URL]

  --dump FILE     JSON lines of {topic, payload, time}: published as they are, payload byte for byte (docs/simulator.md)
  --hall HALL     whose first queue machine, or first door, it is to be
  --at DATE       the local date that the first day becomes (default: moved by whole weeks until all of it is past)
  --speed N|max   times real, or as fast as the broker acknowledges (default max)
  --boot N        the device's boot counter (default: the real time in seconds, so that it grows)
  --config DIR    where the hall is described (default: HALLWATCH_CONFIG, or config)
  --mqtt URL      the broker (default: HALLWATCH_MQTT_URL, or mqtt://127.0.0.1:1883)
  --help

With HALLWATCH_CLOCK set, "past" is judged by that clock.
`;

interface Common {
  file: string;
  speed: number | 'max';
  url: string;
}

/** What a device sent, as it sent it. */
export interface DumpOptions extends Common {
  kind: 'dump';
}

/** Local dates, inclusive. For a queue both are the one day. */
export interface RecordOptions extends Common {
  kind: 'queue' | 'door';
  from: string;
  to: string;
  hall: string;
  at?: string;
  boot?: number;
  config: string;
  clock: ClockSpec;
}

const known = {
  queue: { type: 'string' },
  day: { type: 'string' },
  door: { type: 'string' },
  dump: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  hall: { type: 'string' },
  at: { type: 'string' },
  speed: { type: 'string' },
  boot: { type: 'string' },
  config: { type: 'string' },
  mqtt: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const mostSpeed = 1_000_000;

type Given = Partial<Record<keyof typeof known, string | boolean>>;

/** Reads the command line and the environment. Throws UserErrors of one line. */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv): DumpOptions | RecordOptions | 'help' {
  const given = readOptions(args, known);
  if (given.help) return 'help';
  const speed =
    given.speed === undefined || given.speed === 'max' ? 'max' : positiveNumber('--speed', given.speed, mostSpeed);
  const common: Omit<Common, 'file'> = { speed: speed ?? 'max', url: brokerUrl(given.mqtt, env) };
  if (given.dump !== undefined) return dumpOf(given, common);
  return {
    ...common,
    ...recordOf(given),
    hall: needed(given, 'hall', 'whose device it is to be, such as --hall bank'),
    at: given.at === undefined ? undefined : plainDate('--at', given.at).toString(),
    boot: wholeNumber('--boot', given.boot, 0, 10 ** 15),
    config: configFolder(given.config, env),
    clock: env.HALLWATCH_CLOCK ? parseClock(env.HALLWATCH_CLOCK) : realTime,
  };
}

function dumpOf(given: Given, common: Omit<Common, 'file'>): DumpOptions {
  const other = Object.keys(given).find((name) => !['dump', 'speed', 'mqtt'].includes(name));
  if (other)
    throw new UserError(`--${other} doesn't go with --dump: a dump says itself which device it is of, and when`);
  return { kind: 'dump', ...common, file: needed(given, 'dump', 'the dump') };
}

function recordOf(given: Given): Pick<RecordOptions, 'kind' | 'file' | 'from' | 'to'> {
  if ((given.queue === undefined) === (given.door === undefined)) {
    throw new UserError('name one record: --queue FILE with --day, --door FILE with --from and --to, or --dump FILE');
  }
  if (given.queue !== undefined) {
    const day = date(given, 'day');
    return { kind: 'queue', file: needed(given, 'queue', 'the record'), from: day, to: day };
  }
  const [from, to] = [date(given, 'from'), date(given, 'to')];
  if (to < from) throw new UserError(`--to is ${to}, before --from ${from}: write the days in order`);
  return { kind: 'door', file: needed(given, 'door', 'the record'), from, to };
}

function date(given: Given, name: 'day' | 'from' | 'to'): string {
  return plainDate(`--${name}`, needed(given, name, 'a date of the record, as YYYY-MM-DD')).toString();
}

function needed(given: Given, name: keyof typeof known, what: string): string {
  const value = given[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new UserError(`--${name} is missing: ${what}`);
}
