// A wire between a client and its broker on which a test counts what goes by.
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { Packet } from 'mqtt-packet';
import { parser } from 'mqtt-packet';
import { onTestFinished } from 'vitest';
import { freePort } from './ports.ts';

export interface MqttTap {
  url: string;
  /** Packets by command that the client sent, such as `puback`. */
  sent(command: Packet['cmd']): number;
  /** Packets by command that the broker sent. */
  received(command: Packet['cmd']): number;
}

/** Listens on a port of its own and passes everything on to the broker, both ways. */
export async function tapMqtt(brokerPort: number, protocolVersion: 4 | 5): Promise<MqttTap> {
  const counts = { sent: new Map<string, number>(), received: new Map<string, number>() };
  const sockets = new Set<Socket>();
  const count = (from: Socket, into: Map<string, number>) => {
    const packets = parser({ protocolVersion });
    packets.on('packet', ({ cmd }: Packet) => into.set(cmd, (into.get(cmd) ?? 0) + 1));
    from.on('data', (bytes) => packets.parse(bytes as Buffer));
  };
  const server = createServer((client) => {
    const broker = connect({ port: brokerPort, host: '127.0.0.1' });
    count(client, counts.sent);
    count(broker, counts.received);
    client.pipe(broker).pipe(client);
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
  });
  const port = await freePort();
  await new Promise<void>((listening) => server.listen({ port, host: '127.0.0.1' }, listening));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    sent: (command) => counts.sent.get(command) ?? 0,
    received: (command) => counts.received.get(command) ?? 0,
  };
}
