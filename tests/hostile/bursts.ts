// Too much at once, nothing for a while, and clocks that are wrong: a burst, a broker that is away, a store that comes back empty,
// devices a year off.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import { InfluxHistory } from '../../server/history/influx-history.ts';
import { runInfluxd } from '../support/influxd.ts';
import { runMosquitto } from '../support/mosquitto.ts';
import type { Finding, HostileContext, HostilePart } from './part.ts';
import { atMost, holds, none } from './part.ts';
import type { Expected } from './support/folder-world.ts';
import { remainsOf, tempFolder } from './support/folder-world.ts';
import { missingPrograms } from './support/programs.ts';
import { startPublishers } from './support/publish.ts';
import type { HostileServer } from './support/server.ts';
import { addresses, cpuSecondsOf, spawnServer, whenReady, within } from './support/server.ts';
import { Truth, writeHalls } from './support/truth.ts';

const halls = 20;
const burst = 10_000;
const awayMs = 60_000;
const yearMs = 365 * 86_400_000;
const wrongClocks = 2_000;
const rightWithinMs = 60_000;
/** Beside a right clock: two runs of the same are never quite alike. */
const costsAtMost = 3;
const afterwardsMs = 3_000;
const keep = { raw: 30, minute: 90, slot: 3_650 };

export const bursts: HostilePart = {
  about: `${burst} messages at once, the broker away for a minute, a store that comes back empty, clocks a year off`,
  minutes: 3,
  async run(context) {
    const config = await tempFolder('config');
    await writeHalls(config, halls);
    const findings = [...(await atOnce(config, context)), ...(await aYearOff(config, context))];
    const missing = missingPrograms(['mosquitto', 'influxd']);
    if (missing.length > 0) context.say(`  broker and store away: not run, ${missing.join(' and ')} not installed`);
    else findings.push(...(await away(config, context)));
    await rm(config, { recursive: true });
    return findings;
  },
};

const expectedOf = (truth: Truth): Expected => ({
  halls: truth.halls,
  doors: truth.doors,
  silences: 0,
  quarantined: 0,
});

async function wrongOf(server: HostileServer, truth: Truth): Promise<string[]> {
  const { wrong, marked } = await remainsOf(server, expectedOf(truth));
  return marked > 0 ? [...wrong, `${marked} marked`] : wrong;
}

/** Waits until the walls are right; answers what isn't. */
async function wrongInTheEnd(server: HostileServer, truth: Truth): Promise<string[]> {
  const isRight = await within(rightWithinMs, async () => (await wrongOf(server, truth)).length === 0, 300);
  return isRight ? [] : wrongOf(server, truth);
}

async function atOnce(config: string, { scale, say }: HostileContext): Promise<Finding[]> {
  const data = await tempFolder('data');
  const server = await spawnServer({ HALLWATCH_CONFIG: config, HALLWATCH_DATA: data, ...(await addresses()) });
  await whenReady(server);
  const truth = new Truth(halls);
  const publisher = startPublishers(server.mqttUrl, truth, 4);
  const count = Math.round(burst * scale);
  const began = performance.now();
  publisher.upTo(count);
  const isAnswered = await publisher.answered(rightWithinMs);
  const tookMs = performance.now() - began;
  const wrong = await wrongInTheEnd(server, truth);
  say(`  ${count} messages at once: acknowledged after ${Math.round(tookMs)} ms`);
  publisher.close();
  await server.end();
  await rm(data, { recursive: true });
  return [
    holds('burst: every message is acknowledged', isAnswered, `${count} in ${Math.round(tookMs)} ms`),
    none('burst: numbers of walls wrong', wrong.length, wrong.slice(0, 3).join('; ')),
  ];
}

/** Devices of a real folder whose clocks are a year behind or ahead: what a message costs, beside one of a right clock. */
async function aYearOff(config: string, context: HostileContext): Promise<Finding[]> {
  const right = await messagesOff(config, context, 0);
  const findings: Finding[] = [];
  for (const [words, offMs] of [
    ['behind', -yearMs],
    ['ahead', yearMs],
  ] as const) {
    const { cpuMs, unmarked } = await messagesOff(config, context, offMs);
    findings.push(
      none(
        `clocks a year ${words}: numbers wrong and no mark at the device`,
        unmarked.length,
        unmarked.slice(0, 3).join('; '),
      ),
      atMost(`clocks a year ${words}: CPU time a message`, cpuMs, costsAtMost * right.cpuMs, 'ms'),
    );
  }
  return findings;
}

