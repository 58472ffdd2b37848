// S1: the doors of the building.

import type { IncomingMessage, RequestOptions } from 'node:http';
import { request } from 'node:http';
import { connect } from 'node:net';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { serve } from '../../server/serve.ts';
import { tempFolder } from '../support/cleanup.ts';
import { freePort } from '../support/ports.ts';
import { connectLive, startServer } from '../support/server.ts';

/** fetch() may not set Host or Origin; a bare request may. */
function ask(
  url: string,
  options: RequestOptions & { body?: string } = {},
): Promise<{ status: number; body: { code?: string } }> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const call = request(url, rest, async (answer: IncomingMessage) => {
      const chunks = await answer.toArray();
      const text = Buffer.concat(chunks).toString();
      resolve({
        status: answer.statusCode ?? 0,
        body: text.startsWith('{') ? (JSON.parse(text) as { code?: string }) : {},
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

describe('S1: until there are accounts', () => {
  it('answers only to a Host that is this machine with our port', async () => {
    const { url } = await startServer();
    const port = new URL(url).port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      expect((await ask(`${url}/healthz`, { headers: { host } })).status).toBe(200);
    }
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1:1', `127.0.0.1.evil.example:${port}`]) {
      const answer = await ask(`${url}/healthz`, { headers: { host } });
      expect(answer).toMatchObject({ status: 421, body: { code: 'foreign-host' } });
    }
  });

  it('trusts no proxy header', async () => {
    const { url } = await startServer();
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': new URL(url).host,
      forwarded: `host=${new URL(url).host}`,
    };
    expect((await ask(`${url}/healthz`, { headers })).status).toBe(421);
  });

  it('lets no page of another origin POST', async () => {
    const { url } = await startServer();
    const post = (headers: Record<string, string>) => ask(`${url}/api/halls`, { method: 'POST', headers, body: '{}' });
    const json = { 'content-type': 'application/json', 'content-length': '2' };
    expect(await post({ ...json, origin: 'http://evil.example' })).toMatchObject({
      status: 403,
      body: { code: 'foreign-origin' },
    });
    expect(await post({ ...json, origin: 'null' })).toMatchObject({ status: 403 });
    expect(await post({ ...json, 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
    expect(await post({ ...json, 'sec-fetch-site': 'same-site' })).toMatchObject({ status: 403 });
    expect(await post({ 'content-type': 'text/plain', 'content-length': '2' })).toMatchObject({
      status: 415,
      body: { code: 'not-json' },
    });
    expect(await post({ ...json, origin: url })).toMatchObject({ status: 404 });
  });

  it('lets no page of another origin open /live', async () => {
    const { url } = await startServer();
    const outcome = (headers: Record<string, string>) => {
      const client = connectLive(url, headers);
      return new Promise<string>((resolve) => {
        client.on('connect', () => resolve('connected'));
        client.on('connect_error', () => resolve('refused'));
      });
    };
    expect(await outcome({ origin: 'http://evil.example' })).toBe('refused');
    expect(await outcome({ 'sec-fetch-site': 'cross-site' })).toBe('refused');
    expect(await outcome({ host: 'evil.example' })).toBe('refused');
    expect(await outcome({})).toBe('connected');
    expect(await outcome({ origin: url })).toBe('connected');
  });

  it('refuses a handshake with its own status, WebSocket or not', async () => {
    const { url } = await startServer();
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    const path = `${url}/socket.io/?EIO=4&transport=websocket`;
    const foreign = await ask(path, { headers: { ...upgrade, origin: 'http://evil.example' } });
    expect(foreign).toMatchObject({ status: 403, body: { code: 'foreign-origin' } });
    const host = await ask(path, { headers: { ...upgrade, host: 'evil.example' } });
    expect(host).toMatchObject({ status: 421, body: { code: 'foreign-host' } });
    const polling = await ask(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { host: 'evil.example' } });
    expect(polling).toMatchObject({ status: 421, body: { code: 'foreign-host' } });
    const undecodable = await ask(`${url}/%E0%A4%A`, { headers: { host: 'evil.example' } });
    expect(undecodable).toMatchObject({ status: 421 });
  });

  it('never shuts readers out, however often they ask', async () => {
    const { url } = await startServer();
    const statuses = new Set<number>();
    for (let i = 0; i < 35; i++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(`${url}/healthz`)));
      for (const { status } of answers) statuses.add(status);
    }
    expect([...statuses]).toEqual([200]);
  });

  it('answers what is no HTTP with a code all the same', async () => {
    const { url } = await startServer();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write('NONSENSE\r\n\r\n');
    const said = Buffer.concat(await socket.toArray()).toString();
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said).toContain('"code":"bad-request"');
  });

  it.each([
    ['HALLWATCH_HTTP', '0.0.0.0:8080'],
    ['HALLWATCH_HTTP', '192.168.1.5:8080'],
    ['HALLWATCH_MQTT_LISTEN', '0.0.0.0:1883'],
  ])('refuses to start with %s=%s and says why', async (setting, value) => {
    const env = { HALLWATCH_DATA: await tempFolder(), [setting]: value };
    const failure = await serve(env, pino({ level: 'silent' })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'not-loopback', message: expect.stringContaining(value) });
  });

  it('says in one line which setting to change when a port is in use', async () => {
    const { url } = await startServer();
    const env = {
      HALLWATCH_DATA: await tempFolder(),
      HALLWATCH_HTTP: new URL(url).host,
      HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
    };
    const failure = await serve(env, pino({ level: 'silent' })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'port-in-use', fix: expect.stringContaining('HALLWATCH_HTTP') });
  });
});
