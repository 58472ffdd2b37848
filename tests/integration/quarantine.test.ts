// What could not be read, from the broker to the list and back into the halls.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { publish, publisher } from '../support/publisher.ts';
import { quarantineOf, retryEntry } from '../support/quarantine.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const door = topicOf('wuhan', 'jiefang', 'jf-door-main', 'door');
const fresh = topicOf('wuhan', 'jiefang', 'jf-door-new', 'door');
const total = (seq: number, ins: number) => ({ ts: Date.now(), boot: 1, seq, in: ins, out: 0 });

/** A server on a config folder of its own. */
async function growingHall(env: Record<string, string> = {}) {
  const folder = await tempFolder();
  await cp('config', folder, { recursive: true });
  const server = await startServer({ HALLWATCH_CONFIG: folder, ...env });
  return { server, folder };
}

async function addDoor(server: TestServer, folder: string): Promise<void> {
  const file = join(folder, 'halls', 'jiefang.yaml');
  const text = await readFile(file, 'utf8');
  const added = 'doors:\n  - { id: jf-door-new, zone: waiting, name: { zh-CN: 新门, en: New door } }\n';
  await writeFile(file, text.replace('doors:\n', added));
  await eventually(() => server.hall('jiefang'), {
    accept: ({ devices }) => devices.some(({ id }) => id === 'jf-door-new'),
  });
}

describe('a message that could not be read', () => {
  it('is listed, tried again when its device is in the registry, and then in the hall, as old as it is', async () => {
    const { server, folder } = await growingHall();
    const device = await publisher(server.mqttUrl);
    const before = Date.now();
    await publish(device, fresh, total(1, 100));
    await publish(device, fresh, total(2, 105));
    const after = Date.now();
    const [entry, ...others] = await quarantineOf(server);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      reason: 'unknown-device',
      topic: fresh,
      hall: 'jiefang',
      device: 'jf-door-new',
      count: 2,
      kept: 2,
      retryable: true,
      sample: expect.stringContaining('"in":105'),
    });
    expect((await server.get('/readyz')).body).toMatchObject({
      degraded: ['quarantine: 2 messages of 1 device in the last hour could not be read: see /quarantine'],
    });

    await addDoor(server, folder);
    const retriedAt = Date.now();
    expect(await retryEntry(server, entry?.id ?? 0)).toEqual({ status: 200, body: { read: 2, refused: 0 } });
    expect(await quarantineOf(server)).toEqual([]);
    expect((await server.get('/readyz')).body).toMatchObject({ degraded: [] });
    const live = await server.hall('jiefang');
    expect(live.occupancy.enteredToday).toBe(5);
    const asOf = live.devices.find(({ id }) => id === 'jf-door-new')?.asOf ?? 0;
    expect(asOf).toBeGreaterThanOrEqual(before);
    expect(asOf).toBeLessThanOrEqual(after);
    expect(asOf).toBeLessThan(retriedAt);
    expect(await retryEntry(server, entry?.id ?? 0)).toMatchObject({ status: 404, body: { code: 'unknown-entry' } });
  });

  it('stays when it is refused again, counted once, and moves when it is refused for another reason', async () => {
    const { server, folder } = await growingHall();
    const device = await publisher(server.mqttUrl);
    await publish(device, fresh, '{"half":');
    const [entry] = await quarantineOf(server);
    const line = 'hallwatch_refusals_total{reason="unknown-device"}';
    for (let tries = 0; tries < 2; tries++) {
      expect((await retryEntry(server, entry?.id ?? 0)).body).toEqual({ read: 0, refused: 1 });
      expect(await quarantineOf(server)).toEqual([entry]);
    }
    expect(await server.metric(line)).toBe(1);
    await addDoor(server, folder);
    expect((await retryEntry(server, entry?.id ?? 0)).body).toEqual({ read: 0, refused: 1 });
    const { lastSeen } = entry ?? {};
    expect(await quarantineOf(server)).toMatchObject([{ reason: 'malformed-json', count: 1, kept: 1, lastSeen }]);
  });

  it('is tried once by however many ask at a time, and all of them are answered', async () => {
    const { server, folder } = await growingHall();
    const device = await publisher(server.mqttUrl);
    for (let seq = 1; seq <= 50; seq++) await publish(device, fresh, total(seq, seq));
    const [entry] = await quarantineOf(server);
    await addDoor(server, folder);
    const answers = await Promise.all(Array.from({ length: 8 }, () => retryEntry(server, entry?.id ?? 0)));
    const read = answers.filter(({ status }) => status === 200);
    expect(read.length).toBeGreaterThan(0);
    for (const { body } of read) expect(body).toEqual({ read: 50, refused: 0 });
    for (const { status } of answers) expect([200, 404]).toContain(status);
    expect(await server.metric('hallwatch_readings_total{kind="door"}')).toBe(50);
    expect((await server.hall('jiefang')).occupancy.enteredToday).toBe(49);
  });

  it('is neither lost nor counted twice by a restart, before and after it was read', async () => {
    const env = { HALLWATCH_DATA: await tempFolder() };
    const { server, folder } = await growingHall(env);
    const device = await publisher(server.mqttUrl);
    await publish(device, fresh, total(1, 0));
    await publish(device, fresh, total(2, 7));
    const before = await quarantineOf(server);
    await server.close();
    const second = await startServer({ ...env, HALLWATCH_CONFIG: folder });
    await eventually(async () => (await second.get('/readyz')).status === 200);
    expect(await quarantineOf(second)).toEqual(before);
    await addDoor(second, folder);
    expect((await retryEntry(second, before[0]?.id ?? 0)).body).toEqual({ read: 2, refused: 0 });
    await second.close();
    const third = await startServer({ ...env, HALLWATCH_CONFIG: folder });
    await eventually(async () => (await third.get('/readyz')).status === 200);
    expect(await quarantineOf(third)).toEqual([]);
    expect((await third.hall('jiefang')).occupancy.enteredToday).toBe(7);
  });

  it('of more than 64 KB is shown by length, hash and beginning, and can’t be tried again', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    await publish(device, door, Buffer.alloc(65_537, 'x'));
    const [entry] = await quarantineOf(server);
    expect(entry).toMatchObject({ reason: 'too-large', retryable: false, device: 'jf-door-main' });
    expect(entry?.sample).toMatch(/^bytes: 65537\nsha256: [0-9a-f]{64}\nbeginning: xxx/);
    expect(await retryEntry(server, entry?.id ?? 0)).toMatchObject({ status: 409, body: { code: 'not-retryable' } });
  });
});