async function messagesOff(config: string, { scale, say }: HostileContext, offMs: number) {
  const data = await tempFolder('data');
  const server = await spawnServer({ HALLWATCH_CONFIG: config, HALLWATCH_DATA: data, ...(await addresses()) });
  await whenReady(server);
  const truth = new Truth(halls, () => Date.now() + offMs);
  const publisher = startPublishers(server.mqttUrl, truth, 4);
  const count = Math.max(400, Math.round(wrongClocks * scale));
  const before = cpuSecondsOf(server);
  for (let made = 50; made <= count; made += 50) {
    publisher.upTo(made);
    await publisher.answered(rightWithinMs);
  }
  // What they cause is part of it.
  await pause(afterwardsMs);
  const cpuMs = ((cpuSecondsOf(server) - before) * 1_000) / count;
  const unmarked = await unmarkedOf(server, truth);
  say(`  clocks off by ${offMs / yearMs} years: ${count} messages, ${cpuMs.toFixed(2)} ms of CPU each`);
  publisher.close();
  await server.end();
  await rm(data, { recursive: true });
  return { cpuMs, unmarked };
}

/** Wrong numbers of halls none of whose devices is marked. */
async function unmarkedOf(server: HostileServer, truth: Truth): Promise<string[]> {
  const { wrong } = await remainsOf(server, expectedOf(truth));
  const marked = new Set<string>();
  for (const hall of truth.halls.keys()) {
    const { devices } = await server.get<HallLive>(`/api/halls/${hall}`);
    if (devices.some(({ marks }) => marks.includes('clock'))) marked.add(hall);
  }
  return wrong.filter((text) => !marked.has(text.split(' ')[0] ?? ''));
}

/** Mosquitto away for a minute, then InfluxDB gone with all that it held. */
async function away(config: string, { scale, say }: HostileContext): Promise<Finding[]> {
  const [brokerFolder, influxFolder, data] = [
    await tempFolder('broker'),
    await tempFolder('influx'),
    await tempFolder('data'),
  ];
  const broker = await runMosquitto(brokerFolder);
  const influxd = await runInfluxd(influxFolder);
  const { host, port, database } = influxd.address;
  const server = await spawnServer({
    HALLWATCH_CONFIG: config,
    HALLWATCH_DATA: data,
    HALLWATCH_MQTT_URL: broker.url,
    HALLWATCH_INFLUX_URL: `http://${host}:${port}/${database}`,
    ...(await addresses()),
  });
  await whenReady(server);
  const truth = new Truth(halls);
  const publisher = startPublishers(broker.url, truth, 5);
  publisher.upTo(1_000);
  await publisher.answered(rightWithinMs);
  await wrongInTheEnd(server, truth);
  // Stopped, so that it saved what it held: its crash is told of in `kills`.
  process.kill(broker.pid(), 'SIGTERM');
  await within(10_000, () => !existsSync(`/proc/${broker.pid()}`));
  publisher.upTo(2_000);
  const isSaid = await within(20_000, async () =>
    ((await server.readyz())?.reasons ?? []).some((text) => text.startsWith('no-broker')),
  );
  await pause(Math.max(1_000, awayMs * scale));
  await broker.start();
  const isAnswered = await publisher.answered(rightWithinMs);
  const wrong = await wrongInTheEnd(server, truth);
  const isBack = (await whenReady(server)) !== null;
  say(`  broker away: ${wrong.length} numbers wrong afterwards`);
  const store = new InfluxHistory({ address: influxd.address, keep });
  await influxd.kill();
  for (const name of ['data', 'wal', 'meta']) await rm(join(influxFolder, name), { recursive: true, force: true });
  publisher.upTo(3_000);
  const isDelayed = await within(30_000, async () =>
    ((await server.readyz())?.degraded ?? []).some((text) => text.startsWith('history')),
  );
  await influxd.start();
  const from = Date.now() - 3_600_000;
  const newest = [...truth.doors].slice(-100);
  const arrived = async () => {
    const found = new Set<string>();
    for await (const { tags, at, fields } of store.points({ measurement: 'door', from, to: Date.now() + 60_000 }))
      found.add(`${tags.hall} ${tags.device} ${at} ${fields.boot} ${fields.in} ${fields.out}`);
    return newest.filter((point) => found.has(point)).length;
  };
  const isWritten = await within(rightWithinMs, async () => (await arrived().catch(() => 0)) === newest.length, 500);
  const missing = newest.length - (await arrived().catch(() => 0));
  await store.close();
  publisher.close();
  await server.end();
  await broker.kill();
  await influxd.kill();
  for (const folder of [brokerFolder, influxFolder, data]) await rm(folder, { recursive: true, force: true });
  return [
    holds(
      'broker away: says no-broker, and is ready again afterwards',
      isSaid && isBack,
      `said ${isSaid}, back ${isBack}`,
    ),
    holds('broker away: every publish is acknowledged in the end', isAnswered, `${publisher.unanswered} are not`),
    none('broker away: numbers of walls wrong afterwards', wrong.length, wrong.slice(0, 3).join('; ')),
    holds('store gone: says that history is delayed', isDelayed, String(isDelayed)),
    none('store gone, back empty: points of meanwhile that are not there', isWritten ? 0 : missing),
  ];
}
