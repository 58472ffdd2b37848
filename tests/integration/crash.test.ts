// kill -9 of the server at every place on a message's walk: nothing lost, nothing counted twice (J1, J5).
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Random } from '../../firmware-sim/random.ts';
import { loadConfigOrThrow } from '../../server/config/load.ts';
import { Halls } from '../../server/hall/halls.ts';
import { Projector } from '../../server/ingest/projector.ts';
import type { ProbePoint } from '../../server/probe.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/journal.ts';
import { contentsOf } from '../support/journal-contents.ts';
import type { LoadMessage } from '../support/load.ts';
import { loadMessages, publishSome } from '../support/load.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { describeWith } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';
import { publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';
import { essenceText } from '../support/state-text.ts';

const points: ProbePoint[] = ['before-commit', 'committed', 'acknowledged', 'snapshot'];

/** A server of its own process that dies at `crashAt`; resolves once it takes messages. */
async function startLife(
  env: Record<string, string>,
  crashAt: string,
): Promise<{ died: Promise<NodeJS.Signals | null> }> {
  const child: ChildProcess = spawn(process.execPath, ['tests/support/crashing-server.ts'], {
    env: { ...process.env, ...env, CRASH_AT: crashAt },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const died = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  const ready = new Promise((resolve) => child.stdout?.once('data', resolve));
  // It may die before it says so: what waited for it is enough to get it to its place.
  await Promise.race([ready, died]);
  return { died };
}

function keysIn(data: string): { all: string[]; distinct: Set<string> } {
  const { entries, holes } = contentsOf(join(data, 'journal'));
  expect(holes).toEqual([]);
  const all = entries
    .filter(({ kind }) => kind === 'message')
    .map(({ topic, payload }) => {
      const { boot, seq } = JSON.parse(Buffer.from(payload).toString()) as { boot: number; seq: number };
      return `${topic.split('/').at(-2)} ${boot} ${seq}`;
    });
  return { all, distinct: new Set(all) };
}

/** The states that these messages give when nothing goes wrong. */
async function undisturbed(messages: readonly LoadMessage[]): Promise<Record<string, string>> {
  const halls = new Halls({ simulated: false, changed: () => {} });
  const config = await loadConfigOrThrow('config');
  halls.configure(config, null);
  const parts = { halls, simulated: false, owned: null, configured: () => {}, heard: () => {} };
  const projector = new Projector(parts, { position: 0, config });
  messages.forEach(({ topic, payload }, i) => {
    projector.take({ ...message(payload, { topic, receivedAt: Date.now() }), id: i + 1 });
  });
  return essences(halls);
}

/** Waits until the journal holds so many distinct messages; reads it only when it rests, since the server runs in here, too. */
async function allWritten({ app }: TestServer, data: string, count: number): Promise<void> {
  let head = -1;
  const rests = () => {
    const before = head;
    head = app.pipeline.journal.head;
    return head === before && app.pipeline.isCurrent;
  };
  await eventually(() => rests() && keysIn(data).distinct.size === count, { what: 'all in the journal' });
}

/** Waits for the last message to be projected, then holds every hall against the undisturbed one. */
async function sameAs(server: TestServer, messages: readonly LoadMessage[]): Promise<void> {
  await eventually(() => server.app.pipeline.isCurrent);
  const [ours, theirs] = [essences(server.app.halls), await undisturbed(messages)];
  for (const hall of Object.keys(theirs)) expect(ours[hall] === theirs[hall], hall).toBe(true);
}

function essences(halls: Halls): Record<string, string> {
  return Object.fromEntries([...halls.all()].map(({ hall }) => [hall.config.id, essenceText(hall.state)]));
}

describeWith(['mosquitto'], 'kill -9 of the server', () => {
  it('loses nothing and counts nothing twice: 20 kills while 20,000 messages come at 2,000 a second', async () => {
    const broker = await startMosquitto();
    const data = await tempFolder();
    const env = {
      HALLWATCH_CONFIG: 'config',
      HALLWATCH_DATA: data,
      HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
      HALLWATCH_MQTT_URL: broker.url,
    };
    const messages = loadMessages(20_000, Date.now());
    const device = await publisher(broker.url, { protocolVersion: 5 });
    const random = new Random('crash', 4);
    // From its first subscription on the broker holds for us what comes while we are away.
    const first = await startServer(env);
    await eventually(async () => (await first.get('/readyz')).status === 200);
    await first.close();
    const acknowledged: Promise<unknown>[] = [];
    let [sent, head] = [0, 0];
    const publishWhile = async (isOver: () => boolean) => {
      for (const [count, perSecond] of [
        [700, 2_000],
        // A life that is not at its place by then gets there on few: the messages must last for twenty.
        [messages.length, 50],
      ] as const) {
        const some = await publishSome(device, messages.slice(sent, sent + count), { perSecond, isOver });
        sent += some.sent;
        acknowledged.push(some.acknowledged);
      }
    };
    for (let life = 0; life < 20; life++) {
      const point = points[life % points.length] as ProbePoint;
      // The first snapshots of a life tell of the one before.
      const nth = (point === 'snapshot' ? 5 : 2) + Math.floor(random.next() * 12);
      const { died } = await startLife(env, `${point}:${nth}`);
      let isOver = false;
      const signal = died.finally(() => {
        isOver = true;
      });
      await publishWhile(() => isOver);
      expect(await signal, `life ${life} at ${point}:${nth}`).toBe('SIGKILL');
      const { all } = keysIn(data);
      expect(all.length, `progress of life ${life}`).toBeGreaterThan(head);
      head = all.length;
    }
    expect(sent).toBeLessThan(messages.length);
    const last = await startServer(env);
    const rest = await publishSome(device, messages.slice(sent), { perSecond: 2_000 });
    acknowledged.push(rest.acknowledged);
    await Promise.all(acknowledged);
    await allWritten(last, data, messages.length);
    const { all, distinct } = keysIn(data);
    expect([...distinct].sort()).toEqual(messages.map(({ key }) => key).sort());
    // Kills between commit and acknowledgement bring messages again: the test sees what it is about.
    expect(all.length).toBeGreaterThan(distinct.size);
    await sameAs(last, messages);
    expect((await last.hall('jiefang')).queue.servedToday).toBeGreaterThan(500);
  }, 400_000);
});

describe('kill -9 of the server with its built-in broker', () => {
  it('loses nothing that was acknowledged, and devices bring the rest again', async () => {
    const data = await tempFolder();
    const mqtt = `127.0.0.1:${await freePort()}`;
    const env = {
      HALLWATCH_CONFIG: 'config',
      HALLWATCH_DATA: data,
      HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
      HALLWATCH_MQTT_LISTEN: mqtt,
    };
    const messages = loadMessages(1_000, Date.now());
    let { died } = await startLife(env, 'committed:3');
    const device = await publisher(`mqtt://${mqtt}`, { reconnectPeriod: 50 });
    const acknowledged = new Set<string>();
    const sent = Promise.all(
      messages.map(async ({ topic, payload, key }) => {
        await device.publishAsync(topic, payload, { qos: 1 });
        acknowledged.add(key);
      }),
    );
    for (const crashAt of ['before-commit:4', 'acknowledged:3', 'committed:5', 'snapshot:1']) {
      expect(await died).toBe('SIGKILL');
      const known = [...acknowledged];
      const { distinct } = keysIn(data);
      expect(known.filter((key) => !distinct.has(key))).toEqual([]);
      ({ died } = await startLife(env, crashAt));
    }
    expect(await died).toBe('SIGKILL');
    const last = await startServer(env);
    await sent;
    await allWritten(last, data, messages.length);
    await sameAs(last, messages);
  }, 120_000);
});
