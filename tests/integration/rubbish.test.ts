// Whatever a device or a stranger sends: refused or noted by reason, and nothing else disturbed.
import { describe, expect, it } from 'vitest';
import { topicOf } from '../../server/contracts/topics.ts';
import { eventually } from '../support/eventually.ts';
import { publish, publisher } from '../support/publisher.ts';
import { startServer } from '../support/server.ts';

const door = topicOf('wuhan', 'jiefang', 'jf-door-main', 'door');
const queue = topicOf('wuhan', 'jiefang', 'jf-queue', 'queue');
const good = (seq: number, ins: number) => ({ ts: Date.now(), boot: 1, seq, in: ins, out: 0 });

const refused: { name: string; reason: string; topic: string; payload: string | Buffer | object }[] = [
  { name: 'malformed JSON', reason: 'malformed-json', topic: door, payload: '{"boot":1,' },
  { name: 'bytes that are not UTF-8', reason: 'malformed-json', topic: door, payload: Buffer.from([0xff, 0xfe, 0x00]) },
  { name: 'an empty payload', reason: 'malformed-json', topic: door, payload: '' },
  { name: 'wrong types', reason: 'wrong-type', topic: door, payload: { boot: 1, seq: 7, in: 'five', out: 0 } },
  { name: 'a negative total', reason: 'wrong-type', topic: door, payload: { boot: 1, seq: 7, in: -5, out: 0 } },
  { name: 'no seq', reason: 'wrong-type', topic: door, payload: { boot: 1, in: 5, out: 0 } },
  { name: 'JSON that is no object', reason: 'wrong-type', topic: door, payload: '[[[]]]' },
  {
    name: 'an event nobody knows',
    reason: 'wrong-type',
    topic: queue,
    payload: { boot: 1, seq: 1, event: 'exploded', ticket: 'A1' },
  },
  {
    name: 'a million-long ticket number',
    reason: 'too-large',
    topic: queue,
    payload: { boot: 1, seq: 1, event: 'issued', ticket: 'A'.repeat(1_000_000) },
  },
  {
    name: 'a long ticket number',
    reason: 'wrong-type',
    topic: queue,
    payload: { boot: 1, seq: 1, event: 'issued', ticket: 'A'.repeat(60_000) },
  },
  { name: '1 MB', reason: 'too-large', topic: door, payload: Buffer.alloc(1_000_000, 0x20) },
  {
    name: 'an unknown hall',
    reason: 'unknown-hall',
    topic: topicOf('wuhan', 'nowhere', 'x-door', 'door'),
    payload: good(1, 1),
  },
  {
    name: 'an unknown device',
    reason: 'unknown-device',
    topic: topicOf('wuhan', 'jiefang', 'x-door', 'door'),
    payload: good(1, 1),
  },
  {
    name: 'the wrong region',
    reason: 'wrong-place',
    topic: topicOf('beijing', 'jiefang', 'jf-door-main', 'door'),
    payload: good(1, 1),
  },
  {
    name: 'the wrong hall',
    reason: 'wrong-place',
    topic: topicOf('wuhan', 'guanggu', 'jf-door-main', 'door'),
    payload: good(1, 1),
  },
  {
    name: 'a door that speaks of tickets',
    reason: 'wrong-kind',
    topic: topicOf('wuhan', 'jiefang', 'jf-door-main', 'queue'),
    payload: good(1, 1),
  },
  { name: 'too many levels', reason: 'bad-topic', topic: `${door}/more/and/more`, payload: good(1, 1) },
  { name: 'too few levels', reason: 'bad-topic', topic: 'hallwatch/v1/wuhan/jiefang', payload: good(1, 1) },
  {
    name: 'an id that is none',
    reason: 'bad-topic',
    topic: 'hallwatch/v1/wuhan/jiefang/JF DOOR/door',
    payload: good(1, 1),
  },
  {
    name: 'an unknown channel',
    reason: 'unknown-channel',
    topic: 'hallwatch/v1/wuhan/jiefang/jf-door-main/doors',
    payload: good(1, 1),
  },
  {
    name: 'a simulated device in a real folder',
    reason: 'wrong-folder',
    topic: topicOf('wuhan', 'qingshan', 'qs-door', 'status'),
    payload: { boot: 1, conn: 1, online: true, simulated: true },
  },
];

