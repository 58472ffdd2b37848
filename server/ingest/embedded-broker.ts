// The broker inside Hallwatch, for demos and small installations: MQTT 3.1.1, no client in between (J1). Everything that clients can
// make it hold is bounded: docs/limits.md.

import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Client, PublishPacket } from 'aedes';
import { Aedes } from 'aedes';
import type { BoundsReached } from '../bounds.ts';
import type { Clock } from '../clock.ts';
import { serverChannels, topicRoot } from '../contracts/names.ts';
import type { Address } from '../listen.ts';
import { closeServer, listen } from '../listen.ts';
import type { Logger } from '../log.ts';
import { BrokerMemory } from './broker-memory.ts';
import { ConnectionGuard } from './connection-guard.ts';
import type { IgnoredReason } from './ignored.ts';
import type { Accept } from './message.ts';
import type { Source } from './source.ts';
import { Subscriptions } from './subscriptions.ts';

interface Parts {
  address: Address;
  clock: Clock;
  log: Logger;
  accept: Accept;
  ignored: (reason: IgnoredReason) => void;
  bounds: BoundsReached;
  /** Connections at once. */
  connections?: number;
}

const usualConnections = 4_096;
const connectWithinMs = 10_000;
const longestClientId = 256;
const mostTopicLevels = 16;
/** Messages of QoS 2 that a client may leave unfinished. */
const mostHalfSent = 1_000;
const ours = new Set<string>(serverChannels);

/** Starts the broker; a publisher's PUBACK leaves only after `accept` says that its message is kept. */
export async function startEmbeddedBroker({
  address,
  clock,
  log,
  accept,
  ignored,
  bounds,
  connections = usualConnections,
}: Parts): Promise<Source> {
  const subscriptions = new Subscriptions<Client>(bounds);
  const guard = new ConnectionGuard(bounds);
  const broker = await Aedes.createBroker({
    persistence: new BrokerMemory(bounds),
    connectTimeout: connectWithinMs,
    maxTopicLevels: mostTopicLevels,
    maxInflightInbound: mostHalfSent,
    preConnect(_client, packet, done) {
      if (packet.clientId.length > longestClientId) return done(new Error('client id too long'), false);
      // A session that outlives its connection would gather messages for who may never come back.
      packet.clean = true;
      done(null, true);
    },
    authorizeSubscribe: (client, subscription, done) =>
      done(null, subscriptions.add(client, subscription.topic) ? subscription : null),
    authorizePublish(_client, packet, done) {
      // By these brokers of a cluster speak to each other, and end each other's clients.
      if (packet.topic.startsWith('$')) return done(new Error('topics that begin with $ are the broker’s own'));
      if (!isForUs(packet)) return done(null);
      // Whoever clears a topic says nothing.
      if (packet.retain && packet.payload.length === 0) {
        ignored('empty');
        return done(null);
      }
      const message = {
        topic: packet.topic,
        payload: bytesOf(packet),
        receivedAt: clock.now(),
        // A live status is handed over with `retain` set; nothing retained is ever delivered to us here.
        live: true,
        caughtUp: true,
      };
      accept(message, (error) => done(error));
    },
  });
  let isEnding = false;
  // What a client does wrong ends that client; the broker goes on. At our own end all of them are cut off.
  broker.on('clientError', (client, error) => {
    if (isEnding) return;
    log.debug({ client: client.id, error: error.message }, 'client dropped');
    bounds.reached('mqtt-client-error', `a client was dropped: ${error.message}`);
  });
  broker.on('connectionError', (_client, error) =>
    bounds.reached('mqtt-client-error', `a connection was dropped: ${error.message}`),
  );
  // Without a listener it would end the process; its types don't know it.
  (broker as NodeJS.EventEmitter).on('error', (error) =>
    log.error({ error: String(error) }, 'the built-in broker failed'),
  );
  broker.on('unsubscribe', (filters, client) => subscriptions.remove(client, filters));
  broker.on('clientDisconnect', (client) => subscriptions.forget(client));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    guard.watch(socket);
    broker.handle(socket);
  });
  server.maxConnections = connections;
  server.on('drop', () =>
    bounds.reached('mqtt-connections', 'too many connections to the broker: a new one was dropped'),
  );
  const port = await listen(server, address, 'HALLWATCH_MQTT_LISTEN');
  return {
    state: 'ok',
    detail: null,
    address: `mqtt://${address.host.includes(':') ? `[${address.host}]` : address.host}:${port}`,
    publish(topic, payload) {
      broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, (error) => {
        if (error) log.warn({ topic, error: error.message }, 'not published');
      });
    },
    async close() {
      isEnding = true;
      guard.close();
      for (const socket of sockets) socket.destroy();
      await closeServer(server);
      await new Promise<void>((closed) => broker.close(closed));
    },
  };
}

function isForUs({ topic }: PublishPacket): boolean {
  return topic.startsWith(`${topicRoot}/`) && !ours.has(topic.slice(topic.lastIndexOf('/') + 1));
}

function bytesOf({ payload }: PublishPacket): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
