import type { ClockSpec } from '../server/contracts/clock-spec.ts';
import { parseClock, realTime } from './clock.ts';
import { brokerUrl, configFolder, positiveNumber, readOptions, wholeNumber } from './command-line.ts';
import type { Broker } from './link.ts';
import { UserError } from './user-error.ts';

const mostHalls = 5_000;
const mostSpeed = 100_000;
const mostSeed = 2 ** 31 - 1;

export const help = `Simulated devices for Hallwatch: door counters, queue machines and self-service terminals of halls full of simulated
customers.

  npm run simulate -- [options]

  --config DIR         the halls: a config folder (default: HALLWATCH_CONFIG, or config)
  --mqtt URL           the broker (default: HALLWATCH_MQTT_URL, or mqtt://127.0.0.1:1883)
  --mqtt-version 4|5   MQTT 3.1.1 (4, the default) or 5
  --halls N            only the first N halls; with --write-config, how many to write
  --only HALL          only this hall
  --write-config DIR   write a registry of --halls N halls into DIR and end
  --run                with --write-config: go on and simulate them
  --seed N             another seed, other customers; the same seed, the same messages (default 1)
  --speed X            time runs X times as fast; prints the HALLWATCH_CLOCK that the server needs
  --at TIME            begin at this time: 2026-11-24T10:00+08:00, or epoch ms
  --scenario NAME|FILE how the days are to be: a scenario's name or a .yaml file (default normal)
  --list-scenarios     the names, with a line about each
  --truth FILE         write what really happens as JSON lines
  --help

HALLWATCH_CLOCK=<simulated ms>@<real ms>x<speed> sets the time instead of --speed and --at.
`;

export interface Options {
  help: boolean;
  config: string;
  broker: Broker;
  /** How many halls to write, or to run of those there are. */
  halls?: number;
  only?: string;
  writeConfig?: string;
  /** Whether to simulate: not when only a registry is asked for. */
  run: boolean;
  seed: number;
  clock: ClockSpec;
  /** True when the clock came from the command line, so that the server must be told. */
  clockIsNew: boolean;
  /** A name, or a file of one's own. */
  scenario: string;
  listScenarios: boolean;
  truth?: string;
}

const known = {
  config: { type: 'string' },
  mqtt: { type: 'string' },
  'mqtt-version': { type: 'string' },
  halls: { type: 'string' },
  only: { type: 'string' },
  'write-config': { type: 'string' },
  run: { type: 'boolean' },
  seed: { type: 'string' },
  speed: { type: 'string' },
  at: { type: 'string' },
  scenario: { type: 'string' },
  'list-scenarios': { type: 'boolean' },
  truth: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line and the environment; `now` is the real time in epoch ms. Throws UserErrors of one line. */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv, now: number): Options {
  const given = readOptions(args, known);
  const halls = wholeNumber('--halls', given.halls, 1, mostHalls);
  const writeConfig = given['write-config'];
  if (writeConfig !== undefined && halls === undefined) throw new UserError('--write-config needs --halls N: how many');
  if (given.run && writeConfig === undefined) throw new UserError('--run only goes with --write-config');
  return {
    help: given.help ?? false,
    config: writeConfig ?? configFolder(given.config, env),
    broker: { url: brokerUrl(given.mqtt, env), protocolVersion: protocolVersion(given['mqtt-version']) },
    halls,
    only: given.only,
    writeConfig,
    run: writeConfig === undefined || given.run === true,
    seed: wholeNumber('--seed', given.seed, 0, mostSeed) ?? 1,
    ...clockOf(given, env, now),
    scenario: given.scenario ?? 'normal',
    listScenarios: given['list-scenarios'] ?? false,
    truth: given.truth,
  };
}

function protocolVersion(text = '4'): 4 | 5 {
  if (text === '4' || text === '5') return text === '4' ? 4 : 5;
  throw new UserError(`--mqtt-version is "${text}": write 4 (MQTT 3.1.1) or 5`);
}

function clockOf(given: { speed?: string; at?: string }, env: NodeJS.ProcessEnv, now: number) {
  const asked = given.speed !== undefined || given.at !== undefined;
  if (env.HALLWATCH_CLOCK) {
    if (asked) throw new UserError('HALLWATCH_CLOCK already sets the time: leave out --speed and --at, or unset it');
    return { clock: parseClock(env.HALLWATCH_CLOCK), clockIsNew: false };
  }
  if (!asked) return { clock: realTime, clockIsNew: false };
  const speed = positiveNumber('--speed', given.speed, mostSpeed) ?? 1;
  return { clock: { simMs: timeOf(given.at) ?? now, realMs: now, speed }, clockIsNew: true };
}

/** Epoch ms, or an ISO time with its offset, such as 2026-11-24T10:00+08:00. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{10,15}$/.test(text)) return Number(text);
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw new UserError(`--at is "${text}": write a time with its offset, such as 2026-11-24T10:00+08:00, or epoch ms`);
  }
}
