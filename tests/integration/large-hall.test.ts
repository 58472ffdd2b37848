// A11, through the front door: the largest halls are answered, pushed within 32 KB, and every answer fits its own contract.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import { HallLive as Schema } from '../../server/contracts/hall-live.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { hallConfig } from '../support/hall-maker.ts';
import { idOf, largeHall } from '../support/large-hall.ts';
import { publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { connectLive, startServer } from '../support/server.ts';

const size = { desks: 40, terminals: 60, services: 20 };
const words = { 'zh-CN': '大厅', en: 'Hall' };
const check = Compile(Schema);

async function largeConfig(halls: Record<string, Parameters<typeof largeHall>[0]>): Promise<string> {
  const folder = await tempFolder();
  await mkdir(join(folder, 'halls'));
  const standards = { defaults: { all: { waitLimitMin: 1 / 3, waitCareMin: 0.1, targetShare: 0.95 } } };
  const files = {
    'hallwatch.yaml': { regions: [{ id: 'r1', name: words }] },
    'standards.yaml': standards,
    'calendar.yaml': { days: [] },
    ...Object.fromEntries(
      Object.entries(halls).map(([id, of]) => {
        // Ids of devices are unique in the installation.
        const text = JSON.stringify({ ...hallConfig(largeHall(of)).file, id, region: 'r1', hours: 'always' });
        return [`halls/${id}.yaml`, JSON.parse(text.replace(/"id":"(kiosk|door|queue)/g, `"id":"${id}-$1`)) as object];
      }),
    ),
  };
  for (const [file, value] of Object.entries(files)) await writeFile(join(folder, file), stringify(value));
  return folder;
}

/** A busy hall: three wait for each service, desks serve and pause, terminals say so many odd things of themselves. */
async function fill(server: TestServer, hall: string, { desks, terminals, services }: typeof size, oddParts: number) {
  const device = await publisher(server.mqttUrl);
  const all: Promise<unknown>[] = [];
  const send = (name: string, channel: 'door' | 'queue' | 'terminal', message: object) => {
    const text = JSON.stringify({ ts: Date.now(), boot: 1, ...message });
    all.push(device.publishAsync(topicOf('r1', hall, `${hall}-${name}`, channel), text, { qos: 1 }));
  };
  let seq = 0;
  const queue = (message: object) => send('queue', 'queue', { seq: ++seq, ...message });
  for (let i = 0; i < 3 * services; i++)
    queue({ event: 'issued', ticket: `A${i}`, service: idOf('service', i % services), tier: 'gold' });
  for (let i = 0; i < desks; i++) {
    const at = { ticket: `A${i}`, service: idOf('service', i % services), desk: idOf('desk', i) };
    if (i < services) queue({ event: 'called', ...at });
    else if (i % 3 === 0) queue({ event: 'desk-paused', desk: at.desk, reason: '午餐'.repeat(40) });
  }
  const parts = Object.fromEntries(
    Array.from({ length: oddParts }, (_, i) => [idOf('Part', i, true), '状'.repeat(40)]),
  );
  for (let i = 0; i < terminals; i++) {
    const state = i % 7 === 0 ? 'out-of-service' : 'in-service';
    send(idOf('kiosk', i), 'terminal', {
      seq: 1,
      state,
      parts: { paper: 'low', ...parts },
      stock: { paper: 0.1 + 0.2 },
    });
  }
  for (let i = 0; i < 2; i++) send('door-0', 'door', { seq: i + 1, in: 90 * i, out: 0 });
  await Promise.all(all);
  await eventually(async () => (await server.hall(hall)).queue.issuedToday === 3 * services);
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** Every GET of the OpenAPI document asked, and what its answers lack by their own schemas. */
async function faultyAnswers(server: TestServer, hall: string): Promise<string[]> {
  const { paths } = (await server.get('/api/openapi.json')).body as {
    paths: Record<string, { get?: { responses: Record<string, { content?: Record<string, { schema: object }> }> } }>;
  };
  const from = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const to = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const queries: Record<string, string> = {
    '/api/completeness': `?hall=${hall}`,
    '/api/halls/{hall}/usual': `?date=${to}`,
    '/api/halls/{hall}/series': `?from=${from}&to=${to}`,
    '/api/halls/{hall}/visits': `?from=${from}&to=${to}`,
    '/api/regions/{region}/peaks': `?from=${from}&to=${to}`,
  };
  const ajv = new Ajv({ strict: false });
  const faults: string[] = [];
  let asked = 0;
  for (const [path, { get }] of Object.entries(paths)) {
    const url = path.replace('{hall}', hall).replace('{region}', 'r1');
    if (!get || url.includes('{')) continue;
    const answer = await fetch(`${server.url}${url}${queries[path] ?? ''}`);
    if (answer.status >= 500 && answer.status !== 503) faults.push(`${url}: ${answer.status} ${await answer.text()}`);
    const schema = get.responses[String(answer.status)]?.content?.['application/json']?.schema;
    if (!schema || !answer.headers.get('content-type')?.includes('json')) continue;
    asked++;
    const validate = ajv.compile(schema);
    if (!validate(await answer.json())) faults.push(`${url}: ${answer.status} ${ajv.errorsText(validate.errors)}`);
  }
  expect(asked).toBeGreaterThan(8);
  return faults;
}

describe('A11: the largest halls', () => {
  it('are answered by every route as its contract says, and pushed within 32 KB', { timeout: 120_000 }, async () => {
    const most = { desks: 100, terminals: 200, services: 60 };
    const server = await startServer({ HALLWATCH_CONFIG: await largeConfig({ h1: size, h2: most }) });
    const client = connectLive(server.url);
    const pushed: HallLive[] = [];
    client.on('hall', (live) => pushed.push(live));
    const first = await client.emitWithAck('watch', { halls: ['h1', 'h2'] });
    if (!first.ok || !('halls' in first)) throw new Error('watch failed');
    await fill(server, 'h1', size, 63);
    await fill(server, 'h2', most, 20);
    // Limits are passed within a minute, by those who wait and those who are yet to come: advice and alerts tell of both.
    await eventually(async () => ((await server.hall('h1')).alertsOpen ?? 0) > 20, { withinMs: 60_000 });
    await eventually(async () => ((await server.hall('h1')).advice?.length ?? 0) > 0, { withinMs: 60_000 });
    for (const hall of ['h1', 'h2']) {
      expect(await faultyAnswers(server, hall)).toEqual([]);
      const whole = await server.hall(hall);
      expect(whole.truncated).toBeNull();
      expect(bytesOf(whole)).toBeGreaterThan(100_000);
    }
    const again = await client.emitWithAck('watch', { halls: ['h1', 'h2'] });
    if (!again.ok || !('halls' in again)) throw new Error('watch failed');
    for (const live of [...first.halls, ...pushed, ...again.halls]) {
      expect(bytesOf(live)).toBeLessThanOrEqual(32_768);
      expect([...check.Errors(live)].slice(0, 2)).toEqual([]);
    }
    const [h1, h2] = again.halls;
    expect([h1?.services.length, h1?.terminals.length]).toEqual([20, 60]);
    expect(h1?.truncated).toMatchObject({ services: 0, terminals: 0, parts: expect.any(Number) });
    expect(h1?.truncated?.totals.terminals).toMatchObject({ wanted: 60 });
    expect(h2?.truncated?.terminals).toBeGreaterThan(50);
    expect(h2?.truncated?.totals.devices.terminal.all).toBe(200);
  });
});
