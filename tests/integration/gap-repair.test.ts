// G1 over the wire: what a broker lost, what never left a device, and what is gone for ever.
import { expect, it } from 'vitest';
import { simClock } from '../../firmware-sim/clock.ts';
import type { Completeness } from '../../server/contracts/http.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { describeWith } from '../support/needs.ts';
import { pipeTo } from '../support/pipe.ts';
import { freePort } from '../support/ports.ts';
import { publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';
import type { TestDevice } from '../support/sim-devices.ts';
import { startDevice } from '../support/sim-devices.ts';

/** Ten times as fast as real, unless told: the 5 s of G1 are half a second. */
function fastTime(speed = 10) {
  const spec = { simMs: at('2026-11-20 12:00'), realMs: Date.now(), speed };
  return {
    clock: simClock(spec),
    env: { HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${spec.simMs}@${spec.realMs}x${spec.speed}` },
  };
}

const completeness = async (server: TestServer) =>
  (await server.get('/api/completeness?hall=jiefang')).body as Completeness;
const total = (rows: Completeness['devices'], what: 'arrived' | 'repaired' | 'missing') =>
  rows.reduce((sum, row) => sum + (row[what] ?? 0), 0);

/** Messages that these devices ever made and that the server has not seen, by device and boot. */
function unseen(server: TestServer, devices: TestDevice[]): string[] {
  const hall = server.app.halls.get('jiefang');
  return devices.flatMap(({ id, sent }) =>
    [...sent].flatMap(([boot, to]) => {
      const missing = to === 0 ? 0 : (hall?.missingWithin(id, { boot, from: 1, to }) ?? to);
      return missing > 0 ? [`${id} boot ${boot}: ${missing} of ${to}`] : [];
    }),
  );
}

describeWith(['mosquitto'], 'G1: a broker that is killed twice while devices publish', () => {
  it('costs nothing: every message that a device ever made is seen, tails and older boots included', async () => {
    const broker = await startMosquitto();
    const pipe = await pipeTo(broker.port);
    const { clock, env } = fastTime();
    const server = await startServer({ HALLWATCH_MQTT_URL: pipe.url, ...env });
    await eventually(() => server.get('/readyz'), { accept: ({ status }) => status === 200 });
    const link = { url: broker.url, protocolVersion: 5 as const, clock };
    const side = startDevice('jf-door-side', 'door', link);
    const devices = [
      side,
      startDevice('jf-door-main', 'door', link),
      startDevice('jf-queue', 'queue', link),
      startDevice('jf-pay-1', 'terminal', link),
    ];
    const made = () => devices.flatMap(({ sent }) => [...sent.values()]).reduce((a, b) => a + b, 0);
    const publishing = setInterval(() => {
      for (const one of devices) one.make(1);
    }, 5);
    try {
      for (const round of [1, 2]) {
        const before = made();
        await eventually(() => made() > before + 100);
        if (round === 2) {
          // An older boot's tail: its goodbye tells of messages that never left it.
          side.device.hinder('lossy', true);
          await eventually(() => made() > before + 200);
          await side.device.stop();
          side.boot(2);
        }
        // What the broker acknowledges from here on and we haven't read dies with it.
        const heard = await countAll(broker.url);
        pipe.shut();
        const from = made();
        await eventually(() => made() > from + 800);
        if (round === 2) clearInterval(publishing);
        await eventually(() => heard.count > (round === 2 ? made() - from - 50 : 500));
        await broker.kill();
        pipe.cut();
        pipe.open();
        await broker.start();
        await eventually(() => server.get('/readyz'), { accept: ({ status }) => status === 200 });
      }
    } finally {
      clearInterval(publishing);
    }
    await eventually(() => unseen(server, devices), {
      accept: (left) => left.length === 0,
      withinMs: 50_000,
      what: 'every message seen',
    });
    const { share, devices: rows } = await completeness(server);
    expect(share).toBe(1);
    expect((await server.hall('jiefang')).completeness).toBe(1);
    expect(total(rows, 'arrived')).toBe(made());
    expect(total(rows, 'missing')).toBe(0);
    expect(total(rows, 'repaired')).toBeGreaterThan(0);
    expect(await server.metric('hallwatch_resends_total{outcome="answered"}')).toBeGreaterThan(0);
  });
});

/** A client beside us at the broker that counts what devices publish there. */
async function countAll(url: string): Promise<{ count: number }> {
  const heard = { count: 0 };
  const client = await publisher(url, { protocolVersion: 5 });
  client.on('message', (topic) => {
    if (!topic.endsWith('/status')) heard.count++;
  });
  await client.subscribeAsync('hallwatch/v1/#', { qos: 1 });
  return heard;
}

it('G1: messages that never left a device are asked for over the built-in broker too', async () => {
  const { clock, env } = fastTime();
  const server = await startServer(env);
  const door = startDevice('jf-door-main', 'door', { url: server.mqttUrl, protocolVersion: 4, clock });
  door.make(10);
  await eventually(() => unseen(server, [door]).length === 0);
  door.device.hinder('lossy', true);
  door.make(1_200);
  door.device.hinder('lossy', false);
  door.make(3);
  await eventually(() => unseen(server, [door]).length === 0);
  const { share, devices } = await completeness(server);
  expect(share).toBe(1);
  expect(total(devices, 'repaired')).toBe(1_200);
  expect((await server.hall('jiefang')).occupancy.enteredToday).toBe(1_212);
  await eventually(async () => (await server.metric('hallwatch_resends_total{outcome="answered"}')) === 3);
});

it('G1: what a device no longer has is missing, shown, and asked for once', async () => {
  const { clock, env } = fastTime();
  const server = await startServer(env);
  const link = { url: server.mqttUrl, protocolVersion: 4 as const, clock };
  const old = startDevice('jf-door-main', 'door', link);
  old.make(6);
  await eventually(() => unseen(server, [old]).length === 0);
  old.device.hinder('lossy', true);
  old.make(4);
  // Its goodbye tells how far it was; the device that takes its place knows nothing of that.
  await old.device.stop();
  const replaced = startDevice('jf-door-main', 'door', link, 2);
  replaced.make(10);
  await eventually(async () => (await server.metric('hallwatch_resends_total{outcome="gone"}')) >= 1);
  const live = await eventually(() => server.hall('jiefang'), { accept: ({ completeness: share }) => share !== 1 });
  expect(live.completeness).toBe(16 / 20);
  const { share, devices } = await completeness(server);
  expect(share).toBe(16 / 20);
  expect(devices.find(({ id }) => id === 'jf-door-main')).toMatchObject({ sent: 20, arrived: 16, missing: 4 });
  // What the former boot may have sent behind them is asked for and answered by itself.
  await eventually(() => server.app.halls.get('jiefang')?.openGaps('jf-door-main').length === 0);
  // Five minutes of its time later nobody has asked again.
  const until = clock.now() + 60_000;
  await eventually(() => clock.now() > until);
  // Once for these, and once for what the former boot may have sent behind them.
  expect(await server.metric('hallwatch_resends_total{outcome="asked"}')).toBe(2);
});

it('G1: a gap outlives a restart, and is asked for after it', async () => {
  // Slow enough to end the server before it asks.
  const { clock, env } = fastTime(2);
  const kept = { ...env, HALLWATCH_DATA: await tempFolder(), HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}` };
  const before = await startServer(kept);
  const door = startDevice('jf-door-main', 'door', { url: before.mqttUrl, protocolVersion: 4, clock });
  door.make(10);
  await eventually(() => unseen(before, [door]).length === 0);
  door.device.hinder('lossy', true);
  door.make(20);
  door.device.hinder('lossy', false);
  door.make(1);
  await eventually(() => unseen(before, [door])[0]?.includes('20 of 31'));
  await before.close();
  const after = await startServer(kept);
  expect(after.app.halls.get('jiefang')?.openGaps('jf-door-main')).toMatchObject([{ boot: 1, from: 11, to: 30 }]);
  await eventually(() => unseen(after, [door]).length === 0);
  const { share, devices } = await completeness(after);
  expect(share).toBe(1);
  expect(devices.find(({ id }) => id === 'jf-door-main')).toMatchObject({ sent: 31, arrived: 31, repaired: 20 });
});

it('what reached us and can’t be read is quarantined, not asked for', async () => {
  const { clock, env } = fastTime();
  const server = await startServer(env);
  const door = startDevice('jf-door-main', 'door', { url: server.mqttUrl, protocolVersion: 4, clock });
  const broken = { at: clock.now(), channel: 'door' as const, boot: 1 };
  door.device.add({ ...broken, seq: 1, payload: JSON.stringify({ ts: clock.now(), boot: 1, seq: 1, in: 'two' }) });
  door.device.add({ ...broken, seq: 2, payload: JSON.stringify({ ts: clock.now(), boot: 1, seq: 2, in: 0, out: 0 }) });
  const seen = await eventually(() => completeness(server), { accept: ({ share }) => share === 0.5 });
  const row = seen.devices.find(({ id }) => id === 'jf-door-main');
  expect(row).toMatchObject({ sent: 2, arrived: 1, quarantined: 1, missing: 0 });
  expect(server.app.halls.get('jiefang')?.openGaps('jf-door-main')).toEqual([]);
});

it('GET /api/completeness says what to do where it can’t answer', async () => {
  const server = await startServer();
  const ask = (query: string) => server.get(`/api/completeness?${query}`);
  expect(await ask('hall=nowhere')).toMatchObject({ status: 404, body: { code: 'unknown-hall' } });
  expect(await ask('hall=jiefang')).toMatchObject({ status: 200, body: { hall: 'jiefang', share: null } });
  expect(await ask('')).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  for (const day of ['2020-01-01', '2999-01-01', 'yesterday', '2026-02-31', '']) {
    const { status, body } = await ask(`hall=jiefang&day=${day}`);
    expect(status, day).toBe(400);
    expect((body as { fix: string }).fix, day).toMatch(/write a date from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/);
  }
});
