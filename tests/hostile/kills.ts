// kill -9 of whatever a message passes on its way, under load: readings, tickets and points of history lost or doubled.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { Random } from '../../firmware-sim/random.ts';
import { manualClock } from '../../server/clock.ts';
import { InfluxHistory } from '../../server/history/influx-history.ts';
import type { HistoryStore } from '../../server/history/port.ts';
import { SqliteHistory } from '../../server/history/sqlite-history.ts';
import type { Influxd } from '../support/influxd.ts';
import { runInfluxd } from '../support/influxd.ts';
import { runMosquitto } from '../support/mosquitto.ts';
import { brokerKills } from './kills-broker.ts';
import type { Finding, HostileContext, HostilePart } from './part.ts';
import { holds, none } from './part.ts';
import { remainsOf, tempFolder } from './support/folder-world.ts';
import { faultCount, storeFaults } from './support/history.ts';
import { journaled } from './support/journaled.ts';
import { missingPrograms } from './support/programs.ts';
import type { Publisher } from './support/publish.ts';
import { startPublishers } from './support/publish.ts';
import type { HostileServer } from './support/server.ts';
import { addresses, metric, spawnServer, whenReady, within } from './support/server.ts';
import { Truth, writeHalls } from './support/truth.ts';

const halls = 20;
const perSecond = 500;
const serverKills = 30;
const influxKills = 10;
const influxAwayMs = 60_000;
const keep = { raw: 30, minute: 90, slot: 3_650 };
/** A life ends between its first breath and when it has read what waited for it. */
const shortestLifeMs = 300;
const longestLifeMs = 2_500;
const listensWithinMs = 20_000;
const settlesWithinMs = 120_000;

export const kills: HostilePart = {
  about: `kill -9 of the server at ${perSecond} readings/s, of InfluxDB and of Mosquitto: what is lost or doubled`,
  minutes: 7,
  async run(context) {
    const findings: Finding[] = [];
    const missing = missingPrograms(['mosquitto', 'influxd']);
    if (missing.length > 0) context.say(`  not run in full: ${missing.join(' and ')} not installed`);
    const config = await tempFolder('config');
    await writeHalls(config, halls);
    if (missing.length === 0) findings.push(...(await throughMosquitto(config, context)));
    findings.push(...(await throughOwnBroker(config, context)));
    if (!missing.includes('mosquitto')) findings.push(...(await brokerKills(config, context)));
    await rm(config, { recursive: true });
    return findings;
  },
};

/** Mosquitto as shipped with our session, InfluxDB killed meanwhile and away for a minute. */
async function throughMosquitto(config: string, context: HostileContext): Promise<Finding[]> {
  const [brokerFolder, influxFolder] = [await tempFolder('broker'), await tempFolder('influx')];
  const broker = await runMosquitto(brokerFolder);
  const influxd = await runInfluxd(influxFolder);
  const { host, port, database } = influxd.address;
  const findings = await underLoad(context, {
    name: 'Mosquitto, InfluxDB',
    config,
    env: { HALLWATCH_MQTT_URL: broker.url, HALLWATCH_INFLUX_URL: `http://${host}:${port}/${database}` },
    brokerUrl: broker.url,
    protocolVersion: 5,
    store: () => new InfluxHistory({ address: influxd.address, keep }),
    beside: (isOver) => killInflux(influxd, context, isOver),
  });
  await broker.kill();
  await influxd.kill();
  for (const folder of [brokerFolder, influxFolder]) await rm(folder, { recursive: true, force: true });
  return findings;
}

/** The built-in broker: it dies with the server, and publishers send again until they have their PUBACK. */
async function throughOwnBroker(config: string, context: HostileContext): Promise<Finding[]> {
  return underLoad(context, {
    name: 'built-in broker, SQLite',
    config,
    env: {},
    brokerUrl: null,
    protocolVersion: 4,
    store: (data) =>
      new SqliteHistory({
        path: join(data, 'history.sqlite'),
        keep,
        clock: manualClock(Date.now()),
        log: pino({ level: 'silent' }),
      }),
    beside: async () => {},
  });
}

interface Setup {
  name: string;
  config: string;
  env: Record<string, string>;
  brokerUrl: string | null;
  protocolVersion: 4 | 5;
  store: (data: string) => HistoryStore;
  /** Goes on beside the kills until they are over. */
  beside: (isOver: () => boolean) => Promise<void>;
}

