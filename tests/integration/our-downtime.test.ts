// What happens while this server can't hear devices is charged to none of them, and what a broker keeps of them
// proves nothing.
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../server/contracts/alerts.ts';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { describeWith } from '../support/needs.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const ten = at('2026-11-23 10:00');
const minute = 60_000;
const hour = 60 * minute;
const topic = (id: string, channel: 'door' | 'queue' | 'terminal' | 'status') =>
  topicOf('wuhan', 'jiefang', id, channel);
const alive = (ts: number, conn: number, more: object = {}) => ({
  ts,
  boot: 3,
  conn,
  online: true,
  everyS: 30,
  resend: false,
  ...more,
});
const inService = (seq: number, ts: number, more: object = {}) => ({
  ts,
  boot: 3,
  seq,
  state: 'in-service',
  done: seq,
  failed: 0,
  ...more,
});

/** Servers one after another on one data folder, whose clock stands at `ms` when they start. */
async function lives(env: Record<string, string> = {}) {
  const own = {
    HALLWATCH_DATA: await tempFolder(),
    HALLWATCH_SIMULATED: '1',
    HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
    ...env,
  };
  return async (ms: number): Promise<TestServer> => {
    const server = await startServer({ ...own, HALLWATCH_CLOCK: `${ms}@${Date.now()}x1` });
    await eventually(async () => (await server.get('/readyz')).status === 200);
    return server;
  };
}

/** Of a young hall numbers are rough at best. */
const isTrusted = ({ quality }: HallLive['occupancy']) => quality === 'good' || quality === 'rough';
const terminalOf = ({ terminals }: HallLive, id: string) => terminals.find((one) => one.id === id);
const deviceOf = ({ devices }: HallLive, id: string) => devices.find((one) => one.id === id);
const alertsOf = async (server: TestServer) =>
  ((await server.get('/api/alerts')).body as Alert[]).map(({ rule, subject }) => `${rule} ${subject.id}`);

interface Steps {
  steps: { inServiceS: number | null; unknownS: number | null; serverDownS: number | null; done: number | null }[];
}
const stepsOf = async (server: TestServer, id: string) => {
  const query = `from=2026-11-23T10:00&to=2026-11-23T11:00&step=15m&terminal=${id}`;
  return ((await server.get(`/api/halls/jiefang/series?${query}`)).body as Steps).steps;
};

describeWith(['mosquitto'], 'an hour of our own', () => {
  it('is told by what waited at the broker; of whom nothing waited, nothing is known, and that is said (A7)', async () => {
    const broker = await startMosquitto();
    const begin = await lives({ HALLWATCH_MQTT_URL: broker.url });
    const first = await begin(ten);
    const device = await publisher(broker.url);
    for (const id of ['jf-pay-1', 'jf-pay-2', 'jf-pay-3', 'jf-door-main', 'jf-door-side', 'jf-queue'])
      await publish(device, topic(id, 'status'), alive(ten, 1));
    for (const id of ['jf-pay-1', 'jf-pay-2', 'jf-pay-3'])
      await publish(device, topic(id, 'terminal'), inService(1, ten));
    for (const id of ['jf-door-main', 'jf-door-side'])
      await publish(device, topic(id, 'door'), { ts: ten, boot: 3, seq: 1, in: 0, out: 0 });
    await eventually(async () => isTrusted((await first.hall('jiefang')).occupancy));
    await first.close();
    // One a minute; one every four minutes, out of order for the last quarter.
    for (let i = 1; i <= 60; i++)
      await publish(device, topic('jf-pay-1', 'terminal'), inService(i + 1, ten + i * minute - 20_000));
    for (let i = 1; i <= 14; i++)
      await publish(device, topic('jf-pay-2', 'terminal'), inService(i + 1, ten + i * 4 * minute));
    const second = await begin(ten + hour);
    const live = await eventually(() => second.hall('jiefang'), {
      accept: (one) => terminalOf(one, 'jf-pay-1')?.doneToday === 60,
    });
    expect(terminalOf(live, 'jf-pay-1')).toMatchObject({ availabilityToday: 1, unknownTodayS: 0 });
    expect(terminalOf(live, 'jf-pay-2')?.availabilityToday).toBe(1);
    expect(terminalOf(live, 'jf-pay-2')?.unknownTodayS).toBeLessThan(5 * 60);
    // Of this one nobody knows how it was: it is no time of service, good or bad.
    await eventually(async () => (terminalOf(await second.hall('jiefang'), 'jf-pay-3')?.unknownTodayS ?? 0) > 3_500);
    const quiet = await second.hall('jiefang');
    expect(terminalOf(quiet, 'jf-pay-3')).toMatchObject({ availabilityToday: 1, severity: 'unknown', busy: null });
    // Nothing says yet that it lives, or that it doesn't; its last message of the downtime says that the other one did.
    expect(deviceOf(quiet, 'jf-pay-3')).toMatchObject({ online: null, reason: 'not-heard' });
    expect(deviceOf(quiet, 'jf-pay-1')).toMatchObject({ online: true });
    expect(quiet.occupancy).toMatchObject({ quality: 'unknown', reason: 'not-heard' });
    expect(quiet.queue).toMatchObject({ quality: 'unknown', reason: 'not-heard' });
    // History has the same, once it is rolled up again.
    const busy = await eventually(() => stepsOf(second, 'jf-pay-1'), {
      accept: (steps) => steps.every(({ unknownS, done }) => unknownS === 0 && done === 15),
    });
    expect(busy[1]).toMatchObject({ inServiceS: 900, serverDownS: 0 });
    const silent = await eventually(() => stepsOf(second, 'jf-pay-3'), {
      accept: (steps) => steps[1]?.serverDownS === 900,
    });
    expect(silent[1]).toMatchObject({ inServiceS: 0, unknownS: 900, serverDownS: 900 });
    for (const id of ['jf-pay-3', 'jf-door-main', 'jf-door-side', 'jf-queue'])
      await publish(device, topic(id, 'status'), alive(ten + hour, 2));
    const again = await eventually(() => second.hall('jiefang'), {
      accept: ({ occupancy }) => isTrusted(occupancy),
    });
    expect(deviceOf(again, 'jf-pay-3')).toMatchObject({ online: true });
    expect(await alertsOf(second)).toEqual([]);
    await second.close();
    // A third life reads the same out of the journal: the downtime stands there.
    const third = await begin(ten + hour + minute);
    const later = terminalOf(await third.hall('jiefang'), 'jf-pay-3');
    expect(later?.availabilityToday).toBe(1);
    expect(later?.unknownTodayS).toBeGreaterThan(3_500);
  }, 60_000);
});

