// What the others see while a server is attacked, measured in a process of its own, so that an attacker's busy loop isn't taken
// for the server's: a device that publishes, a wall that watches its hall, a reader over HTTP. Told by its parent what to watch.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { io } from 'socket.io-client';
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import { topicOf } from '../../../server/contracts/topics.ts';
import type { Observed } from './observe.ts';

const [url = '', mqttUrl = ''] = process.argv.slice(2);
const everyMs = 250;
const hall = 'qingshan';
const topic = topicOf('wuhan', hall, 'qs-door', 'door');

const none = (): Observed => ({ puback: 0, http: 0, wall: 0, pulse: 0, disconnects: 0, samples: 0, failed: 0, own: 0 });
let seen = none();
const ownDelay = monitorEventLoopDelay({ resolution: 10 });
ownDelay.enable();
const note = (what: 'puback' | 'http' | 'wall' | 'pulse', ms: number) => {
  seen[what] = Math.max(seen[what], ms);
};

const screen = io(`${url}/live`, { transports: ['websocket'], forceNew: true, reconnectionDelay: 100 });
let pulseAt = performance.now();
screen.on('pulse', () => {
  note('pulse', performance.now() - pulseAt);
  pulseAt = performance.now();
});
/** What is awaited now, by when it was asked. */
const awaited = { puback: new Set<number>(), http: new Set<number>() };
/** When the message that brings so many in was published. */
const sentAt = new Map<number, number>();
screen.on('hall', (live: HallLive) => {
  const entered = live.occupancy.enteredToday ?? 0;
  for (const [count, at] of sentAt) {
    if (count > entered) continue;
    note('wall', performance.now() - at);
    sentAt.delete(count);
  }
});
screen.on('connect', () => screen.emit('watch', { halls: [hall] }, () => {}));
screen.on('disconnect', () => {
  seen.disconnects++;
});

async function publish(): Promise<void> {
  const client = await connectAsync(mqttUrl, { protocolVersion: 4, clientId: 'observer', reconnectPeriod: 100 });
  client.on('error', () => {});
  client.on('close', () => {
    seen.disconnects++;
  });
  for (let seq = 1; ; seq++) {
    const began = performance.now();
    if (seq > 1) sentAt.set(seq - 1, began);
    const body = JSON.stringify({ ts: Date.now(), boot: 1, seq, in: seq, out: 0 });
    awaited.puback.add(began);
    client.publish(topic, body, { qos: 1 }, () => {
      awaited.puback.delete(began);
      note('puback', performance.now() - began);
      seen.samples++;
    });
    await pause(everyMs);
  }
}

async function read(): Promise<void> {
  for (; ; await pause(everyMs)) {
    const began = performance.now();
    awaited.http.add(began);
    const answer = await fetch(`${url}/api/halls/${hall}`).catch(() => null);
    if (answer?.status !== 200) seen.failed++;
    await answer?.arrayBuffer();
    awaited.http.delete(began);
    note('http', performance.now() - began);
  }
}

process.on('message', () => {
  const now = performance.now();
  // What is still awaited counts with its age: the worst would else be left out.
  note('pulse', now - pulseAt);
  for (const at of sentAt.values()) note('wall', now - at);
  for (const what of ['puback', 'http'] as const) for (const at of awaited[what]) note(what, now - at);
  process.send?.({ ...seen, own: ownDelay.max / 1e6 });
  ownDelay.reset();
  seen = none();
});
process.on('disconnect', () => process.exit(0));
publish().catch(() => process.exit(1));
read().catch(() => process.exit(1));
