// What attackers can do to a whole server, and what others notice of it. npm run hostile does the same in great number.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatchAnswer } from '../../server/contracts/live.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import type { RunningServer } from '../../server/serve.ts';
import { serve } from '../../server/serve.ts';
import { Dice } from '../hostile/attack/dice.ts';
import { brokenPackets } from '../hostile/attack/odd-packets.ts';
import { rawRequests } from '../hostile/attack/odd-raw.ts';
import { exchange, faultOf } from '../hostile/attack/raw-http.ts';
import { connectPacket, greeted, publishPacket, rawClient } from '../hostile/attack/raw-mqtt.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import { connectLive } from '../support/server.ts';

const door = topicOf('wuhan', 'jiefang', 'jf-door-main', 'door');
let server: RunningServer;
let folder: string;
let [httpPort, mqttPort] = [0, 0];

beforeAll(async () => {
  [httpPort, mqttPort] = [await freePort(), await freePort()];
  folder = await mkdtemp(join(tmpdir(), 'hallwatch-attacks-'));
  const env = {
    HALLWATCH_CONFIG: 'config',
    HALLWATCH_DATA: folder,
    HALLWATCH_HTTP: `127.0.0.1:${httpPort}`,
    HALLWATCH_MQTT_LISTEN: `127.0.0.1:${mqttPort}`,
  };
  server = await serve(env, pino({ level: 'silent' }));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const reached = (bound: Parameters<typeof server.app.bounds.counts.get>[0]) => server.app.bounds.counts.get(bound) ?? 0;

describe('the built-in broker', () => {
  it('takes topics that begin with $ for its own: who publishes to one is dropped, and nobody else', async () => {
    const device = await publisher(server.mqttUrl, { clientId: 'device', reconnectPeriod: 0 });
    const thief = await greeted(mqttPort, 'thief');
    await thief.send(publishPacket({ topic: '$SYS/another/new/clients', payload: 'device' }));
    await eventually(() => !thief.isOpen());
    await publish(device, 'any/topic', 'x');
    expect(device.connected).toBe(true);
    // Nor by a last will, which is checked when it is published.
    const dying = await publisher(server.mqttUrl, {
      clientId: 'dying',
      will: { topic: '$SYS/another/new/clients', payload: Buffer.from('device'), qos: 0, retain: false },
    });
    dying.stream.destroy();
    await publish(device, 'any/topic', 'x');
    expect(device.connected).toBe(true);
  });

  it('ends a session with its connection, and keeps nothing for who may never come back', async () => {
    const left = await publisher(server.mqttUrl, { clientId: 'left', clean: false, reconnectPeriod: 0 });
    await left.subscribeAsync('left/#', { qos: 1 });
    await left.endAsync(true);
    const client = await publisher(server.mqttUrl);
    await publish(client, 'left/a', 'kept for nobody');
    const back = await rawClient(mqttPort);
    const pieces: Buffer[] = [];
    back.socket.on('data', (piece) => pieces.push(piece as Buffer));
    await back.send(Buffer.concat([connectPacket('left', { clean: false }), Buffer.from([0xc0, 0x00])]));
    // CONNACK without a session, PINGRESP, and nothing else.
    await eventually(() => Buffer.concat(pieces).length >= 6);
    expect([...Buffer.concat(pieces)]).toEqual([0x20, 2, 0, 0, 0xd0, 0]);
    back.close();
  });

  it('hands on what is retained, by name and by wildcard', async () => {
    const client = await publisher(server.mqttUrl);
    const kept = [1, 2, 3].map((i) => `kept/${i}/x`);
    for (const topic of kept) await client.publishAsync(topic, topic, { qos: 1, retain: true });
    await client.publishAsync('kept/2/x', '', { qos: 1, retain: true });
    const got: string[] = [];
    const reader = await publisher(server.mqttUrl);
    reader.on('message', (topic, _payload, { retain }) => {
      if (retain) got.push(topic);
    });
    await reader.subscribeAsync('kept/+/x');
    await eventually(() => got.length === 2);
    await reader.subscribeAsync('kept/1/x');
    await eventually(() => got.length === 3);
    expect(got).toEqual(['kept/1/x', 'kept/3/x', 'kept/1/x']);
  });

  it('drops who announces a packet longer than any may be, before it is here', async () => {
    const before = reached('mqtt-packet');
    const client = await greeted(mqttPort, 'long');
    await client.send(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61]));
    await eventually(() => !client.isOpen());
    expect(reached('mqtt-packet')).toBe(before + 1);
  });

  it('drops the largest of unfinished packets that take too much together', async () => {
    const clients = await Promise.all(Array.from({ length: 6 }, (_, i) => greeted(mqttPort, `unfinished-${i}`)));
    // 15 MB are announced by each, and 12 sent: together more than 64 MB.
    const head = Buffer.from([0x30, 0x80, 0x80, 0xc0, 0x07, 0, 1, 0x61]);
    await Promise.all(clients.map((client) => client.send(Buffer.concat([head, Buffer.alloc(12 * 2 ** 20)]))));
    await eventually(() => reached('mqtt-unfinished') > 0);
    expect(clients.some((client) => client.isOpen())).toBe(true);
    for (const client of clients) client.close();
  });

  it('makes nobody wait for a reader that sleeps, and drops it', async () => {
    const sleeper = await publisher(server.mqttUrl, { reconnectPeriod: 0 });
    await sleeper.subscribeAsync('#', { qos: 0 });
    sleeper.stream.pause();
    const client = await publisher(server.mqttUrl);
    const payload = Buffer.alloc(60_000, 'x');
    const before = reached('mqtt-unread');
    const began = performance.now();
    await Promise.all(Array.from({ length: 400 }, (_, i) => client.publishAsync(`talk/${i}`, payload, { qos: 1 })));
    await eventually(() => reached('mqtt-unread') > before);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('refuses a client’s 65th filter', async () => {
    const client = await publisher(server.mqttUrl);
    const filters = Array.from({ length: 64 }, (_, i) => `mine/${i}`);
    const granted = await client.subscribeAsync(filters);
    expect(granted.every(({ qos }) => qos < 128)).toBe(true);
    await expect(client.subscribeAsync('mine/64')).rejects.toThrow();
    await client.unsubscribeAsync('mine/0');
    expect((await client.subscribeAsync('mine/64'))[0]?.qos).toBe(0);
  });

  it('lives through packets that are cut, changed and of no kind', async () => {
    const dice = new Dice('attacks');
    for (let i = 0; i < 200; i++) {
      const client = await rawClient(mqttPort);
      if (i % 3) await client.send(connectPacket(`odd-${i}`));
      await client.send(brokenPackets(dice));
      client.close();
    }
    const device = await publisher(server.mqttUrl);
    await publish(device, door, { ts: Date.now(), boot: 1, seq: 1, in: 0, out: 0 });
    expect(reached('mqtt-client-error')).toBeGreaterThan(0);
  });
});

describe('HTTP', () => {
  it('answers what is wrong as HTTP, or none at all, with code, message and fix', async () => {
    const faults = await Promise.all(
      rawRequests.map(async ({ name, bytes, mayBeSilent }) => {
        const answers = await exchange(httpPort, bytes(`127.0.0.1:${httpPort}`));
        if (answers.length === 0 && !mayBeSilent) return `${name}: no answer`;
        if (answers.some(({ body }) => body.includes('/smuggled'))) return `${name}: a smuggled request was answered`;
        const fault = answers.map((answer) => faultOf(answer)).find(Boolean);
        return fault ? `${name}: ${fault}` : null;
      }),
    );
    expect(faults.filter(Boolean)).toEqual([]);
  });

  it('answers many requests of one connection in their order, four at once', async () => {
    const host = `Host: 127.0.0.1:${httpPort}\r\n\r\n`;
    const requests = Array.from(
      { length: 200 },
      (_, i) => `GET ${i % 2 ? '/healthz' : `/none-${i}`} HTTP/1.1\r\n${host}`,
    );
    const answers = await exchange(httpPort, requests.join(''), requests.length);
    expect(answers.map(({ status }) => status)).toEqual(requests.map((_, i) => (i % 2 ? 200 : 404)));
    expect(
      answers.every(({ body }, i) => i % 2 === 1 || body.includes(`/none-${i}"`) || body.includes(`/none-${i}`)),
    ).toBe(true);
  });

  it('gives a head 10 s, a request 30 s, and an idle connection two minutes', () => {
    const { headersTimeout, requestTimeout, timeout } = server.app.http.server;
    expect({ headersTimeout, requestTimeout, timeout }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      timeout: 120_000,
    });
  });
});

describe('screens', () => {
  const watch = (client: ReturnType<typeof connectLive>, request: unknown) =>
    new Promise<WatchAnswer>((resolve) => client.emit('watch', request, resolve));

  it('that ask without end are refused by code, then dropped, and others are answered', async () => {
    const [asker, other] = [connectLive(server.url), connectLive(server.url)];
    const first = await Promise.all(Array.from({ length: 30 }, () => watch(asker, { halls: ['jiefang'] })));
    expect(first.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(20);
    expect(first.filter(({ ok }) => !ok)).toContainEqual(expect.objectContaining({ code: 'too-many-requests' }));
    for (let i = 0; i < 400; i++) asker.emit('watch', { halls: ['jiefang'] }, () => {});
    await eventually(() => !asker.connected);
    expect(reached('screen-events')).toBe(1);
    expect(await watch(other, { halls: ['jiefang'] })).toMatchObject({ ok: true });
  });

  it('that send what no watch needs are dropped', async () => {
    const [large, other] = [connectLive(server.url), connectLive(server.url)];
    await watch(large, { halls: ['jiefang'] });
    large.emit('watch', 'x'.repeat(20_000), () => {});
    await eventually(() => !large.connected);
    expect(await watch(other, { halls: ['jiefang'] })).toMatchObject({ ok: true });
  });

  it('that come back at once are told all, and of every change after that', async () => {
    const clients = Array.from({ length: 40 }, () => connectLive(server.url));
    const device = await publisher(server.mqttUrl);
    const views = await Promise.all(clients.map((client) => watch(client, { halls: ['guanggu'] })));
    expect(views.every(({ ok }) => ok)).toBe(true);
    const seen = clients.map((client) => {
      const entered: (number | null)[] = [];
      client.on('hall', ({ occupancy }) => entered.push(occupancy.enteredToday));
      return entered;
    });
    const topic = topicOf('wuhan', 'guanggu', 'gg-door', 'door');
    for (const [i, total] of [0, 2, 5].entries()) {
      await publish(device, topic, { ts: Date.now(), boot: 1, seq: i + 1, in: total, out: 0 });
      await pause(10);
    }
    await eventually(() => seen.every((entered) => entered.at(-1) === 5));
  });
});