describe('an hour of our own, with the broker inside', () => {
  it('is told by the outboxes of devices; a device that was gone before is charged for what we saw of it (A7)', async () => {
    const begin = await lives();
    const first = await begin(ten);
    const device = await publisher(first.mqttUrl);
    await publish(device, topic('jf-pay-1', 'status'), alive(ten, 1));
    await publish(device, topic('jf-pay-1', 'terminal'), inService(1, ten));
    expect(deviceOf(await first.hall('jiefang'), 'jf-pay-1')).toMatchObject({ online: true });
    await device.endAsync();
    await first.close();
    const second = await begin(ten + hour);
    const again = await publisher(second.mqttUrl);
    await publish(again, topic('jf-pay-1', 'status'), alive(ten + hour, 2));
    for (let i = 1; i <= 14; i++)
      await publish(again, topic('jf-pay-1', 'terminal'), inService(i + 1, ten + i * 4 * minute));
    const late = terminalOf(await second.hall('jiefang'), 'jf-pay-1');
    expect(late).toMatchObject({ doneToday: 14, availabilityToday: 1 });
    // What it did not send for is what lies between its last message and its return.
    expect(late?.unknownTodayS).toBeLessThan(5 * 60);
    expect(await alertsOf(second)).toEqual([]);
  }, 30_000);
});