async function underLoad(context: HostileContext, setup: Setup): Promise<Finding[]> {
  const { name } = setup;
  const data = await tempFolder('data');
  const env = { HALLWATCH_CONFIG: setup.config, HALLWATCH_DATA: data, ...setup.env, ...(await addresses()) };
  const first = await spawnServer(env);
  // From its first subscription on the broker holds for us what comes while we are away.
  if (!(await whenReady(first))) throw new Error(`not ready: ${first.words()}`);
  const truth = new Truth(halls);
  const publisher = startPublishers(setup.brokerUrl ?? first.mqttUrl, truth, setup.protocolVersion);
  let isOver = false;
  const load = steadily(publisher, () => isOver);
  const lives = Math.max(2, Math.round(serverKills * context.scale));
  const beside = setup.beside(() => isOver);
  const { server, failed, tookMs } = await killAgainAndAgain(first, env, lives);
  isOver = true;
  await Promise.all([load, beside]);
  const isAnswered = await publisher.answered(settlesWithinMs);
  context.say(`  ${name}: ${lives} kills, ${truth.keys.size} readings sent in ${Math.round(tookMs / 1000)} s`);
  const expected = { halls: truth.halls, doors: truth.doors, silences: 0, quarantined: 0 };
  const wrong = async () => {
    const remains = await remainsOf(server, expected);
    return [...remains.wrong, ...(remains.marked > 0 ? [`${remains.marked} marked`] : [])];
  };
  const isRight = await within(settlesWithinMs, async () => (await wrong()).length === 0, 500);
  const wrongAfter = isRight ? [] : await wrong();
  const isDrained = async () =>
    (await metric(server, 'hallwatch_history_waiting')) === 0 && (await metric(server, 'hallwatch_history_due')) === 0;
  // The running quarter of an hour is rolled up each minute.
  const rolledAt = Date.now() + 66_000;
  const influx = setup.brokerUrl === null ? null : setup.store(data);
  await within(
    settlesWithinMs,
    async () => {
      if (!(await isDrained())) return false;
      return influx ? faultCount(await storeFaults(influx, truth)) === 0 : Date.now() > rolledAt;
    },
    1_000,
  );
  publisher.close();
  await server.end();
  const store = influx ?? setup.store(data);
  const faults = await storeFaults(store, truth);
  await store.close();
  const { lost, copies, holes } = journaled(data, truth.keys);
  await rm(data, { recursive: true });
  const what = (text: string) => `${name}: ${text}`;
  return [
    holds(what('starts after each kill'), failed.length === 0, failed[0] ?? `${lives} kills`),
    holds(what('every publish is acknowledged in the end'), isAnswered, `${publisher.unanswered} are not`),
    none(what(`readings lost of ${truth.keys.size}`), lost + holes, `${copies} copies came and were told apart`),
    none(what('numbers of walls wrong'), wrongAfter.length, wrongAfter.slice(0, 3).join('; ')),
    none(what(`door points of ${truth.doors.size} lost`), faults.doorsMissing),
    none(what('door points doubled or odd'), faults.doorsOdd),
    none(what(`visits of ${truth.visits.size} lost`), faults.visitsMissing),
    none(what('visits doubled or odd'), faults.visitsOdd),
    none(what('sums of quarters of an hour wrong'), faults.sums.length, faults.sums.slice(0, 3).join('; ')),
  ];
}

async function steadily(publisher: Publisher, isOver: () => boolean): Promise<void> {
  const began = performance.now();
  while (!isOver()) {
    publisher.upTo(Math.floor(((performance.now() - began) / 1_000) * perSecond));
    await pause(10);
  }
}

/** Kills it at moments of a seed's choosing, also while it starts; answers the one that lives on, and those that couldn't start. */
async function killAgainAndAgain(first: HostileServer, env: Record<string, string>, lives: number) {
  const random = new Random('hostile kills');
  const began = performance.now();
  const failed: string[] = [];
  let server = first;
  for (let life = 0; life < lives; life++) {
    // Some don't even live to listen.
    if (random.next() < 0.8)
      await within(listensWithinMs, async () => server.isGone() || (await server.readyz()) !== null);
    await pause(shortestLifeMs + random.next() * (longestLifeMs - shortestLifeMs));
    if (server.isGone()) failed.push(`life ${life}: ${server.words().trim().split('\n').at(-1)?.slice(0, 200)}`);
    await server.end('SIGKILL');
    server = await spawnServer(env);
  }
  if (!(await whenReady(server))) failed.push('the last one is not ready');
  return { server, failed, tookMs: performance.now() - began };
}

/** Ten kills, after one of which it stays away for a minute. */
async function killInflux(influxd: Influxd, { scale, say }: HostileContext, isOver: () => boolean): Promise<void> {
  const random = new Random('hostile influx');
  const count = Math.max(1, Math.round(influxKills * scale));
  const awayMs = Math.max(3_000, influxAwayMs * scale);
  for (let i = 0; i < count && !isOver(); i++) {
    await pause(1_000 + random.next() * 3_000);
    await influxd.kill();
    await pause(i === count >> 1 ? awayMs : 500);
    await influxd.start();
  }
  say(`  InfluxDB: ${count} kills, ${Math.round(awayMs / 1000)} s away once`);
}
