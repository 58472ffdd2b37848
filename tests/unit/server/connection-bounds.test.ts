// What connections can make this process hold: judged by their framing, their bytes and their number.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import fc from 'fast-check';
import type { FastifyReply } from 'fastify';
import Fastify from 'fastify';
import { generate } from 'mqtt-packet';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BoundsReached } from '../../../server/bounds.ts';
import type { Halls } from '../../../server/hall/halls.ts';
import { HeldBytes } from '../../../server/held-bytes.ts';
import { nextTurn } from '../../../server/history/breath.ts';
import { Slots } from '../../../server/http/asking/slots.ts';
import { boundAnswers, guardConnections } from '../../../server/http/connections.ts';
import { BrokerMemory } from '../../../server/ingest/broker-memory.ts';
import { startEmbeddedBroker } from '../../../server/ingest/embedded-broker.ts';
import { PacketMeter } from '../../../server/ingest/packet-meter.ts';
import { Subscriptions } from '../../../server/ingest/subscriptions.ts';
import { matchesFilter } from '../../../server/ingest/topic-filter.ts';
import { listen } from '../../../server/listen.ts';
import { LiveViews } from '../../../server/push/live-views.ts';
import { SocketHub } from '../../../server/push/socket-hub.ts';
import { WatchBudget } from '../../../server/push/watch-budget.ts';
import { eventually } from '../../support/eventually.ts';

const log = pino({ level: 'silent' });
const loopback = { host: '127.0.0.1', port: 0 };

describe('the framing of MQTT', () => {
  const limits = { connect: 100, publish: 5_000, other: 300 };
  const publish = (size: number) =>
    generate({ cmd: 'publish', topic: 'a', payload: 'x'.repeat(size), qos: 0, dup: false, retain: false });

  it('is read alike however the bytes are cut', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        sizes,
        fc.nat(),
        fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 40 }),
        (list, cutAt, cuts) => {
          const bytes = Buffer.concat([...list.map(publish), publish(1_000)]);
          const last = bytes.length - publish(1_000).length;
          const cut = bytes.subarray(0, last + (cutAt % publish(1_000).length));
          const meter = new PacketMeter(limits);
          for (let at = 0, i = 0; at < cut.length; i++) {
            const end = at + (cuts[i % Math.max(1, cuts.length)] ?? cut.length);
            expect(meter.take(cut.subarray(at, end))).toBe(true);
            at = end;
          }
          // Three bytes before the body: the type, and a length of two.
          expect(meter.held).toBe(Math.max(0, cut.length - last - 3));
        },
      ),
    );
  });

  it.each([
    { name: 'a PUBLISH', bytes: [0x30, 0x89, 0x27], isTaken: false },
    { name: 'a PUBLISH of just the most', bytes: [0x30, 0x88, 0x27], isTaken: true },
    { name: 'a CONNECT', bytes: [0x10, 0x65], isTaken: false },
    { name: 'a SUBSCRIBE', bytes: [0x82, 0xad, 0x02], isTaken: false },
    { name: '256 MB', bytes: [0x30, 0xff, 0xff, 0xff, 0x7f], isTaken: false },
    { name: 'a length that never ends', bytes: [0x30, 0xff, 0xff, 0xff, 0xff], isTaken: false },
  ])('judges $name by its first bytes', ({ bytes, isTaken }) => {
    expect(new PacketMeter(limits).take(Buffer.from(bytes))).toBe(isTaken);
    // One by one, too.
    const meter = new PacketMeter(limits);
    expect(bytes.every((byte) => meter.take(Buffer.from([byte])))).toBe(isTaken);
  });
});

it('bytes that are held never exceed their bound, and whoever holds most gives way', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 60 })), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (list) => {
      const model = new Map<number, number>();
      const held = new HeldBytes<number>({
        most: 100,
        drop: (key) => {
          expect(model.get(key)).toBe(Math.max(...model.values()));
          model.delete(key);
        },
      });
      for (const [key, bytes] of list) {
        model.set(key, bytes);
        held.set(key, bytes);
        expect(held.total).toBeLessThanOrEqual(100);
        expect(held.total).toBe([...model.values()].reduce((a, b) => a + b, 0));
      }
    }),
  );
});

