// Alerts end to end: from a message over MQTT to HTTP, screens and the register, across restarts and kill -9.
import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Compile } from 'typebox/compile';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Register } from '../../server/alerts/register.ts';
import type { Transition } from '../../server/contracts/alerts.ts';
import { Alert } from '../../server/contracts/alerts.ts';
import type { AlertEvent, WatchAnswer } from '../../server/contracts/live.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { connectLive, startServer } from '../support/server.ts';

const check = Compile(Alert);
const terminalOf = (id: string) => topicOf('wuhan', 'jiefang', id, 'terminal');
const statusOf = (id: string) => topicOf('wuhan', 'jiefang', id, 'status');
const saying = (seq: number, more: object) => ({ ts: Date.now(), boot: 1, seq, state: 'in-service', ...more });
const alive = (online = true) => ({ ts: Date.now(), boot: 1, conn: 1, online, everyS: 30, resend: false, lastSeq: 0 });

const post = async ({ url }: TestServer, path: string, body?: object) => {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
};
const listed = async ({ get }: TestServer, path: string) => (await get(path)).body as Alert[];

describe('an alert', () => {
  it('comes at once to whoever watches its hall, its region or all alerts, stands in the picture and over HTTP, and clears', async () => {
    const server = await startServer();
    const { url, mqttUrl } = server;
    const heard: string[] = [];
    const requests = { hall: { halls: ['jiefang'] }, region: { region: 'wuhan' }, all: { alerts: true } };
    for (const [name, request] of [...Object.entries(requests), ['other', { halls: ['qingshan'] }] as const]) {
      const client = connectLive(url);
      client.on('alert', ({ alert }: AlertEvent) => heard.push(`${name} ${alert.rule} ${alert.state}`));
      const answer: WatchAnswer = await client.timeout(5_000).emitWithAck('watch', request);
      expect(answer).toMatchObject({ ok: true });
      if (name === 'all') expect(answer).toEqual({ ok: true, alerts: [] });
    }
    const device = await publisher(mqttUrl);
    await publish(device, terminalOf('jf-pay-1'), saying(1, { parts: { paper: 'out' } }));
    await eventually(() => heard.length >= 3);
    expect(heard.sort()).toEqual(['all terminal-fault open', 'hall terminal-fault open', 'region terminal-fault open']);
    const [alert] = await listed(server, '/api/alerts');
    expect([...check.Errors(alert)]).toEqual([]);
    expect(alert).toMatchObject({
      rule: 'terminal-fault',
      hall: 'jiefang',
      subject: { kind: 'device', id: 'jf-pay-1' },
      severity: 'warning',
      text: {
        'zh-CN': { what: '终端故障：缺纸', where: '解放路营业厅 · 自助服务区 · 缴费机 1' },
        en: { what: 'Out of order: out of paper', where: 'Jiefang Road Hall · Self-service · Payment 1' },
      },
    });
    await eventually(async () => (await server.hall('jiefang')).alerts?.length === 1);
    expect(await server.hall('jiefang')).toMatchObject({ alerts: [{ id: alert?.id }], alertsOpen: 1 });
    expect(await listed(server, '/api/faults?device=jf-pay-1')).toEqual([alert]);
    expect(await listed(server, '/api/faults?device=jf-pay-2')).toEqual([]);
    expect(await listed(server, '/api/alerts?hall=qingshan')).toEqual([]);
    expect(await listed(server, '/api/alerts?region=wuhan&state=open')).toEqual([alert]);
    expect(await server.get('/api/alerts?hall=nowhere')).toMatchObject({ status: 404 });
    expect(await server.get('/api/alerts?states=open')).toMatchObject({ status: 400 });
  });

  it('is acknowledged, assigned, noted and resolved by hand; each step is kept and comes to screens', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    await publish(device, terminalOf('jf-pay-1'), saying(1, { state: 'out-of-service' }));
    const [alert] = await eventually(() => listed(server, '/api/alerts'), { accept: (all) => all.length === 1 });
    const client = connectLive(server.url);
    const states: unknown[] = [];
    client.on('alert', (event: AlertEvent) => states.push([event.alert.state, event.alert.assignedTo]));
    await client.timeout(5_000).emitWithAck('watch', { alerts: true });
    const path = `/api/alerts/${alert?.id}`;
    expect(await post(server, `${path}/acknowledge`)).toMatchObject({
      status: 200,
      body: { state: 'acknowledged', acknowledged: { actor: { name: 'loopback', via: 'loopback' } } },
    });
    expect(await post(server, `${path}/assign`, { to: '张工' })).toMatchObject({ body: { assignedTo: '张工' } });
    expect(await post(server, `${path}/note`, { note: '已到现场' })).toMatchObject({ status: 200 });
    expect(await post(server, `${path}/assign`, {})).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    expect(await post(server, `${path}/acknowledge`, { who: 'me' })).toMatchObject({ status: 400 });
    expect(await post(server, `${path}/resolve`, { cause: '电源' })).toMatchObject({
      body: { state: 'resolved', cause: '电源' },
    });
    expect(await post(server, `${path}/resolve`)).toMatchObject({ status: 409, body: { code: 'alert-resolved' } });
    expect(await post(server, '/api/alerts/999/note', { note: 'x' })).toMatchObject({
      status: 404,
      body: { code: 'unknown-alert' },
    });
    const { transitions } = (await server.get(path)).body as { transitions: Transition[] };
    expect(transitions.map(({ what, note, actor }) => [what, note, actor?.name ?? null])).toEqual([
      ['raised', null, null],
      ['acknowledged', null, 'loopback'],
      ['assigned', null, 'loopback'],
      ['noted', '已到现场', 'loopback'],
      ['resolved', null, 'loopback'],
    ]);
    await eventually(() => states.length === 4);
    expect(states.at(-1)).toEqual(['resolved', '张工']);
    expect(await listed(server, '/api/alerts')).toEqual([]);
    expect((await listed(server, '/api/alerts?state=resolved')).map(({ id }) => id)).toEqual([alert?.id]);
    expect(await server.hall('jiefang')).toMatchObject({ alerts: [], alertsOpen: 0 });
  });

  it('silences show themselves with what they silence, and end', async () => {
    const server = await startServer();
    expect(await post(server, '/api/silences', { to: Date.now() + 60_000, why: 'test' })).toMatchObject({
      status: 400,
    });
    expect(await post(server, '/api/silences', { hall: 'jiefang', to: 5, why: 'test' })).toMatchObject({ status: 400 });
    expect(await post(server, '/api/silences', { device: 'nothing', to: 5, why: 'test' })).toMatchObject({
      status: 400,
    });
    const made = await post(server, '/api/silences', { device: 'jf-pay-1', to: Date.now() + 600_000, why: '换钞箱' });
    expect(made).toMatchObject({ status: 200, body: { device: 'jf-pay-1', hall: null, why: '换钞箱', endedAt: null } });
    const { id } = made.body as { id: string };
    const device = await publisher(server.mqttUrl);
    await publish(device, terminalOf('jf-pay-1'), saying(1, { state: 'out-of-service' }));
    const silenced = await eventually(() => listed(server, '/api/alerts'), { accept: (all) => all.length === 1 });
    expect(silenced).toMatchObject([{ silenced: id, state: 'open' }]);
    expect(await post(server, `/api/silences/${id}/end`)).toMatchObject({
      status: 200,
      body: { endedAt: expect.any(Number) },
    });
    await eventually(async () => (await listed(server, '/api/alerts'))[0]?.silenced === null);
    expect(await listed(server, '/api/silences')).toEqual([]);
    expect((await server.get('/api/silences?all=true')).body).toMatchObject([{ id }]);
    expect(await post(server, '/api/silences/99/end')).toMatchObject({
      status: 404,
      body: { code: 'unknown-silence' },
    });
  });
});

