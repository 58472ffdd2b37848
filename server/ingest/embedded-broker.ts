// The broker inside Hallwatch, for demos and small installations: MQTT 3.1.1, no client in between (J1).

import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import type { PublishPacket } from 'aedes';
import { Aedes } from 'aedes';
import type { Clock } from '../clock.ts';
import { serverChannels, topicRoot } from '../contracts/names.ts';
import type { Address } from '../listen.ts';
import { closeServer, listen } from '../listen.ts';
import type { Logger } from '../log.ts';
import type { IgnoredReason } from './ignored.ts';
import type { Accept } from './message.ts';
import type { Source } from './source.ts';

interface Parts {
  address: Address;
  clock: Clock;
  log: Logger;
  accept: Accept;
  ignored: (reason: IgnoredReason) => void;
}

const slowSubscriberMs = 2_000;
const ours = new Set<string>(serverChannels);

/** Starts the broker; a publisher's PUBACK leaves only after `accept` says that its message is kept. */
export async function startEmbeddedBroker({ address, clock, log, accept, ignored }: Parts): Promise<Source> {
  const broker = await Aedes.createBroker({
    // A subscriber that doesn't read would hold up every publisher, and so every hall, until it is dropped.
    drainTimeout: slowSubscriberMs,
    authorizePublish(_client, packet, done) {
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
    if (!isEnding) log.warn({ client: client.id, error: error.message }, 'client dropped');
  });
  broker.on('connectionError', (_client, error) => log.warn({ error: error.message }, 'connection dropped'));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
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