describe('/api/quarantine', () => {
  it('filters, the latest seen first, and makes JSON of anything that was sent', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    await publish(device, door, Buffer.from([0x7b, 0xff, 0x22, 0x00]));
    await publish(device, 'hallwatch/v1/<script>alert(1)</script>"\u{1f6aa}', '"</script>');
    await publish(device, topicOf('wuhan', 'nowhere', 'nobody', 'door'), total(1, 1));
    await publish(device, `${fresh}s`, total(1, 1));
    const [latest] = await quarantineOf(server, '?reason=unknown-channel');
    expect(latest).toMatchObject({ hall: 'jiefang', device: 'jf-door-new' });
    const topics = async (query: string) => (await quarantineOf(server, query)).map(({ reason }) => reason);
    expect(await topics('')).toEqual(['unknown-channel', 'unknown-hall', 'bad-topic', 'malformed-json']);
    expect(await topics('?limit=1')).toEqual(['unknown-channel']);
    expect(await topics('?hall=jiefang')).toEqual(['unknown-channel', 'malformed-json']);
    expect(await topics('?device=nobody&hall=nowhere')).toEqual(['unknown-hall']);
    expect(await topics('?reason=bad-topic')).toEqual(['bad-topic']);
    expect((await quarantineOf(server, '?reason=malformed-json'))[0]?.sample).toBe('{\\xff"\\u{0}');
    expect((await quarantineOf(server, '?reason=bad-topic'))[0]).toMatchObject({ hall: null, device: null });
  });

  it.each([
    'limit=0',
    'limit=2001',
    'limit=many',
    'reason=ugly',
    'hall=UPPER',
    'device=a/b',
    'hal=jiefang',
    'hall=a&hall=b',
  ])('answers ?%s with bad-request', async (query) => {
    const server = await startServer();
    const answer = await server.get(`/api/quarantine?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request', fix: expect.any(String) } });
  });

  it('changes nothing by GET, and takes a retry of our own pages and scripts only', async () => {
    const server = await startServer();
    const device = await publisher(server.mqttUrl);
    await publish(device, fresh, total(1, 1));
    const before = await quarantineOf(server);
    const id = before[0]?.id ?? 0;
    const json = { 'content-type': 'application/json' };
    expect((await server.get(`/api/quarantine/${id}/retry`)).status).toBe(404);
    expect((await retryEntry(server, id, { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await retryEntry(server, id, { body: 'a=b' })).status).toBe(415);
    expect((await retryEntry(server, id, { body: '{', headers: json })).status).toBe(400);
    expect(await quarantineOf(server)).toEqual(before);
    expect((await retryEntry(server, id, { body: '{}', headers: json })).status).toBe(200);
    expect((await retryEntry(server, id)).status).toBe(200);
    expect((await retryEntry(server, 'x')).status).toBe(400);
    expect((await retryEntry(server, 0)).status).toBe(400);
    expect((await retryEntry(server, 999_999)).status).toBe(404);
  });
});
