// `npm run soak -- [--minutes 30] [--rate 500] [--kill]`: the server under a steady load for as long as you like. Every minute its
// memory, commits and what was read; with --kill it is killed -9 every minute, too. At the end: what was sent and isn't in
// the journal.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connectAsync } from 'mqtt';
import { contentsOf } from '../support/journal-contents.ts';
import { runMosquitto } from '../support/mosquitto.ts';
import { memory } from './ingest/processes.ts';
import type { BenchServer } from './ingest/server.ts';
import { startServer, tempFolder } from './ingest/server.ts';
import { World, writeWorld } from './ingest/world.ts';
import { machine } from './machine.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '500' },
    kill: { type: 'boolean', default: false },
  },
});
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
if (!(minutes > 0) || !(rate > 0)) {
  process.stderr.write('npm run soak -- [--minutes 30] [--rate 500] [--kill], with numbers above 0\n');
  process.exit(2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);

const [config, data, folder] = [await tempFolder('config'), await tempFolder('data'), await tempFolder('broker')];
await writeWorld(config, 100);
const broker = await runMosquitto(folder);
const env = { HALLWATCH_CONFIG: config, HALLWATCH_DATA: data, HALLWATCH_MQTT_URL: broker.url };
const start = async () => {
  const server = await startServer(env);
  while (!(await server.isReady())) await pause(50);
  return server;
};
let server = await start();
const client = await connectAsync(broker.url, { protocolVersion: 5 });
const world = new World(100, Date.now);
const sent = new Set<string>();
let unanswered = 0;
say(`${machine()}\n${rate} readings a second for ${minutes} minutes${values.kill ? ', killed every minute' : ''}\n`);
say('minute    sent  journal   RSS MiB   commit p50/p99 ms');
const began = performance.now();
let [made, minute] = [0, 0];
while (performance.now() - began < minutes * 60_000) {
  const due = ((performance.now() - began) / 1_000) * rate;
  while (made < due && unanswered < 5_000) {
    const { topic, payload } = world.next();
    made++;
    // Status words bear no number: nothing is missed when one goes.
    if (!topic.endsWith('/status')) sent.add(keyOf(topic, payload));
    unanswered++;
    client.publish(topic, payload, { qos: 1 }, () => unanswered--);
  }
  await pause(5);
  if (performance.now() - began < (minute + 1) * 60_000) continue;
  minute++;
  await report(server);
  if (!values.kill) continue;
  await server.end('SIGKILL');
  server = await start();
}
while (unanswered > 0) await pause(50);
await settled(server);
const rss = memory(server);
await server.end();
await client.endAsync();
const { entries, holes } = contentsOf(join(data, 'journal'));
const kept = new Set(
  entries
    .filter(({ kind }) => kind === 'message')
    .map(({ topic, payload }) => keyOf(topic, Buffer.from(payload).toString())),
);
const lost = [...sent].filter((key) => !kept.has(key));
say(
  `\nsent ${sent.size} numbered messages, lost ${lost.length}, holes ${holes.length}, RSS ${rss.now.toFixed(0)} MiB (most ${rss.most.toFixed(0)})`,
);
await broker.kill();
for (const used of [config, data, folder]) await rm(used, { recursive: true });
process.exit(lost.length === 0 ? 0 : 1);

function keyOf(topic: string, payload: string): string {
  const { boot, seq } = JSON.parse(payload) as { boot: number; seq?: number };
  return `${topic} ${boot} ${seq ?? ''}`;
}

async function report(one: BenchServer): Promise<void> {
  const metrics = await one.metrics();
  const figure = (name: string) =>
    (metrics.get(`hallwatch_${name}`) ?? Number.NaN).toFixed(name.endsWith('ms') ? 2 : 0);
  const columns = [
    String(minute).padStart(6),
    String(made).padStart(7),
    figure('journal_entries').padStart(8),
    memory(one).now.toFixed(0).padStart(9),
  ];
  say(`${columns.join(' ')}   ${figure('commit_p50_ms')} / ${figure('commit_p99_ms')}`);
}

/** Until nothing more comes. */
async function settled(one: BenchServer): Promise<void> {
  for (let before = -1; ; ) {
    const now = (await one.metrics()).get('hallwatch_journal_entries') ?? 0;
    if (now === before && (await one.isReady())) return;
    before = now;
    await pause(500);
  }
}