describe('a restart', () => {
  it('keeps what still holds, clears what does not, and leaves alone what nobody knows', async () => {
    const env = {
      HALLWATCH_DATA: await tempFolder(),
      HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
      HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
    };
    const first = await startServer(env);
    const device = await publisher(first.mqttUrl);
    for (const id of ['jf-pay-1', 'jf-pay-2']) {
      await publish(device, statusOf(id), alive());
      await publish(device, terminalOf(id), saying(1, { state: 'out-of-service' }));
    }
    const before = await eventually(() => listed(first, '/api/alerts'), { accept: (all) => all.length === 2 });
    await post(first, `/api/alerts/${before[0]?.id}/acknowledge`);
    await device.endAsync();
    await first.close();
    const second = await startServer(env);
    const after = await listed(second, '/api/alerts');
    expect(after.map(({ id, state, since }) => [id, state, since])).toEqual([
      [before[0]?.id, 'acknowledged', before[0]?.since],
      [before[1]?.id, 'open', before[1]?.since],
    ]);
    const again = await publisher(second.mqttUrl);
    await publish(again, terminalOf('jf-pay-1'), saying(2, {}));
    // What a look of now clears begins its calm; nothing is raised a second time.
    await eventually(async () => (await second.hall('jiefang')).terminals[0]?.severity === 'ok');
    expect((await listed(second, '/api/alerts?state=resolved')).length).toBe(0);
    const { transitions } = (await second.get(`/api/alerts/${before[1]?.id}`)).body as { transitions: Transition[] };
    expect(transitions.map(({ what }) => what)).toEqual(['raised']);
  });
});