describeWith(['mosquitto'], 'what a broker keeps', () => {
  const retain = { qos: 1, retain: true } as const;

  it('of devices that are dead is shown as old, with or without a time, and proves nothing of now (A9, L2)', async () => {
    const broker = await startMosquitto();
    const device = await publisher(broker.url);
    const keep = (where: string, message: object | string) =>
      device.publishAsync(where, typeof message === 'string' ? message : JSON.stringify(message), retain);
    await keep(topic('jf-door-main', 'door'), { ts: ten - hour, boot: 3, seq: 8, in: 40, out: 40 });
    await keep(topic('jf-door-side', 'door'), { boot: 3, seq: 8, in: 0, out: 0 });
    await keep(topic('jf-queue', 'queue'), { boot: 3, seq: 9, event: 'issued', ticket: 'A7', service: 'general' });
    await keep(topic('jf-pay-1', 'terminal'), inService(5, ten - hour, { busy: true }));
    await keep(topic('jf-pay-2', 'terminal'), { boot: 3, seq: 5, state: 'in-service', busy: true, done: 5 });
    await keep(topic('jf-pay-3', 'terminal'), { ts: ten - hour, boot: 3, seq: 5, state: 'out-of-service' });
    await keep(topic('jf-pay-3', 'status'), alive(ten - hour, 1));
    // Of devices and halls that are in no registry, or in another place of it.
    await keep(topic('jf-removed', 'status'), alive(ten - hour, 1));
    await keep(topicOf('wuhan', 'removed', 'x-door', 'status'), alive(ten - hour, 1));
    await keep(topicOf('wuhan', 'guanggu', 'jf-query', 'status'), alive(ten - hour, 1));
    const begin = await lives({ HALLWATCH_MQTT_URL: broker.url });
    const server = await begin(ten);
    await eventually(() => server.metric('hallwatch_ignored_total{reason="retained-unplaced"}'), {
      accept: (count) => count === 3,
    });
    await eventually(async () => (await server.metric('hallwatch_notes_total{note="retained"}')) === 6);
    const live = await server.hall('jiefang');
    expect(live.occupancy).toMatchObject({ value: null, enteredToday: null, quality: 'unknown', reason: 'not-heard' });
    expect(live.queue).toMatchObject({ waiting: null, issuedToday: null, quality: 'unknown', reason: 'not-heard' });
    const dead = { severity: 'unknown', busy: null, busySince: null, availabilityToday: null, doneToday: null };
    expect(terminalOf(live, 'jf-pay-1')).toMatchObject({ ...dead, state: 'in-service', asOf: ten - hour });
    expect(terminalOf(live, 'jf-pay-2')).toMatchObject({ ...dead, state: null, asOf: null });
    expect(terminalOf(live, 'jf-pay-3')).toMatchObject({ state: 'out-of-service', asOf: ten - hour });
    for (const one of live.devices) expect(one).toMatchObject({ online: null, reason: 'not-heard' });
    expect(await alertsOf(server)).toEqual([]);
    // Nothing of that is in quarantine, nor is a topic that somebody clears.
    await device.publishAsync(topic('jf-removed', 'status'), '', retain);
    await device.publishAsync(topic('jf-door-main', 'door'), '', retain);
    await eventually(async () => (await server.metric('hallwatch_ignored_total{reason="empty"}')) === 2);
    expect((await server.get('/readyz')).body).toMatchObject({ ready: true, degraded: [] });
    expect((await server.get('/api/quarantine')).body).toEqual([]);
    // What a stranger says now is refused as ever.
    await publish(device, topic('jf-removed', 'door'), { ts: ten, boot: 1, seq: 1, in: 0, out: 0 });
    await eventually(async () => JSON.stringify((await server.get('/readyz')).body).includes('1 message of 1 device'));
    // One that proves alive is known by what it said last.
    await publish(device, topic('jf-pay-1', 'status'), alive(ten, 2, { lastSeq: 5 }));
    const alone = await eventually(() => server.hall('jiefang'), {
      accept: (one) => terminalOf(one, 'jf-pay-1')?.severity === 'ok',
    });
    expect(terminalOf(alone, 'jf-pay-1')).toMatchObject({ state: 'in-service', availabilityToday: null });
  }, 30_000);

  it('of a device that was heard before counts at its own time, as what comes late does', async () => {
    const broker = await startMosquitto();
    const device = await publisher(broker.url);
    const begin = await lives({ HALLWATCH_MQTT_URL: broker.url });
    const first = await begin(ten);
    for (const id of ['jf-door-main', 'jf-door-side'])
      await publish(device, topic(id, 'door'), { ts: ten, boot: 3, seq: 1, in: 0, out: 0 });
    await eventually(async () => isTrusted((await first.hall('jiefang')).occupancy));
    await first.close();
    // Its words of now wait for us; this one would too, had the broker not lost our session: told apart, both are one
    // message.
    const late = { ts: ten + 10 * minute, boot: 3, seq: 2, in: 6, out: 2 };
    await device.publishAsync(topic('jf-door-main', 'door'), JSON.stringify(late), retain);
    const second = await begin(ten + 3 * hour);
    const live = await eventually(() => second.hall('jiefang'), {
      accept: ({ occupancy }) => occupancy.enteredToday === 6,
    });
    expect(live.occupancy).toMatchObject({ enteredToday: 6, leftToday: 2, quality: 'unknown', reason: 'not-heard' });
    expect(deviceOf(live, 'jf-door-main')).toMatchObject({ online: null, asOf: ten + 10 * minute });
  }, 30_000);
});

describe('an empty payload, with the broker inside', () => {
  it('clears a topic and is no message', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    await device.publishAsync(topic('jf-removed', 'status'), '', { qos: 1, retain: true });
    expect(await server.metric('hallwatch_ignored_total{reason="empty"}')).toBe(1);
    expect((await server.get('/readyz')).body).toMatchObject({ ready: true, degraded: [] });
  });
});
