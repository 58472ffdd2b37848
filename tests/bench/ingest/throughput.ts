// Readings a CPU second of the whole server against a bare subscriber that parses and acknowledges at once, turn by turn.
import { rm } from 'node:fs/promises';
import { runMosquitto } from '../../support/mosquitto.ts';
import type { Figure } from '../figures.ts';
import type { Process } from './processes.ts';
import { cpuSeconds, memory, start } from './processes.ts';
import { readings, startServer, tempFolder } from './server.ts';

const rounds = 3;
const halls = 100;
const messages = 100_000;

interface Turn {
  perSecond: number;
  perCpuSecond: number;
}

/** Publishes the load and measures what `subscriber` needed for it, from the first message to the last. */
async function turn(url: string, subscriber: Process, finished: () => Promise<unknown>): Promise<Turn> {
  const cpu = cpuSeconds(subscriber);
  const began = performance.now();
  const load = start(process.execPath, ['tests/bench/ingest/load.ts', url, String(halls), String(messages)]);
  await finished();
  const seconds = (performance.now() - began) / 1_000;
  const used = cpuSeconds(subscriber) - cpu;
  await load.end('SIGKILL');
  return { perSecond: messages / seconds, perCpuSecond: messages / used };
}

async function floorTurn(): Promise<Turn> {
  const folder = await tempFolder('broker');
  const broker = await runMosquitto(folder);
  const floor = start(process.execPath, ['tests/bench/ingest/floor.ts', broker.url, String(messages)]);
  await floor.said('ready');
  const result = await turn(broker.url, floor, () => floor.said('done'));
  await floor.end('SIGKILL');
  await broker.kill();
  await rm(folder, { recursive: true });
  return result;
}

async function serverTurn(config: string): Promise<Turn & { rss: number; p50: number; p99: number }> {
  const [folder, data] = [await tempFolder('broker'), await tempFolder('data')];
  const broker = await runMosquitto(folder);
  const server = await startServer({ HALLWATCH_CONFIG: config, HALLWATCH_DATA: data, HALLWATCH_MQTT_URL: broker.url });
  while (!(await server.isReady()));
  const result = await turn(broker.url, server, () => readings(server, messages));
  const metrics = await server.metrics();
  const { most } = memory(server);
  await server.end();
  await broker.kill();
  for (const used of [folder, data]) await rm(used, { recursive: true });
  const commit = (name: string) => metrics.get(`hallwatch_commit_${name}_ms`) ?? Number.NaN;
  return { ...result, rss: most, p50: commit('p50'), p99: commit('p99') };
}

export async function throughputFigures(config: string, say: (line: string) => void): Promise<Figure[]> {
  const [floors, servers]: [Turn[], Awaited<ReturnType<typeof serverTurn>>[]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    say(`throughput: round ${round} of ${rounds}, ${messages} messages of ${halls} halls`);
    floors.push(await floorTurn());
    servers.push(await serverTurn(config));
  }
  const shares = servers.map((server, i) => server.perCpuSecond / (floors[i]?.perCpuSecond ?? Number.NaN));
  return [
    { what: 'bare floor, readings a second', unit: '/s', values: floors.map((one) => one.perSecond) },
    { what: 'bare floor, readings a CPU second', unit: '/s', values: floors.map((one) => one.perCpuSecond) },
    { what: 'whole server, readings a second', unit: '/s', values: servers.map((one) => one.perSecond) },
    { what: 'whole server, readings a CPU second', unit: '/s', values: servers.map((one) => one.perCpuSecond) },
    { what: 'whole server, share of the floor by CPU', unit: 'x', values: shares, note: 'goal: 0.5' },
    { what: 'whole server, most memory (RSS)', unit: 'MiB', values: servers.map((one) => one.rss) },
    { what: 'commit at full load, p50', unit: 'ms', values: servers.map((one) => one.p50) },
    { what: 'commit at full load, p99', unit: 'ms', values: servers.map((one) => one.p99) },
  ];
}
