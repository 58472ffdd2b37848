// From a device's publish to a screen, both in this process, for a hall that is quiet otherwise, under several loads.
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { io } from 'socket.io-client';
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import { topicOf } from '../../../server/contracts/topics.ts';
import { runMosquitto } from '../../support/mosquitto.ts';
import type { Figure } from '../figures.ts';
import { cpuSeconds, memory, start } from './processes.ts';
import { startServer, tempFolder } from './server.ts';
import { probeHall, region } from './world.ts';

const rates = [100, 2_000, 5_000, 10_000];
const samples = 200;
/** Longer than the pace of a hall's pictures, so that each sample finds it at rest. */
const betweenMs = 300;
/** A server that begins rolls up the day so far of every hall; one that runs has been through with that for long. */
const settleMs = 20_000;
const longestMs = 10_000;

export async function latencyFigures(config: string, say: (line: string) => void): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const rate of rates) {
    say(`latency: ${samples} samples at ${rate} readings a second`);
    figures.push(...(await latencyAt(config, rate)));
  }
  return figures;
}

async function latencyAt(config: string, rate: number): Promise<Figure[]> {
  const [folder, data] = [await tempFolder('broker'), await tempFolder('data')];
  const broker = await runMosquitto(folder);
  const server = await startServer({ HALLWATCH_CONFIG: config, HALLWATCH_DATA: data, HALLWATCH_MQTT_URL: broker.url });
  while (!(await server.isReady()));
  const load = start(process.execPath, ['tests/bench/ingest/load.ts', broker.url, '100', '0', String(rate)]);
  await pause(settleMs);
  const began = performance.now();
  const [cpuBefore, readBefore] = [cpuSeconds(server), await journaled(server)];
  const times = await probe(server.url, broker.url);
  const seconds = (performance.now() - began) / 1_000;
  const achieved = ((await journaled(server)) - readBefore) / seconds;
  const cpu = (cpuSeconds(server) - cpuBefore) / seconds;
  const metrics = await server.metrics();
  const rss = memory(server).now;
  await load.end('SIGKILL');
  await server.end();
  await broker.kill();
  for (const used of [folder, data]) await rm(used, { recursive: true });
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  const what = (name: string) => `at ${rate}/s: ${name}`;
  const note = rate === 2_000 ? 'goal: p50 under 5, p99 under 25, where a commit takes under 1' : '';
  return [
    { what: what('publish to screen, p50'), unit: 'ms', values: [at(0.5)], ...(note ? { note } : {}) },
    { what: what(`publish to screen, p99 of ${sorted.length}`), unit: 'ms', values: [at(0.99)] },
    { what: what('publish to screen, max'), unit: 'ms', values: [at(1)] },
    { what: what('commit, p50'), unit: 'ms', values: [metrics.get('hallwatch_commit_p50_ms') ?? Number.NaN] },
    { what: what('commit, p99'), unit: 'ms', values: [metrics.get('hallwatch_commit_p99_ms') ?? Number.NaN] },
    { what: what('readings a second that came'), unit: '/s', values: [achieved] },
    { what: what('share of a core'), unit: '', values: [cpu] },
    { what: what('memory (RSS)'), unit: 'MiB', values: [rss] },
  ];
}

async function journaled(server: Awaited<ReturnType<typeof startServer>>): Promise<number> {
  return (await server.metrics()).get('hallwatch_journal_entries') ?? Number.NaN;
}

/** Lets one more person in at a time and waits to see it: ms from before the publish to the picture. */
async function probe(serverUrl: string, mqttUrl: string): Promise<number[]> {
  const client = await connectAsync(mqttUrl, { protocolVersion: 5 });
  const screen = io(`${serverUrl}/live`, { transports: ['websocket'], forceNew: true });
  let entered = -1;
  let seen = () => {};
  const take = (live: HallLive) => {
    entered = live.occupancy.enteredToday ?? -1;
    seen();
  };
  screen.on('hall', take);
  await new Promise((resolve) => screen.emit('watch', { halls: [probeHall] }, resolve));
  const topic = topicOf(region, probeHall, `${probeHall}-door-a`, 'door');
  const times: number[] = [];
  for (let seq = 1; seq <= samples + 1; seq++) {
    const expected = seq - 1;
    const arrival = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`not on the screen within ${longestMs} ms`)), longestMs);
      seen = () => {
        if (entered !== expected) return;
        clearTimeout(late);
        resolve();
      };
    });
    const began = performance.now();
    client.publish(topic, JSON.stringify({ ts: Date.now(), boot: 1, seq, in: seq, out: 0 }), { qos: 1 });
    await arrival;
    // The first finds everything cold.
    if (seq > 1) times.push(performance.now() - began);
    await pause(betweenMs);
  }
  screen.disconnect();
  await client.endAsync(true);
  return times;
}
