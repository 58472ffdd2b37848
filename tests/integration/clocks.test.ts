// T1 and T2 from a device's message to what people read: times that can't be true, seconds, and clocks that are off.
import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../server/contracts/alerts.ts';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import type { Visit } from '../../server/contracts/history.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { contentsOf } from '../support/journal-contents.ts';
import { noonConfig } from '../support/noon-config.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const doorTopic = (hall: string, device: string) => topicOf('wuhan', hall, device, 'door');
const queueTopic = (hall: string, device: string) => topicOf('wuhan', hall, device, 'queue');

const deviceOf = (live: HallLive, id: string) => live.devices.find((device) => device.id === id);
const serviceOf = (live: HallLive, id: string) => live.services.find((service) => service.id === id);

async function startAtNoon(env: Record<string, string> = {}): Promise<TestServer> {
  const server = await startServer({ HALLWATCH_CONFIG: await noonConfig(), ...env });
  await eventually(async () => (await server.get('/readyz')).status === 200);
  return server;
}

const alertsOf = async (server: TestServer, hall: string): Promise<Alert[]> =>
  (await server.get(`/api/alerts?hall=${hall}`)).body as Alert[];

describe('T1: times that can’t be true', () => {
  it('a door that counts from its start: everyone is counted, and it is said that its times are not its own', async () => {
    const server = await startAtNoon();
    const device = await publisher(server.mqttUrl);
    const topic = doorTopic('qingshan', 'qs-door');
    const totals = [
      { ts: 3_000, in: 0, out: 0 },
      { ts: 30_000, in: 4, out: 1 },
      { ts: 60_000, in: 7, out: 2 },
    ];
    for (const [i, total] of totals.entries()) await publish(device, topic, { boot: 2, seq: i + 1, ...total });
    await publish(device, topic, { boot: 2, seq: 4, ts: Date.now(), in: 9, out: 3 });
    const live = await eventually(() => server.hall('qingshan'), {
      accept: ({ occupancy }) => occupancy.enteredToday === 9,
    });
    expect(live.occupancy).toMatchObject({
      enteredToday: 9,
      leftToday: 3,
      value: 6,
      quality: 'doubtful',
      reason: 'clock',
    });
    expect(deviceOf(live, 'qs-door')?.marks).toEqual(['clock']);
    expect(await server.metric('hallwatch_notes_total{note="impossible-time"}')).toBe(3);
    // As many right ones as there were wrong ones.
    for (const seq of [5, 6]) await publish(device, topic, { boot: 2, seq, ts: Date.now(), in: 9, out: 3 });
    const settled = await eventually(() => server.hall('qingshan'), {
      accept: ({ occupancy }) => occupancy.reason !== 'clock',
    });
    expect(settled.occupancy).toMatchObject({ enteredToday: 9, leftToday: 3, value: 6 });
  });

  it('a door in seconds goes on where it was in milliseconds; so do appointments and pauses of a queue machine', async () => {
    const server = await startAtNoon();
    const device = await publisher(server.mqttUrl);
    const topic = doorTopic('qingshan', 'qs-door');
    const seconds = () => Date.now() / 1000;
    await publish(device, topic, { boot: 1, seq: 1, ts: Date.now(), in: 0, out: 0 });
    await publish(device, topic, { boot: 1, seq: 2, ts: Date.now(), in: 10, out: 2 });
    await publish(device, topic, { boot: 1, seq: 3, ts: Math.floor(seconds()), in: 14, out: 3 });
    await publish(device, topic, { boot: 1, seq: 4, ts: seconds(), in: 15, out: 3 });
    const live = await eventually(() => server.hall('qingshan'), {
      accept: ({ occupancy }) => occupancy.enteredToday === 15,
    });
    expect(live.occupancy).toMatchObject({ enteredToday: 15, leftToday: 3, value: 12 });
    expect(live.occupancy.reason).not.toBe('clock');
    expect(deviceOf(live, 'qs-door')?.marks).toEqual(['ts-seconds']);
    const queue = queueTopic('qingshan', 'qs-queue');
    const until = Math.floor(seconds()) + 1_200;
    const desk = live.desks[0]?.id ?? '';
    await publish(device, queue, { boot: 1, seq: 1, ts: Math.floor(seconds()), event: 'desk-opened', desk });
    const pause = { boot: 1, seq: 2, ts: Math.floor(seconds()), event: 'desk-paused', desk, until };
    await publish(device, queue, pause);
    const paused = await eventually(() => server.hall('qingshan'), {
      accept: ({ desks }) => desks[0]?.state === 'paused',
    });
    expect(paused.desks[0]).toMatchObject({ until: until * 1000, since: pause.ts * 1000 });
    // Back to milliseconds: the mark goes.
    await publish(device, topic, { boot: 1, seq: 5, ts: Date.now(), in: 15, out: 3 });
    await eventually(() => server.hall('qingshan'), { accept: (one) => deviceOf(one, 'qs-door')?.marks.length === 0 });
  });

  it('whatever else stands there: the message counts as of its receipt, and the device is marked', async () => {
    const server = await startAtNoon();
    const device = await publisher(server.mqttUrl);
    const topic = doorTopic('guanggu', 'gg-door');
    const cases: [name: string, ts: unknown, marks: string[]][] = [
      ['none', undefined, []],
      ['null', null, []],
      ['zero', 0, ['clock']],
      ['a negative number', -5, ['clock']],
      ['uptime in seconds', 86_400, ['clock']],
      ['the year 2000', Date.parse('2000-01-01T00:00:00Z'), ['clock']],
      ['two days ago', Date.now() - 48 * hourMs, ['clock']],
      ['a year ahead', Date.now() + 365 * 24 * hourMs, ['clock']],
      ['microseconds', Date.now() * 1_000, ['clock']],
      ['nanoseconds', Date.now() * 1_000_000, ['clock']],
      ['ISO text', new Date().toISOString(), ['clock']],
      ['digits as text', String(Date.now()), ['clock']],
      ['a truth', true, ['clock']],
    ];
    let [seq, entered] = [0, 0];
    const send = (ts: unknown, more: number) => {
      entered += more;
      return publish(device, topic, { boot: 1, seq: ++seq, in: entered, out: 0, ts });
    };
    await send(Date.now(), 0);
    for (const [name, ts, marks] of cases) {
      await send(ts, 5);
      const live = await eventually(() => server.hall('guanggu'), {
        accept: ({ occupancy }) => occupancy.enteredToday === entered,
        what: name,
      });
      expect([name, deviceOf(live, 'gg-door')?.marks]).toEqual([name, marks]);
      if (marks.length > 0) expect([name, live.occupancy.quality]).not.toEqual([name, 'good']);
      // Right for long enough, it is believed again.
      for (let i = 0; i < 20; i++) await send(Date.now(), 0);
      await eventually(() => server.hall('guanggu'), {
        accept: (one) => deviceOf(one, 'gg-door')?.marks.length === 0 && one.occupancy.reason !== 'clock',
        what: `${name}: right again`,
      });
    }
  });
});

