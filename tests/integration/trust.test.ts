// What may be believed: wills of devices that don't count their connections, numbers of devices whose messages can't
// be read; and that a silence makes nobody hear twice.
import { spawn } from 'node:child_process';
import { appendFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Alert } from '../../server/contracts/alerts.ts';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startReceiver } from '../support/receiver.ts';
import type { TestServer } from '../support/server.ts';
import { connectLive, startServer } from '../support/server.ts';

const s = 1_000;
const topic = (id: string, channel: 'door' | 'queue' | 'terminal' | 'status') =>
  topicOf('wuhan', 'jiefang', id, channel);
/** Of a young hall numbers are rough at best. */
const trusted = expect.stringMatching(/^(good|rough)$/);
const deviceOf = ({ devices }: HallLive, id: string) => devices.find((one) => one.id === id);
const alertsOf = async (server: TestServer, rule: string) =>
  ((await server.get('/api/alerts')).body as Alert[]).filter((one) => one.rule === rule);

/** A server whose clock stands at noon when it starts and runs `speed` times as fast. */
const fastServer = (speed: number, more: Record<string, string> = {}) =>
  startServer({
    HALLWATCH_SIMULATED: '1',
    HALLWATCH_CLOCK: `${at('2026-11-23 12:00')}@${Date.now()}x${speed}`,
    ...more,
  });

describe('a will', () => {
  const word = (conn: number, online: boolean) => ({ boot: 1, conn, online, everyS: 30, resend: false });

  it('of a device that doesn’t count its connections is believed once silence follows; of one that does, at once', async () => {
    const server = await fastServer(20);
    const device = await publisher(server.mqttUrl);
    const states: unknown[] = [];
    const screen = connectLive(server.url);
    screen.on('hall', (live) => states.push(deviceOf(live, 'jf-door-side')?.online));
    await screen.timeout(5_000).emitWithAck('watch', { halls: ['jiefang'] });
    // One that is there all along, or all gone together would be the hall's network.
    await publish(device, topic('jf-pay-2', 'status'), { ...word(1, true), everyS: 3_600 });
    // A second connection of the same name, and then the will of the first.
    for (const id of ['jf-door-side', 'jf-pay-1']) {
      await publish(device, topic(id, 'status'), word(1, true));
      await publish(device, topic(id, 'status'), word(1, true));
      await publish(device, topic(id, 'status'), word(1, false));
    }
    // Both live and say so by a message every so often, longer than an alert about one that is gone would wait.
    const begun = (await server.hall('jiefang')).at;
    for (let seq = 1; seq <= 5; seq++) {
      const until = begun + seq * 28 * s;
      await eventually(async () => (await server.hall('jiefang')).at >= until);
      await publish(device, topic('jf-door-side', 'door'), { boot: 1, seq, in: 0, out: 0 });
      await publish(device, topic('jf-pay-1', 'terminal'), { boot: 1, seq, state: 'in-service' });
      await publish(device, topic('jf-pay-1', 'status'), word(1, true));
      await publish(device, topic('jf-pay-1', 'status'), word(1, false));
    }
    const live = await server.hall('jiefang');
    expect([deviceOf(live, 'jf-door-side')?.online, deviceOf(live, 'jf-pay-1')?.online]).toEqual([true, true]);
    expect(states).not.toContain(false);
    const gone = async () => [
      ...(await alertsOf(server, 'device-offline')),
      ...(await alertsOf(server, 'terminal-offline')),
    ];
    const resolved = (await server.get('/api/alerts?state=resolved')).body as Alert[];
    expect([...(await gone()), ...resolved]).toEqual([]);
    // Then silence.
    await eventually(async () => deviceOf(await server.hall('jiefang'), 'jf-pay-1')?.reason === 'offline');
    await eventually(async () => (await alertsOf(server, 'terminal-offline')).length === 1);
    // One that counts is gone with its will; and that of an older connection says nothing.
    await publish(device, topic('jf-pay-2', 'status'), word(2, true));
    await publish(device, topic('jf-pay-2', 'status'), word(1, false));
    expect(deviceOf(await server.hall('jiefang'), 'jf-pay-2')).toMatchObject({ online: true });
    await publish(device, topic('jf-pay-2', 'status'), word(2, false));
    expect(deviceOf(await server.hall('jiefang'), 'jf-pay-2')).toMatchObject({ online: false, reason: 'offline' });
  }, 60_000);
});