describe('a rebuild from the journal', () => {
  it('raises nothing about the past', async () => {
    const env = {
      HALLWATCH_DATA: await tempFolder(),
      HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
      HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
    };
    const first = await startServer(env);
    const device = await publisher(first.mqttUrl);
    await publish(device, statusOf('jf-pay-1'), alive());
    for (let i = 0; i < 5; i++) {
      await publish(device, terminalOf('jf-pay-1'), saying(2 * i + 1, { parts: { paper: 'out' } }));
      await publish(device, terminalOf('jf-pay-1'), saying(2 * i + 2, { parts: { paper: 'full' } }));
    }
    await eventually(async () => (await first.hall('jiefang')).terminals[0]?.severity === 'ok');
    await device.endAsync();
    await first.close();
    // Nothing is known but the journal: neither how halls were nor what was raised.
    for (const name of await readdir(env.HALLWATCH_DATA))
      if (/^(state|register)\./.test(name)) await rm(join(env.HALLWATCH_DATA, name));
    const second = await startServer(env);
    expect(await second.metric('hallwatch_recovery_messages')).toBeGreaterThan(10);
    const again = await publisher(second.mqttUrl);
    // One that is true now, so that it is seen that rules run.
    await publish(again, terminalOf('jf-pay-2'), saying(1, { state: 'out-of-service' }));
    await eventually(async () =>
      (await listed(second, '/api/alerts')).some(({ subject }) => subject.id === 'jf-pay-2'),
    );
    const all = [...(await listed(second, '/api/alerts')), ...(await listed(second, '/api/alerts?state=resolved'))];
    expect(all.filter(({ rule }) => rule === 'terminal-fault').map(({ subject }) => subject.id)).toEqual(['jf-pay-2']);
  });
});

/** A server of its own process; killed when the test is over, at the latest. */
async function startLife(env: Record<string, string>): Promise<{ child: ChildProcess; died: Promise<unknown> }> {
  const child = spawn(process.execPath, ['tests/support/crashing-server.ts'], {
    env: { ...process.env, ...env, CRASH_AT: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const died = new Promise((resolve) => child.once('exit', resolve));
  await Promise.race([new Promise((resolve) => child.stdout?.once('data', resolve)), died]);
  return { child, died };
}

describe('kill -9 around raising and recording', () => {
  it('leaves the same alerts, each once', async () => {
    const data = await tempFolder();
    const mqtt = `127.0.0.1:${await freePort()}`;
    const http = `127.0.0.1:${await freePort()}`;
    const env = { HALLWATCH_CONFIG: 'config', HALLWATCH_DATA: data, HALLWATCH_HTTP: http, HALLWATCH_MQTT_LISTEN: mqtt };
    const ids = ['jf-pay-1', 'jf-pay-2', 'jf-pay-3', 'jf-pay-4', 'jf-statement', 'jf-sim', 'jf-query', 'jf-try'];
    const device = await (async () => {
      const { child, died } = await startLife(env);
      const client = await publisher(`mqtt://${mqtt}`, { reconnectPeriod: 50 });
      await client.publishAsync(terminalOf('jf-pay-1'), JSON.stringify(saying(1, { state: 'out-of-service' })), {
        qos: 1,
      });
      // Acknowledged, so in the journal; the alert is being written at this very moment.
      child.kill('SIGKILL');
      await died;
      return client;
    })();
    for (const [i, id] of ids.slice(1).entries()) {
      const { child, died } = await startLife(env);
      const sent = device.publishAsync(terminalOf(id), JSON.stringify(saying(1, { state: 'out-of-service' })), {
        qos: 1,
      });
      await sent;
      // Some die at once, some when the alert is out.
      if (i % 2 === 0)
        await eventually(async () => (await (await fetch(`http://${http}/api/alerts`)).text()).includes(id));
      child.kill('SIGKILL');
      await died;
    }
    const last = await startServer(env);
    const open = await eventually(() => listed(last, '/api/alerts'), { accept: (all) => all.length === ids.length });
    expect(open.map(({ subject }) => subject.id).sort()).toEqual([...ids].sort());
    await last.close();
    const register = new Register(join(data, 'register.db'));
    const raised = open.map(({ id }) => register.transitions(id).map(({ what }) => what));
    register.close();
    expect(raised).toEqual(ids.map(() => ['raised']));
  }, 120_000);
});

describe('a backup', () => {
  it('taken while the server runs has the alerts and what was done about them', async () => {
    const data = await tempFolder();
    const server = await startServer({ HALLWATCH_DATA: data });
    const device = await publisher(server.mqttUrl);
    await publish(device, terminalOf('jf-pay-1'), saying(1, { parts: { paper: 'out' } }));
    await eventually(async () => (await listed(server, '/api/alerts')).length === 1);
    const [alert] = await listed(server, '/api/alerts');
    await post(server, `/api/alerts/${alert?.id}/acknowledge`, { note: 'on my way' });
    const copy = join(await tempFolder(), 'copy');
    await promisify(execFile)(process.execPath, ['server/backup.ts', copy], {
      env: { ...process.env, HALLWATCH_DATA: data },
    });
    await server.close();
    const restored = await startServer({ HALLWATCH_DATA: copy });
    const { body } = await restored.get(`/api/alerts/${alert?.id}`);
    expect(body).toMatchObject({
      rule: 'terminal-fault',
      state: 'acknowledged',
      since: alert?.since,
      transitions: [{ what: 'raised' }, { what: 'acknowledged', note: 'on my way' }],
    });
  });
});
