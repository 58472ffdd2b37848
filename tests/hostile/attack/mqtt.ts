// `mqtt`: the built-in broker under clients that send rubbish, take what there is, sleep, or pretend to be others.
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { topicOf } from '../../../server/contracts/topics.ts';
import type { Finding, HostileContext, HostilePart } from '../part.ts';
import { holds } from '../part.ts';
import { Dice } from './dice.ts';
import { each } from './each.ts';
import type { Observer } from './observe.ts';
import { bounded, observe, undisturbed, unharmed } from './observe.ts';
import { brokenPackets } from './odd-packets.ts';
import { connectPacket, greeted, packet, publishPacket, rawClient } from './raw-mqtt.ts';
import type { Victim } from './victim.ts';
import { startVictim } from './victim.ts';

const memory = { most: 700, growth: 250 };
const door = topicOf('wuhan', 'jiefang', 'jf-door-main', 'door');

interface Attack {
  victim: Victim;
  /** How many of `count` at this scale, at least one. */
  some(count: number): number;
}

/** Each resolves when all was sent, with connections that stay open for a while and are closed by the part. */
const attacks: Record<string, (attack: Attack) => Promise<Finding[]>> = {
  'random and truncated packets': randomPackets,
  'QoS 2 that is never finished': halfQos2,
  '10 MB messages': largeMessages,
  'packets that never end': endlessPackets,
  '10,000 retained topics': retainedTopics,
  'wildcard readers that sleep': sleepers,
  'stolen client ids': theft,
  'the broker’s own topics': ownTopics,
  'sessions left behind': leftSessions,
  'subscriptions without end': manySubscriptions,
  '1,000 connections, 1,000 more that say nothing': manyConnections,
};

export const mqttPart: HostilePart = {
  about: 'the built-in MQTT broker under rubbish, floods, sleepers and thieves',
  minutes: 3,
  run: (context) => runMqtt(context),
};

async function runMqtt({ say, scale }: HostileContext): Promise<Finding[]> {
  const victim = await startVictim();
  const observer = await observe(victim);
  const findings: Finding[] = [];
  const before = victim.memoryMiB().now;
  const some = (count: number) => Math.max(1, Math.round(count * scale));
  try {
    for (const [name, attack] of Object.entries(attacks)) {
      const began = performance.now();
      findings.push(...(await attack({ victim, some })), ...(await seenDuring(name, observer, victim)));
      const { now, most } = victim.memoryMiB();
      say(
        `  ${name}: ${Math.round(performance.now() - began)} ms, RSS ${now.toFixed(0)} MiB (most ${most.toFixed(0)})`,
      );
      if (!victim.isAlive()) break;
    }
    await pause(1_000);
    findings.push(...bounded('mqtt', victim, before, memory), ...unharmed('mqtt', victim));
  } finally {
    observer.end();
    await victim.end();
  }
  return findings;
}

async function seenDuring(name: string, observer: Observer, victim: Victim): Promise<Finding[]> {
  // Long enough that what was held up shows.
  await pause(500);
  if (!victim.isAlive()) return [holds(`${name}: the server lives`, false, victim.errors().slice(-8).join(' | '))];
  return [undisturbed(name, await observer.report())];
}

async function randomPackets({ victim, some }: Attack): Promise<Finding[]> {
  const dice = new Dice('mqtt');
  await each(some(6_000), 50, async (i) => {
    const client = await rawClient(victim.mqttPort);
    if (i % 4 !== 0) await client.send(connectPacket(`odd-${i}`));
    await client.send(brokenPackets(dice));
    await pause(2);
    client.close();
  });
  return [];
}

async function halfQos2({ victim, some }: Attack): Promise<Finding[]> {
  const payload = Buffer.alloc(60_000, 'x');
  await each(some(20), 20, async (i) => {
    const client = await greeted(victim.mqttPort, `half-${i}`);
    for (let messageId = 1; messageId <= 1_000 && client.isOpen(); messageId++)
      await client.send(publishPacket({ topic: `half/${i}`, payload, qos: 2, messageId }));
    client.close();
  });
  return [];
}

async function largeMessages({ victim, some }: Attack): Promise<Finding[]> {
  const payload = Buffer.alloc(10 * 2 ** 20, ' ');
  await each(some(40), 8, async (i) => {
    const client = await greeted(victim.mqttPort, `large-${i}`);
    await client.send(publishPacket({ topic: i % 2 ? door : `large/${i}`, payload, qos: 1 }));
    await pause(50);
    client.close();
  });
  return [];
}

/** Announces 256 MB, the most that MQTT can, or 15, and sends 8 of them. */
async function endlessPackets({ victim, some }: Attack): Promise<Finding[]> {
  const heads = [
    Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0x00, 0x03, 0x61, 0x2f, 0x62]),
    Buffer.from([0x30, 0x80, 0x80, 0xc0, 0x07, 0x00, 0x03, 0x61, 0x2f, 0x62]),
  ] as const;
  const piece = Buffer.alloc(64 * 1024);
  const clients = await Promise.all(
    Array.from({ length: some(100) }, (_, i) => greeted(victim.mqttPort, `endless-${i}`)),
  );
  await Promise.all(clients.map((client, i) => client.send(i % 4 === 0 ? heads[0] : heads[1])));
  for (let i = 0; i < 128; i++) await Promise.all(clients.map((client) => client.send(piece)));
  await pause(200);
  for (const client of clients) client.close();
  return [];
}