describe('messages that can’t be read', () => {
  it('make a door’s number doubtful, and are an alert once nothing else comes; the next one that can be read ends both', async () => {
    const server = await fastServer(5);
    const device = await publisher(server.mqttUrl);
    const total = (seq: number, ins: number | string) => ({ boot: 1, seq, in: ins, out: 0 });
    await publish(device, topic('jf-door-side', 'door'), { boot: 1, seq: 1, in: 0, out: 0 });
    for (let seq = 1; seq <= 5; seq++) await publish(device, topic('jf-door-main', 'door'), total(seq, seq - 1));
    const occupancy = async () => (await server.hall('jiefang')).occupancy;
    expect(await occupancy()).toMatchObject({ quality: trusted, enteredToday: 4 });
    // One that can't be read before one that can costs nothing: totals mend it.
    await publish(device, topic('jf-door-main', 'door'), total(6, '5'));
    expect(await occupancy()).toMatchObject({ quality: 'doubtful', reason: 'incomplete' });
    await publish(device, topic('jf-door-main', 'door'), total(7, 6));
    expect(await occupancy()).toMatchObject({ quality: trusted, enteredToday: 6 });
    // After a firmware update.
    for (let seq = 8; seq <= 20; seq++) await publish(device, topic('jf-door-main', 'door'), total(seq, String(seq)));
    expect(await occupancy()).toMatchObject({ quality: 'doubtful', reason: 'incomplete', enteredToday: 6 });
    const [alert] = await eventually(() => alertsOf(server, 'data-unreadable'), { accept: (all) => all.length === 1 });
    expect(alert).toMatchObject({
      subject: { kind: 'device', id: 'jf-door-main' },
      severity: 'warning',
      state: 'open',
    });
    expect(alert?.text.en.what).toBe('None of its messages can be read (wrong-type)');
    expect(alert?.text['zh-CN'].what).toBe('设备数据无法读取（wrong-type）');
    await publish(device, topic('jf-door-main', 'door'), total(21, 40));
    expect(await occupancy()).toMatchObject({ quality: trusted, enteredToday: 40 });
    await eventually(async () => (await alertsOf(server, 'data-unreadable')).length === 0);
    // No JSON at all: without a name that anything could be missing of.
    for (let i = 0; i < 3; i++) await publish(device, topic('jf-door-main', 'door'), 'in=41;out=0');
    expect(await occupancy()).toMatchObject({ quality: 'doubtful', reason: 'incomplete' });
    const [again] = await eventually(() => alertsOf(server, 'data-unreadable'), { accept: (all) => all.length === 1 });
    expect(again?.text.en.what).toBe('None of its messages can be read (malformed-json)');
    expect(again?.id).toBe(alert?.id);
  }, 30_000);

  it('make a queue doubtful by their share of the day', async () => {
    const server = await startServer();
    const machine = await publisher(server.mqttUrl);
    const issue = (seq: number, event: string) => ({
      ts: Date.now(),
      boot: 1,
      seq,
      event,
      ticket: `A${seq}`,
      service: 'general',
    });
    for (let seq = 1; seq <= 50; seq++) await publish(machine, topic('jf-queue', 'queue'), issue(seq, 'issued'));
    const queue = async () => (await server.hall('jiefang')).queue;
    expect(await queue()).toMatchObject({ quality: trusted, issuedToday: 50 });
    await publish(machine, topic('jf-queue', 'queue'), issue(51, 'exploded'));
    expect(await queue()).toMatchObject({ quality: 'doubtful', reason: 'incomplete', issuedToday: 50 });
    for (let seq = 52; seq <= 160; seq++) await publish(machine, topic('jf-queue', 'queue'), issue(seq, 'issued'));
    expect(await queue()).toMatchObject({ quality: trusted, issuedToday: 159 });
  }, 30_000);
});