it.each([
  ['a/b', 'a/b', true],
  ['a/b', 'a/c', false],
  ['a/+', 'a/b', true],
  ['a/+', 'a', false],
  ['a/+', 'a/b/c', false],
  ['+/b', '/b', true],
  ['#', 'a/b', true],
  ['#', '$SYS/a', false],
  ['+/a', '$SYS/a', false],
  ['$SYS/#', '$SYS/a', true],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['a/b/#', 'a', false],
  ['a//b', 'a//b', true],
])('the filter %s and the topic %s: %s', (filter, topic, isMatch) => {
  expect(matchesFilter(filter, topic)).toBe(isMatch);
});

describe('what the built-in broker remembers', () => {
  const packet = (topic: string, size = 1) => ({ topic, payload: Buffer.alloc(size, 'x') });
  const topicsOf = async (memory: BrokerMemory, ...filters: string[]) => {
    const found: unknown[] = await memory.createRetainedStreamCombi(filters).toArray();
    return found.map((one) => (one as { topic: string }).topic);
  };

  it('keeps 10,000 retained topics and 4 MB, those written last, and nothing over 64 KB', async () => {
    const bounds = new BoundsReached(log);
    const memory = new BrokerMemory(bounds);
    for (let i = 0; i < 10_000; i++) await memory.storeRetained(packet(`t/${i}`));
    await memory.storeRetained(packet('t/0'));
    expect(bounds.counts.get('mqtt-retained')).toBeUndefined();
    await memory.storeRetained(packet('t/new'));
    expect(await topicsOf(memory, 't/0', 't/1', 't/2', 't/new')).toEqual(['t/0', 't/2', 't/new']);
    for (let i = 0; i < 200; i++) await memory.storeRetained(packet(`large/${i}`, 60_000));
    expect(memory.retained.bytes).toBeLessThanOrEqual(4 * 2 ** 20);
    expect((await topicsOf(memory, 'large/#')).at(-1)).toBe('large/199');
    await memory.storeRetained(packet('large/199', 65_537));
    expect(await topicsOf(memory, 'large/199')).toEqual([]);
    expect(bounds.counts.get('mqtt-retained')).toBeGreaterThan(1);
    await memory.storeRetained(packet('large/198', 0));
    expect(await topicsOf(memory, 'large/198')).toEqual([]);
  });

  it('knows which QoS 2 messages are under way, and forgets them with their client', async () => {
    const memory = new BrokerMemory(new BoundsReached(log));
    const [client, message] = [{ id: 'a' }, { ...packet('t'), messageId: 7 }];
    await expect(memory.incomingGetPacket(client, message)).rejects.toThrow();
    await memory.incomingStorePacket(client, message);
    expect(await memory.incomingGetPacket(client, message)).toEqual({ messageId: 7 });
    await memory.incomingDelPacket(client, message);
    await expect(memory.incomingDelPacket(client, message)).rejects.toThrow();
    await memory.incomingStorePacket(client, message);
    await memory.cleanIncoming(client);
    await expect(memory.incomingGetPacket(client, message)).rejects.toThrow();
  });

  it('lets a client have 64 filters and all together 20,000', () => {
    const bounds = new BoundsReached(log);
    const subscriptions = new Subscriptions<object>(bounds);
    const clients = Array.from({ length: 400 }, () => ({}));
    const granted = clients.map((client) =>
      Array.from({ length: 70 }, (_, i) => subscriptions.add(client, `t/${i}`)).filter(Boolean),
    );
    expect(granted[0]?.length).toBe(64);
    expect(granted.flat().length).toBe(20_000);
    expect(subscriptions.add({}, 't')).toBe(false);
    subscriptions.remove(clients[0] ?? {}, ['t/0', 't/1', 'unknown']);
    expect(subscriptions.add(clients[0] ?? {}, 't/0')).toBe(true);
    subscriptions.forget(clients[1] ?? {});
    expect(subscriptions.add({}, 't')).toBe(true);
    expect(subscriptions.add({}, 't'.repeat(513))).toBe(false);
    expect(bounds.counts.get('mqtt-subscriptions')).toBeGreaterThan(0);
  });

  it('takes so many connections, and drops the next', async () => {
    const bounds = new BoundsReached(log);
    const clock = { now: () => 0 };
    const parts = { address: loopback, clock, log, accept: () => {}, ignored: () => {}, bounds, connections: 2 };
    const broker = await startEmbeddedBroker(parts as unknown as Parameters<typeof startEmbeddedBroker>[0]);
    onTestFinished(() => broker.close());
    const port = Number(new URL(broker.address).port);
    const open = Array.from({ length: 3 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    onTestFinished(() => {
      for (const socket of open) socket.destroy();
    });
    await eventually(() => bounds.counts.get('mqtt-connections') === 1);
  });
});

describe('screens', () => {
  it('are answered 20 times at once and 5 times a second, then refused, and at last dropped', () => {
    const budget = new WatchBudget(0);
    const take = (count: number, at: number) => Array.from({ length: count }, () => budget.take(at));
    expect(new Set(take(20, 0))).toEqual(new Set(['answer']));
    expect(new Set(take(200, 0))).toEqual(new Set(['refuse']));
    expect(budget.take(0)).toBe('drop');
    expect(take(6, 1_000)).toEqual(['answer', 'answer', 'answer', 'answer', 'answer', 'refuse']);
    // One that is answered now and then is refused no less in between.
    const patient = new WatchBudget(0);
    const weights = Array.from({ length: 2_000 }, (_, i) => patient.take(i * 20));
    expect(weights).toContain('drop');
  });

  it('are shown a view that was built for another, unless the hall changed', () => {
    let built = 0;
    const halls = { live: () => ({ live: { rev: ++built }, nextChangeAt: 10_000 }) };
    const views = new LiveViews(halls as unknown as Halls);
    expect([views.get('a', 0), views.get('a', 249), views.get('a', 250)].map((view) => view?.live.rev)).toEqual([
      1, 1, 2,
    ]);
    views.forget('a');
    expect(views.get('a', 251)?.live.rev).toBe(3);
    expect(views.get('a', 9_999)?.live.rev).toBe(4);
    expect(views.get('a', 10_000)?.live.rev).toBe(5);
    expect(views.get('b', 10_000)?.live.rev).toBe(6);
  });

  it('are so many, and the next is told so', async () => {
    const http = createServer();
    const bounds = new BoundsReached(log);
    const parts = {
      http,
      clock: { now: Date.now },
      halls: { rev: 0 },
      ingest: () => ({ state: 'ok' }),
      gate: () => {},
      bounds,
    };
    const hub = new SocketHub({ ...parts, mostScreens: 2 } as unknown as ConstructorParameters<typeof SocketHub>[0]);
    const port = await listen(http, loopback, 'the test');
    onTestFinished(() => hub.close());
    const ask = async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
      onTestFinished(() => socket.close());
      return new Promise((resolve) => {
        socket.onopen = () => resolve('in');
        socket.onerror = () => resolve('refused');
      });
    };
    expect([await ask(), await ask(), await ask()]).toEqual(['in', 'in', 'refused']);
    expect(bounds.counts.get('screens')).toBe(1);
  });
});

describe('HTTP', () => {
  async function guarded(answer: Buffer) {
    const server = createServer((_request, response) => response.end(answer));
    const bounds = new BoundsReached(log);
    guardConnections(server, bounds);
    const port = await listen(server, loopback, 'the test');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const open = () => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      onTestFinished(() => {
        socket.destroy();
      });
      return socket;
    };
    return { server, bounds, open };
  }

  it('drops a new connection when there are too many', async () => {
    const { server, bounds, open } = await guarded(Buffer.from('x'));
    expect(server.maxConnections).toBe(4_096);
    server.maxConnections = 1;
    open();
    open();
    await eventually(() => bounds.counts.get('http-connections') === 1);
  });

  it('drops the largest of answers that nobody reads, when they are too much together', async () => {
    const bounds = new BoundsReached(log);
    const app = Fastify();
    boundAnswers(app, bounds);
    app.get('/:mib', ({ params }) => 'x'.repeat(Number((params as { mib: string }).mib) * 2 ** 20));
    await app.listen({ ...loopback });
    onTestFinished(() => {
      app.server.closeAllConnections();
      return app.close();
    });
    const { port } = app.server.address() as AddressInfo;
    const ask = async (mib: number) => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      onTestFinished(() => {
        socket.destroy();
      });
      socket.write(`GET /${mib} HTTP/1.1\r\nHost: a\r\n\r\n`);
      // Its head is here, and the rest stays where it is.
      await once(socket, 'readable');
      return socket;
    };
    const sleepers = [await ask(20), await ask(30)];
    expect(bounds.counts.get('http-unread')).toBeUndefined();
    sleepers.push(await ask(25));
    await eventually(() => bounds.counts.get('http-unread') === 1);
    // What was read is not counted any more.
    sleepers[0]?.resume();
    const answer = await fetch(`http://127.0.0.1:${port}/10`);
    expect((await answer.text()).length).toBe(10 * 2 ** 20);
  });
});