async function retainedTopics({ victim, some }: Attack): Promise<Finding[]> {
  const payload = Buffer.alloc(2_000, 'x');
  const client = await greeted(victim.mqttPort, 'keeper');
  for (let i = 0; i < some(10_000) && client.isOpen(); i++)
    await client.send(publishPacket({ topic: `kept/${i}`, payload, retain: true }));
  const large = Buffer.alloc(2 ** 20, 'x');
  for (let i = 0; i < some(200) && client.isOpen(); i++)
    await client.send(publishPacket({ topic: `large/${i}`, payload: large, retain: true }));
  const reader = await greeted(victim.mqttPort, 'reader');
  await reader.send(packet({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] }));
  await pause(1_000);
  client.close();
  reader.close();
  return [];
}

async function sleepers({ victim, some }: Attack): Promise<Finding[]> {
  const readers = await Promise.all(Array.from({ length: 10 }, (_, i) => greeted(victim.mqttPort, `sleeper-${i}`)));
  for (const { socket, send } of readers) {
    await send(packet({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 1 }] }));
    socket.pause();
  }
  const client = await greeted(victim.mqttPort, 'talker');
  const payload = Buffer.alloc(60_000, 'x');
  for (let i = 0; i < some(2_000) && client.isOpen(); i++)
    await client.send(publishPacket({ topic: `talk/${i}`, payload }));
  for (const reader of readers) reader.close();
  client.close();
  return [];
}

/** A device whose id is taken again and again: it comes back each time, and its messages with it. */
async function theft({ victim, some }: Attack): Promise<Finding[]> {
  const device = await connectAsync(victim.mqttUrl, { protocolVersion: 4, clientId: 'stolen-0', reconnectPeriod: 50 });
  device.on('error', () => {});
  const sent = Array.from({ length: 20 }, (_, i) =>
    device.publishAsync('stolen/device', String(i), { qos: 1 }).then(
      () => true,
      () => false,
    ),
  );
  await each(some(1_000), 20, async (i) => {
    const client = await greeted(victim.mqttPort, `stolen-${i % 3}`);
    await client.send(publishPacket({ topic: door, payload: '{}', qos: 1 }));
    if (i % 5 === 0) await pause(5);
    client.close();
  });
  const last = device.publishAsync('stolen/device', 'last', { qos: 1 }).then(() => true);
  const isThrough = await Promise.race([last, pause(10_000).then(() => false)]);
  const count = (await Promise.all(sent)).filter(Boolean).length;
  await device.endAsync(true);
  return [
    holds('stolen client ids: the device gets through', isThrough && count === 20, `${count} of 20, then ${isThrough}`),
  ];
}

/** Topics by which brokers of one cluster speak to each other: they end connections and fill a table of brokers. */
async function ownTopics({ victim, some }: Attack): Promise<Finding[]> {
  await each(some(2_000), 20, async (i) => {
    const client = await greeted(victim.mqttPort, `broker-${i}`);
    await client.send(publishPacket({ topic: `$SYS/other-${i}/new/clients`, payload: 'observer' }));
    await client.send(
      publishPacket({ topic: `$SYS/other-${i}/heartbeat`, payload: `broker-${i}-${'x'.repeat(2_000)}` }),
    );
    await client.send(publishPacket({ topic: `$SYS/other-${i}/birth`, payload: `broker-${i}` }));
    client.close();
  });
  return [];
}

async function leftSessions({ victim, some }: Attack): Promise<Finding[]> {
  await each(some(500), 20, async (i) => {
    const client = await greeted(victim.mqttPort, `left-${i}`, { clean: false });
    await client.send(packet({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'left/#', qos: 1 }] }));
    await pause(2);
    client.close();
  });
  const client = await greeted(victim.mqttPort, 'leaver');
  const payload = Buffer.alloc(2_000, 'x');
  for (let i = 0; i < some(2_000) && client.isOpen(); i++)
    await client.send(publishPacket({ topic: `left/${i}`, payload, qos: 1, messageId: 1 + (i % 60_000) }));
  client.close();
  return [];
}

async function manySubscriptions({ victim, some }: Attack): Promise<Finding[]> {
  const filters = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      topic: `${'+/'.repeat(i % 12)}${'x'.repeat(20)}${from + i}/#`,
      qos: 0 as const,
    }));
  await each(some(10), 10, async (i) => {
    const client = await greeted(victim.mqttPort, `subscriber-${i}`);
    for (let turn = 0; turn < 10 && client.isOpen(); turn++)
      await client.send(packet({ cmd: 'subscribe', messageId: turn + 1, subscriptions: filters(turn * 2_000, 2_000) }));
    await pause(500);
    client.close();
  });
  return [];
}

async function manyConnections({ victim, some }: Attack): Promise<Finding[]> {
  const count = some(1_000);
  const clients = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      await pause(Math.floor(i / 50) * 20);
      return [await greeted(victim.mqttPort, `many-${i}`, { keepalive: 0 }), await rawClient(victim.mqttPort)];
    }),
  );
  await pause(2_000);
  for (const client of clients.flat()) client.close();
  return [];
}