describe('the end of a silence', () => {
  const secret = 'sixteen characters at least';

  it('tells only what changed in it, also over a restart and kill -9', async () => {
    const receiver = await startReceiver(await freePort());
    const config = await tempFolder();
    await cp('config', config, { recursive: true });
    await appendFile(
      join(config, 'hallwatch.yaml'),
      `\nwebhooks:\n  - { id: all, url: "${receiver.url}", secret: "${secret}", rules: [terminal-fault] }\n`,
    );
    const env = {
      HALLWATCH_CONFIG: config,
      HALLWATCH_DATA: await tempFolder(),
      HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
      HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
    };
    const fault = (id: string, seq: number, state = 'out-of-service') =>
      [topic(id, 'terminal'), { ts: Date.now(), boot: 1, seq, state }] as const;
    // What was on its way when the server died may come twice, with the same id.
    const told = () => [
      ...new Map(
        receiver.received.map(({ told: one }) => [one.id, `${one.transition.what} ${one.alert.subject.id}`]),
      ).values(),
    ];
    const url = `http://${env.HALLWATCH_HTTP}`;
    const ask = async (path: string, body?: object) => {
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
      });
      return (await answer.json()) as { id: string };
    };
    const open = async () => (await (await fetch(`${url}/api/alerts`)).json()) as Alert[];
    const idOf = async (id: string) => (await open()).find(({ subject }) => subject.id === id)?.id ?? '';

    const child = spawn(process.execPath, ['tests/support/crashing-server.ts'], {
      env: { ...process.env, ...env, CRASH_AT: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const device = await publisher(`mqtt://${env.HALLWATCH_MQTT_LISTEN}`, { reconnectPeriod: 50 });
    for (const id of ['jf-pay-1', 'jf-pay-2', 'jf-pay-3']) await publish(device, ...fault(id, 1));
    await eventually(() => receiver.received.length === 3);
    await ask(`/api/alerts/${await idOf('jf-pay-2')}/acknowledge`);
    await eventually(() => receiver.received.length === 4);
    const silence = await ask('/api/silences', { hall: 'jiefang', to: Date.now() + 3_600_000, why: 'maintenance' });
    await eventually(async () => (await open()).every(({ silenced }) => silenced === silence.id));
    // In the silence: one more is raised, one that was told of is resolved, and the server dies and starts twice.
    await publish(device, ...fault('jf-pay-4', 1));
    await eventually(async () => (await open()).length === 4);
    await ask(`/api/alerts/${await idOf('jf-pay-3')}/resolve`, { cause: 'replaced' });
    const died = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await died;
    const second = await startServer(env);
    await eventually(async () => (await open()).length === 3);
    await ask(`/api/silences/${silence.id}/end`);
    await eventually(() => told().includes('unsilenced jf-pay-4'));
    await eventually(async () => (await open()).every(({ silenced }) => silenced === null));
    await second.close();
    const third = await startServer(env);
    await eventually(async () => (await third.metric('hallwatch_webhook_waiting')) === 0);
    expect(told().toSorted()).toEqual(
      [
        'raised jf-pay-1',
        'raised jf-pay-2',
        'raised jf-pay-3',
        'acknowledged jf-pay-2',
        'resolved jf-pay-3',
        'unsilenced jf-pay-4',
      ].toSorted(),
    );
    // What was not told again is told to its end.
    await publish(device, ...fault('jf-pay-1', 2, 'in-service'));
    await ask(`/api/alerts/${await idOf('jf-pay-1')}/resolve`);
    await eventually(() => told().includes('resolved jf-pay-1'));
  }, 60_000);
});