describe('questions to history', () => {
  const pending = () => Promise.withResolvers<void>();

  it('are worked on so many at once, wait in line, and are refused beyond', async () => {
    const bounds = new BoundsReached(log);
    const slots = new Slots({ atOnce: 2, waiting: 1 }, bounds);
    const [first, second] = [pending(), pending()];
    const began: string[] = [];
    const ask = (name: string, until: Promise<void>) =>
      slots.run(async () => {
        began.push(name);
        await until;
      });
    const all = [ask('a', first.promise), ask('b', second.promise), ask('c', second.promise)];
    await expect(slots.run(async () => {})).rejects.toMatchObject({ code: 'history-busy', status: 503 });
    await eventually(() => began.join() === 'a,b');
    first.resolve();
    await all[0];
    await eventually(() => began.length === 3);
    second.resolve();
    await Promise.all(all);
    await slots.run(async () => {});
    expect(bounds.counts.get('history-questions')).toBe(1);
  });

  it('that wait for too long are refused after all', async () => {
    const slots = new Slots({ atOnce: 1, waiting: 5, waitMs: 20 }, new BoundsReached(log));
    const first = pending();
    const work = slots.run(() => first.promise);
    await expect(slots.run(async () => {})).rejects.toMatchObject({ code: 'history-busy' });
    first.resolve();
    await work;
    await slots.run(async () => {});
  });

  it('that fail, and readers that go away, free their slot', async () => {
    const slots = new Slots({ atOnce: 1, waiting: 1 }, new BoundsReached(log));
    await expect(slots.run(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    const raw = Object.assign(new EventTarget(), {
      destroyed: false,
      once: (_: string, gone: () => void) => (raw.gone = gone),
      gone: () => {},
    });
    const reply = { raw } as unknown as FastifyReply;
    await slots.hold(reply);
    const next = slots.run(async () => 'answered');
    raw.gone();
    expect(await next).toBe('answered');
    await slots.hold({ raw: { destroyed: true } } as unknown as FastifyReply);
    expect(await slots.run(async () => 'answered')).toBe('answered');
  });

  it('pause one a turn, however many there are', async () => {
    const turns: number[] = [];
    let turn = 0;
    const counting = setInterval(() => {}, 1_000);
    const count = () => {
      turn++;
      if (turns.length < 20) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(Array.from({ length: 20 }, () => nextTurn().then(() => turns.push(turn))));
    clearInterval(counting);
    expect(new Set(turns).size).toBeGreaterThanOrEqual(19);
  });
});