describe('T2: a clock that is off by whole quarters of an hour', () => {
  it('a queue machine 5 h behind: no wait of 300 min anywhere, and from the 20th message on right waits', async () => {
    const folder = await tempFolder();
    const alerts = '{ wait-limit: { raiseAfterS: 0 }, wait-care: { raiseAfterS: 0 }, clock-wrong: { raiseAfterS: 0 } }';
    const env = { HALLWATCH_CONFIG: await noonConfig(alerts), HALLWATCH_DATA: folder };
    const server = await startServer(env);
    await eventually(async () => (await server.get('/readyz')).status === 200);
    const device = await publisher(server.mqttUrl);
    const topic = queueTopic('jiefang', 'jf-queue');
    const behindMs = 5 * hourMs;
    let seq = 0;
    const send = (event: string, ticket: string, more: object = {}) =>
      publish(device, topic, {
        boot: 1,
        seq: ++seq,
        ts: Date.now() - behindMs,
        event,
        ticket,
        service: 'general',
        ...more,
      });
    await publish(device, topic, {
      boot: 1,
      seq: ++seq,
      ts: Date.now() - behindMs,
      event: 'desk-opened',
      desk: 'desk-1',
    });
    await send('issued', 'A001');
    const doubtful = await eventually(() => server.hall('jiefang'), { accept: ({ queue }) => queue.issuedToday === 1 });
    expect(doubtful.queue).toMatchObject({ waiting: 1, quality: 'doubtful', reason: 'clock' });
    expect(serviceOf(doubtful, 'general')).toMatchObject({ waiting: 1, longestSince: null, quote: null });
    for (let i = 2; i <= 25; i++) await send('issued', `A${String(i).padStart(3, '0')}`);
    const settled = await eventually(() => server.hall('jiefang'), {
      accept: (live) => live.queue.issuedToday === 25 && deviceOf(live, 'jf-queue')?.clockOffsetMs === behindMs,
    });
    // Those of before wait on, and since when isn't known: the longest wait may be one of theirs.
    expect(settled.queue).toMatchObject({ issuedToday: 25, waiting: 25, quality: 'doubtful', reason: 'clock' });
    expect(deviceOf(settled, 'jf-queue')).toMatchObject({ marks: ['clock'], clockOffsetMs: behindMs });
    // Those of the last few tickets are known, and are of now.
    const longest = serviceOf(settled, 'general')?.longestSince ?? null;
    expect(longest === null || Date.now() - longest < minuteMs).toBe(true);
    const askedAt = Date.now();
    await send('issued', 'A026');
    const right = await eventually(() => server.hall('jiefang'), { accept: ({ queue }) => queue.issuedToday === 26 });
    const since = serviceOf(right, 'general')?.longestSince ?? 0;
    expect(since).toBeGreaterThan(askedAt - minuteMs);
    // One from before and one from after are served: the first one's wait is not known, the second's is.
    for (const ticket of ['A001', 'A026']) {
      await send('called', ticket, { desk: 'desk-1' });
      await send('started', ticket, { desk: 'desk-1' });
      await send('finished', ticket, { desk: 'desk-1' });
    }
    await eventually(() => server.hall('jiefang'), { accept: ({ queue }) => queue.servedToday === 2 });
    const query = `from=${Date.now() - 12 * hourMs}&to=${Date.now() + hourMs}`;
    const visits = await eventually(
      async () => (await server.get(`/api/halls/jiefang/visits?${query}`)).body as Visit[],
      { accept: (told) => told.length === 2 },
    );
    expect(visits.find(({ ticket }) => ticket === 'A001')).toMatchObject({ waitS: null, issuedAt: null });
    expect(visits.find(({ ticket }) => ticket === 'A026')?.waitS).toBeLessThan(60);
    // Rules look every few seconds, and what they would raise they raise at once here.
    const [alert, ...others] = await eventually(() => alertsOf(server, 'jiefang'), { accept: (all) => all.length > 0 });
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      rule: 'clock-wrong',
      text: {
        en: { what: expect.stringMatching('5 h behind') },
        'zh-CN': { what: expect.stringMatching('慢 5 小时') },
      },
    });
    const before = await server.hall('jiefang');
    await server.close();
    // The offset is an entry of the journal: a server that reads it again says the same.
    expect(contentsOf(`${folder}/journal`).entries.filter(({ kind }) => kind === 'clock')).toHaveLength(1);
    for (const name of ['state.sqlite', 'state.sqlite-wal', 'state.sqlite-shm'])
      await rm(`${folder}/${name}`, { force: true });
    const again = await startServer(env);
    await eventually(async () => (await again.get('/readyz')).status === 200);
    const after = await again.hall('jiefang');
    const stable = ({ queue, services, devices }: HallLive) => ({
      queue: { ...queue, asOf: 0 },
      services: services.map(({ quote: _, tierQuotes: _tiers, ...one }) => one),
      marks: devices.map(({ id, marks, clockOffsetMs }) => ({ id, marks, clockOffsetMs })),
    });
    expect(stable(after)).toEqual(stable(before));
  });

  it.each([
    { name: '8 h ahead', offMs: 8 * hourMs },
    { name: '5 h 45 behind', offMs: -(5 * 60 + 45) * minuteMs },
  ])(
    'a door $name: its people are counted, its offset is said, and ends when its clock is right',
    async ({ offMs }) => {
      const server = await startAtNoon();
      const device = await publisher(server.mqttUrl);
      const topic = doorTopic('qingshan', 'qs-door');
      let seq = 0;
      const send = (by: number) =>
        publish(device, topic, { boot: 1, seq: ++seq, in: seq - 1, out: 0, ts: Date.now() + by });
      const accept = (marks: string[]) => (live: HallLive) =>
        live.occupancy.enteredToday === seq - 1 && String(deviceOf(live, 'qs-door')?.marks) === String(marks);
      for (let i = 0; i < 5; i++) await send(offMs);
      const doubtful = await eventually(() => server.hall('qingshan'), { accept: accept([]) });
      expect(doubtful.occupancy).toMatchObject({ value: 4, quality: 'doubtful', reason: 'clock' });
      for (let i = 0; i < 16; i++) await send(offMs);
      const settled = await eventually(
        async () => {
          await send(offMs);
          return server.hall('qingshan');
        },
        { accept: (live) => deviceOf(live, 'qs-door')?.clockOffsetMs !== undefined },
      );
      expect(deviceOf(settled, 'qs-door')).toMatchObject({ marks: ['clock'], clockOffsetMs: -offMs });
      expect(settled.occupancy.reason).not.toBe('clock');
      // Set right, it is believed at once, and after 20 messages nothing is said any more.
      await send(0);
      const right = await eventually(() => server.hall('qingshan'), { accept: accept(['clock']) });
      expect(Date.now() - (deviceOf(right, 'qs-door')?.asOf ?? 0)).toBeLessThan(minuteMs);
      expect(right.occupancy.reason).not.toBe('clock');
      for (let i = 0; i < 20; i++) await send(0);
      await eventually(
        async () => {
          await send(0);
          return server.hall('qingshan');
        },
        { accept: accept([]) },
      );
    },
  );

  it('what an outbox sends late is late, and its clock right: with a status, and by its pace without one', async () => {
    const server = await startAtNoon();
    const device = await publisher(server.mqttUrl);
    const now = Date.now();
    const door = doorTopic('qingshan', 'qs-door');
    const status = topicOf('wuhan', 'jiefang', 'jf-queue', 'status');
    await publish(device, status, { ts: now, boot: 1, conn: 1, online: true, lastSeq: 30, everyS: 30, resend: false });
    const queue = queueTopic('jiefang', 'jf-queue');
    // Half an hour of tickets in one burst, all of one age: the device has said that it had them.
    for (let seq = 1; seq <= 30; seq++) {
      const ticket = `A${seq}`;
      await publish(device, queue, { boot: 1, seq, ts: now - hourMs, event: 'issued', ticket, service: 'general' });
    }
    const late = await eventually(() => server.hall('jiefang'), { accept: ({ queue: { waiting } }) => waiting === 30 });
    expect(late.queue).toMatchObject({ quality: 'good', reason: null });
    expect(serviceOf(late, 'general')?.longestSince).toBe(now - hourMs);
    expect(deviceOf(late, 'jf-queue')?.marks).toEqual([]);
    for (let seq = 1; seq <= 60; seq++) {
      await publish(device, door, { boot: 1, seq, in: seq - 1, out: 0, ts: now - hourMs + seq * minuteMs });
    }
    const live = await eventually(() => server.hall('qingshan'), {
      accept: ({ occupancy }) => occupancy.enteredToday === 59,
    });
    expect(deviceOf(live, 'qs-door')?.marks).toEqual([]);
    expect(live.occupancy.reason).not.toBe('clock');
  });
});
