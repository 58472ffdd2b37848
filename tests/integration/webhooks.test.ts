// Alerts to webhooks, with real servers at the other end.
import { spawn } from 'node:child_process';
import { appendFile, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../server/config/load.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import type { Point } from '../../server/history/points.ts';
import { post, signatureOf } from '../../server/notify/post.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startReceiver } from '../support/receiver.ts';
import { startServer } from '../support/server.ts';

const secret = 'sixteen characters at least';
const fault = (id: string, seq = 1, state = 'out-of-service') =>
  [topicOf('wuhan', 'jiefang', id, 'terminal'), { ts: Date.now(), boot: 1, seq, state }] as const;

/** The demo config with webhooks, as yaml lines. */
async function configWith(lines: string): Promise<string> {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  await appendFile(join(folder, 'hallwatch.yaml'), `\nwebhooks:\n${lines}`);
  return folder;
}
const hook = (id: string, url: string, more = '') => `  - { id: ${id}, url: "${url}", secret: "${secret}"${more} }\n`;

describe('a webhook', () => {
  it('is told of each step, signed, in both languages, with an id of its own; a dead one beside it holds up nothing', async () => {
    const receiver = await startReceiver(await freePort());
    const other = await startReceiver(await freePort());
    const config = await configWith(
      hook('dead', `http://127.0.0.1:${await freePort()}/`) +
        hook('maintenance', receiver.url) +
        hook('critical-only', other.url, ', severities: [critical]'),
    );
    const server = await startServer({ HALLWATCH_CONFIG: config });
    const device = await publisher(server.mqttUrl);
    await publish(device, ...fault('jf-pay-1'));
    await eventually(() => receiver.received.length === 1);
    const [first] = receiver.received;
    if (!first) throw new Error('nothing received');
    const { headers, body, told } = first;
    const timestamp = String(headers['x-hallwatch-timestamp']);
    expect(headers['x-hallwatch-signature']).toBe(signatureOf(secret, timestamp, body));
    expect(Math.abs(Date.now() - Number(timestamp))).toBeLessThan(60_000);
    expect(told).toMatchObject({
      alert: {
        rule: 'terminal-fault',
        text: {
          'zh-CN': { what: '终端故障停用' },
          en: { what: 'Out of service', where: 'Jiefang Road Hall · Self-service · Payment 1' },
        },
      },
      transition: { what: 'raised', state: 'open' },
    });
    expect(told.id).toMatch(/^terminal-fault\|jiefang\|device\|jf-pay-1\|\d+#\d+$/);
    await fetch(`${server.url}/api/alerts/${told.alert.id}/resolve`, { method: 'POST' });
    await eventually(() => receiver.received.length === 2);
    expect(receiver.received.map((one) => one.told.transition.what)).toEqual(['raised', 'resolved']);
    expect(new Set(receiver.received.map((one) => one.told.id)).size).toBe(2);
    expect(other.received).toEqual([]);
    await eventually(async () => (await server.metric('hallwatch_webhook_failed_total{webhook="dead"}')) > 0);
    expect(await server.metric('hallwatch_webhook_sent_total{webhook="maintenance"}')).toBe(2);
    expect((await server.get('/readyz')).body).toMatchObject({
      ready: true,
      degraded: [expect.stringMatching(/^webhook dead: \d wait, ECONNREFUSED$/)],
    });
  });

  it('hears nothing of what is silenced until the silence ends', async () => {
    const receiver = await startReceiver(await freePort());
    const server = await startServer({ HALLWATCH_CONFIG: await configWith(hook('maintenance', receiver.url)) });
    const silence = await fetch(`${server.url}/api/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rule: 'terminal-fault', to: Date.now() + 600_000, why: 'test' }),
    });
    const { id } = (await silence.json()) as { id: string };
    const device = await publisher(server.mqttUrl);
    await publish(device, ...fault('jf-pay-1'));
    await eventually(async () => (await server.hall('jiefang')).alertsOpen === 1);
    await fetch(`${server.url}/api/silences/${id}/end`, { method: 'POST' });
    await eventually(() => receiver.received.length > 0);
    expect(receiver.received.map(({ told }) => told.transition.what)).toEqual(['unsilenced']);
  });

  it('that was away is told after kill -9 of the server too, of each step once', async () => {
    const port = await freePort();
    const env = {
      HALLWATCH_CONFIG: await configWith(hook('maintenance', `http://127.0.0.1:${port}/hook`)),
      HALLWATCH_DATA: await tempFolder(),
      HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
      HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
    };
    const child = spawn(process.execPath, ['tests/support/crashing-server.ts'], {
      env: { ...process.env, ...env, CRASH_AT: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const device = await publisher(`mqtt://${env.HALLWATCH_MQTT_LISTEN}`);
    await publish(device, ...fault('jf-pay-1'));
    await publish(device, ...fault('jf-pay-2'));
    const metrics = async () => (await fetch(`http://${env.HALLWATCH_HTTP}/metrics`)).text();
    await eventually(async () => (await metrics()).includes('hallwatch_webhook_waiting 2'));
    const died = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await died;
    const receiver = await startReceiver(port);
    const server = await startServer(env);
    await eventually(() => receiver.received.length === 2);
    await eventually(async () => (await server.metric('hallwatch_webhook_waiting')) === 0);
    const ids = receiver.received.map(({ told }) => told.id);
    expect(new Set(ids).size).toBe(2);
    expect(receiver.received.map(({ told }) => told.alert.subject.id).sort()).toEqual(['jf-pay-1', 'jf-pay-2']);
  }, 60_000);
});

describe('post', () => {
  const { signal } = new AbortController();

  it('follows no redirect, and tells who refuses from who is away', async () => {
    const receiver = await startReceiver(await freePort());
    const target = { id: 'one', url: receiver.url, secret };
    receiver.answer = { status: 302, headers: { location: receiver.url } };
    expect(await post(target, '{}', { at: 5, signal })).toEqual({ is: 'refused', why: 'answered 302' });
    expect(receiver.received.length).toBe(1);
    receiver.answer = { status: 404 };
    expect(await post(target, '{}', { at: 5, signal })).toEqual({ is: 'refused', why: 'answered 404' });
    receiver.answer = { status: 503 };
    expect(await post(target, '{}', { at: 5, signal })).toEqual({ is: 'away', why: 'answered 503' });
    await receiver.close();
    expect(await post(target, '{}', { at: 5, signal })).toMatchObject({ is: 'away' });
  });

  it('reads its secret from a file', async () => {
    const receiver = await startReceiver(await freePort());
    const path = join(await tempFolder(), 'secret');
    await writeFile(path, `${secret}\n`);
    const target = { id: 'one', url: receiver.url, secretFile: path };
    expect(await post(target, '{}', { at: 7, signal })).toEqual({ is: 'taken' });
    expect(receiver.received[0]?.headers['x-hallwatch-signature']).toBe(signatureOf(secret, '7', '{}'));
    expect(await post({ ...target, secretFile: `${path}s` }, '{}', { at: 7, signal })).toEqual({
      is: 'away',
      why: 'ENOENT',
    });
  });
});

describe('its config', () => {
  it('has its faults told: addresses that may not be used, no secret, an id twice', async () => {
    const folder = await configWith(
      `${hook('a', 'http://example.com/hook')}${hook('b', 'https://user:word@example.com/')}  - { id: b, url: "https://example.com/" }\n`,
    );
    const { faults } = await loadConfig(folder);
    expect(faults.map(({ path, what }) => `${path} ${what}`).sort()).toEqual([
      'webhooks[0].url is no address for a webhook',
      'webhooks[1].url is no address for a webhook',
      'webhooks[2] has no secret, or two',
      'webhooks[2].id "b" stands twice',
    ]);
  });
});

describe('history', () => {
  it('has a point of each transition, once, also of what came while it could not be told', async () => {
    const env = {
      HALLWATCH_DATA: await tempFolder(),
      HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
      HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
    };
    const first = await startServer(env);
    const device = await publisher(first.mqttUrl);
    await publish(device, ...fault('jf-pay-1'));
    await eventually(async () => (await first.hall('jiefang')).alertsOpen === 1);
    const [alert] = first.app.alerts.list();
    // As after a crash between the outbox and the register: told again, and the same.
    first.app.alerts.register.told(0);
    await fetch(`${first.url}/api/alerts/${alert?.id}/acknowledge`, { method: 'POST' });
    const points = async () => {
      const all: Point[] = [];
      const selection = { measurement: 'alert' as const, tags: { hall: 'jiefang' }, from: 0, to: Date.now() + 60_000 };
      for await (const point of first.app.history.store.points(selection)) all.push(point);
      return all;
    };
    const told = await eventually(points, { accept: (all) => all.length === 2 });
    expect(told.map(({ fields }) => [fields.what, fields.state, fields.subject, fields.actor ?? null])).toEqual([
      ['raised', 'open', 'device:jf-pay-1', null],
      ['acknowledged', 'acknowledged', 'device:jf-pay-1', 'loopback'],
    ]);
    expect(told[0]?.tags.rule).toBe('terminal-fault');
  });
});
