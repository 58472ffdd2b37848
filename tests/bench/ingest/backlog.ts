// 200,000 messages that waited at the broker while the server was away: how fast they are read, and in how much memory.
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { runMosquitto } from '../../support/mosquitto.ts';
import type { Figure } from '../figures.ts';
import { memory, start } from './processes.ts';
import { readings, startServer, tempFolder } from './server.ts';

const messages = 200_000;

export async function backlogFigures(config: string, say: (line: string) => void): Promise<Figure[]> {
  say(`backlog: ${messages} messages wait at the broker`);
  const [folder, data] = [await tempFolder('broker'), await tempFolder('data')];
  const broker = await runMosquitto(folder);
  const env = { HALLWATCH_CONFIG: config, HALLWATCH_DATA: data, HALLWATCH_MQTT_URL: broker.url };
  const before = await startServer(env);
  while (!(await before.isReady()));
  await before.end();
  const [brokerBefore, loadBegan] = [residentMib(broker.pid()), performance.now()];
  // One less than the broker holds: the server's own marker has to find room behind them.
  const load = start(process.execPath, ['tests/bench/ingest/load.ts', broker.url, '100', String(messages - 1)]);
  await load.said('done');
  const [brokerAfter, loadSeconds] = [residentMib(broker.pid()), (performance.now() - loadBegan) / 1_000];
  const server = await startServer(env);
  const began = performance.now();
  await readings(server, messages - 1);
  const seconds = (performance.now() - began) / 1_000;
  while (!(await server.isReady()));
  const { most } = memory(server);
  await server.end();
  await broker.kill();
  for (const used of [folder, data]) await rm(used, { recursive: true });
  return [
    { what: 'backlog: published while we were away', unit: '/s', values: [messages / loadSeconds] },
    { what: 'backlog: read afterwards', unit: '/s', values: [messages / seconds] },
    { what: 'backlog: most memory of the server (RSS)', unit: 'MiB', values: [most] },
    {
      what: 'backlog: memory of the broker a queued message',
      unit: 'B',
      values: [((brokerAfter - brokerBefore) * 2 ** 20) / messages],
    },
  ];
}

function residentMib(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
}
