import { readClockSpec } from '../clock.ts';
import type { ClockSpec } from '../contracts/clock-spec.ts';
import type { SettingsFile } from '../contracts/registry.ts';
import { HallwatchError } from '../errors.ts';
import type { Address } from '../listen.ts';
import { parseAddress } from '../listen.ts';

/** What the environment says; it wins over config/hallwatch.yaml. */
export type Environment = Record<string, string | undefined>;

export interface Settings {
  http: Address;
  /** The broker of the installation, or null for the built-in one at `mqttListen`. */
  mqttUrl: string | null;
  mqttListen: Address;
  /** Owned regions, null for all (I4). */
  regions: string[] | null;
  /** How long the journal keeps messages, and the bytes it may take (J4). */
  journal: { keepDays: number; capBytes: number };
  /** The InfluxDB of the installation, or null for SQLite in the data folder. */
  influx: InfluxPlace | null;
  /** Days that points of history are kept, by retention. */
  historyDays: { raw: number; minute: number; slot: number };
  /** Days that resolved alerts are kept: all, and those of severity info that nobody did anything about. */
  alertDays: { all: number; info: number };
}

/** Where InfluxDB is; no user for one that asks for none. */
export interface InfluxPlace {
  protocol: 'http' | 'https';
  host: string;
  port: number;
  database: string;
  user: { name: string; password: string } | null;
}

const defaultKeepDays = 7;
const defaultCapGb = 20;
const bytesAGb = 2 ** 30;
const defaultRawDays = 30;
const defaultMinuteDays = 90;
const defaultSlotYears = 10;
const defaultAlertDays = 400;
const defaultInfoDays = 30;

/** Folders and time: what must be known before the config can be read. Throws `bad-setting`. */
export function readBasics(env: Environment): {
  config: string;
  data: string;
  simulated: boolean;
  clock: ClockSpec | null;
} {
  const simulated = env.HALLWATCH_SIMULATED;
  if (simulated !== undefined && simulated !== '1' && simulated !== '0' && simulated !== '') {
    throw new HallwatchError('bad-setting', {
      what: `HALLWATCH_SIMULATED is "${simulated}"`,
      fix: 'write 1, or leave it out',
    });
  }
  return {
    config: env.HALLWATCH_CONFIG || 'config',
    data: env.HALLWATCH_DATA || 'data',
    simulated: simulated === '1',
    clock: env.HALLWATCH_CLOCK ? readClockSpec(env.HALLWATCH_CLOCK) : null,
  };
}

/** Everything else, from the environment over the settings file. Throws `bad-setting`, `not-loopback`. */
export function readSettings(env: Environment, file: SettingsFile): Settings {
  const mqttUrl = env.HALLWATCH_MQTT_URL || file.mqttUrl || null;
  if (mqttUrl !== null && !isBrokerUrl(mqttUrl)) {
    throw new HallwatchError('bad-setting', {
      what: 'HALLWATCH_MQTT_URL is not the address of a broker',
      fix: 'write mqtt://host:1883, with user:password@ before the host if it wants them (% and @ in them as %25 and %40)',
    });
  }
  return {
    http: parseAddress(env.HALLWATCH_HTTP || file.http || '127.0.0.1:8080', 'HALLWATCH_HTTP'),
    mqttUrl,
    mqttListen: parseAddress(env.HALLWATCH_MQTT_LISTEN || file.mqttListen || '127.0.0.1:1883', 'HALLWATCH_MQTT_LISTEN'),
    regions: readRegions(env.HALLWATCH_REGIONS, file),
    journal: {
      keepDays: file.journal?.keepDays ?? defaultKeepDays,
      capBytes: (file.journal?.capGb ?? defaultCapGb) * bytesAGb,
    },
    influx: readInflux(env.HALLWATCH_INFLUX_URL || file.influxUrl),
    historyDays: {
      raw: file.history?.rawDays ?? defaultRawDays,
      minute: file.history?.minuteDays ?? defaultMinuteDays,
      slot: (file.history?.slotYears ?? defaultSlotYears) * 365,
    },
    alertDays: {
      all: file.alerts?.keepDays ?? defaultAlertDays,
      info: file.alerts?.infoDays ?? defaultInfoDays,
    },
  };
}

/** Never says what was wrong with it: the address may hold a password. */
function readInflux(text: string | undefined): InfluxPlace | null {
  if (!text) return null;
  const place = influxPlace(text);
  if (place) return place;
  throw new HallwatchError('bad-setting', {
    what: 'HALLWATCH_INFLUX_URL is not the address of an InfluxDB and its database',
    fix: 'write http://user:password@host:8086/database (% and @ in user and password as %25 and %40), without user:password@ if it wants none',
  });
}

/** An address as `http://user:password@host:8086/database`; null for what is none. */
export function influxPlace(text: string): InfluxPlace | null {
  try {
    const { protocol, hostname, port, pathname, username, password, search, hash } = new URL(text);
    const [, database = '', ...more] = pathname.split('/').map(decodeURIComponent);
    const isWhole = hostname !== '' && database !== '' && more.join('') === '' && search + hash === '';
    if (!['http:', 'https:'].includes(protocol) || !isWhole || !/^[^"\\\n]+$/.test(database)) return null;
    return {
      protocol: protocol === 'https:' ? 'https' : 'http',
      host: hostname,
      // InfluxDB's own port, unless one is named; the URL standard hides a protocol's usual one.
      port:
        Number(port) || (/:(80|443)(\/|$)/.test(text.replace(/^.*@/, '')) ? (protocol === 'https:' ? 443 : 80) : 8086),
      database,
      user: username === '' ? null : { name: decodeURIComponent(username), password: decodeURIComponent(password) },
    };
  } catch {
    return null;
  }
}

/** Never says what was wrong with it: the address may hold a password. */
function isBrokerUrl(text: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(text);
    decodeURIComponent(username + password);
    return ['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(protocol) && hostname !== '';
  } catch {
    return false;
  }
}

function readRegions(text: string | undefined, file: SettingsFile): string[] | null {
  if (!text) return null;
  const regions = text.split(',').map((region) => region.trim());
  const unknown = regions.filter((region) => !file.regions.some(({ id }) => id === region));
  if (unknown.length === 0) return regions;
  throw new HallwatchError('bad-setting', {
    what: `HALLWATCH_REGIONS names ${unknown.map((region) => `"${region}"`).join(', ')}, which the config does not have`,
    fix: `write some of: ${file.regions.map(({ id }) => id).join(',')}`,
  });
}