describe('bad messages', () => {
  it.each(refused)('refuses $name as $reason and goes on', async ({ reason, topic, payload }) => {
    const server = await startServer();
    const client = await publisher(server.mqttUrl);
    await publish(client, door, good(1, 0));
    await publish(client, topic, payload);
    await publish(client, door, good(2, 3));
    expect(await server.metric(`hallwatch_refusals_total{reason="${reason}"}`)).toBe(1);
    expect((await server.hall('jiefang')).occupancy.enteredToday).toBe(3);
    expect((await server.get('/readyz')).status).toBe(200);
  });

  it('drops a client with far too many levels, and only that one', async () => {
    const server = await startServer();
    const bad = await publisher(server.mqttUrl, { reconnectPeriod: 0 });
    const client = await publisher(server.mqttUrl);
    bad.publish(`${door}${'/x'.repeat(400)}`, 'x', { qos: 1 });
    await publish(client, door, good(1, 0));
    await publish(client, door, good(2, 2));
    expect((await server.hall('jiefang')).occupancy.enteredToday).toBe(2);
  });

  it('notes a seq that goes backwards, a clock a year off either way and unknown services, and counts them all', async () => {
    const server = await startServer();
    const client = await publisher(server.mqttUrl);
    const year = 365 * 86_400_000;
    await publish(client, door, good(1, 0));
    await publish(client, door, good(5, 9));
    await publish(client, door, { ...good(3, 4), ts: Date.now() - 60_000 });
    await publish(client, door, { ...good(6, 11), ts: Date.now() + year });
    await publish(client, door, { ...good(7, 12), ts: Date.now() - year });
    await publish(client, queue, { ts: Date.now(), boot: 1, seq: 1, event: 'issued', ticket: 'Z1', service: 'loans' });
    expect(await server.metric('hallwatch_notes_total{note="late-seq"}')).toBe(1);
    expect(await server.metric('hallwatch_notes_total{note="clock-ahead"}')).toBe(1);
    expect(await server.metric('hallwatch_notes_total{note="late"}')).toBe(1);
    expect(await server.metric('hallwatch_notes_total{note="unknown-service"}')).toBe(1);
    const live = await server.hall('jiefang');
    // The one from a year ago belongs to a day a year ago (T1, D3).
    expect(live.occupancy.enteredToday).toBe(11);
    expect(live.queue.issuedToday).toBe(1);
  });

  it('goes on for everybody while a subscriber doesn’t read', async () => {
    const server = await startServer();
    const sleeper = await publisher(server.mqttUrl, { reconnectPeriod: 0 });
    await sleeper.subscribeAsync('#', { qos: 0 });
    sleeper.stream.pause();
    const client = await publisher(server.mqttUrl);
    const filler = 'x'.repeat(60_000);
    const sent = Array.from({ length: 400 }, (_, i) =>
      client.publishAsync(door, JSON.stringify({ ...good(i + 1, i), filler }), { qos: 1 }),
    );
    await Promise.all(sent);
    await eventually(() => server.hall('jiefang'), { accept: (live) => live.occupancy.enteredToday === 399 });
  });

  it('takes a burst of 10,000 and is exact', async () => {
    const server = await startServer();
    const client = await publisher(server.mqttUrl);
    const sent = Array.from({ length: 10_000 }, (_, i) =>
      client.publishAsync(door, JSON.stringify(good(i + 1, i)), { qos: 1 }),
    );
    await Promise.all(sent);
    const live = await eventually(() => server.hall('jiefang'), {
      accept: (one) => one.occupancy.enteredToday === 9_999,
    });
    expect(live.occupancy.leftToday).toBe(0);
    expect(await server.metric('hallwatch_readings_total{kind="door"}')).toBe(10_000);
  });
});
