// MQTT over bare sockets, for what no client library would send.
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Packet } from 'mqtt-packet';
import { generate } from 'mqtt-packet';

export interface RawClient {
  socket: Socket;
  /** Hands bytes on; resolves when the kernel took them or the other end is gone. */
  send(bytes: Buffer): Promise<void>;
  isOpen(): boolean;
  close(): void;
}

/** A connection that nothing was said on yet. Errors are part of the attack. */
export function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.resume();
  const client: RawClient = {
    socket,
    send: (bytes) =>
      new Promise((resolve) => {
        if (socket.destroyed || !socket.writable) return resolve();
        socket.once('close', resolve);
        socket.write(bytes, () => {
          socket.removeListener('close', resolve);
          resolve();
        });
      }),
    isOpen: () => !socket.destroyed && socket.writable,
    close: () => socket.destroy(),
  };
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(client));
    socket.once('close', () => resolve(client));
  });
}

export function packet(content: Packet): Buffer {
  return generate(content);
}

export function connectPacket(clientId: string, options: { clean?: boolean; keepalive?: number } = {}): Buffer {
  return packet({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    ...options,
    clientId,
  });
}

/** A connection that has said who it is. */
export async function greeted(port: number, clientId: string, options?: { clean?: boolean; keepalive?: number }) {
  const client = await rawClient(port);
  const answered = new Promise<void>((resolve) => {
    client.socket.once('data', () => resolve());
    client.socket.once('close', () => resolve());
  });
  await client.send(connectPacket(clientId, options));
  await Promise.race([answered, pause(5_000)]);
  return client;
}

export interface Publish {
  topic: string;
  payload: string | Buffer;
  qos?: 0 | 1 | 2;
  messageId?: number;
  retain?: boolean;
}

export function publishPacket({ qos = 0, retain = false, messageId = 1, ...rest }: Publish): Buffer {
  return packet({ cmd: 'publish', dup: false, qos, retain, ...(qos > 0 ? { messageId } : {}), ...rest });
}
