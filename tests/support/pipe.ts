import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { listen } from '../../server/listen.ts';

export interface Pipe {
  url: string;
  /** Lets nothing more through to whoever connected, until `open`. Connections stay. */
  shut(): void;
  open(): void;
  /** Ends all connections at once, and with them what had not come through. */
  cut(): void;
}

/** A way to a broker on this machine that can be shut, so that what the broker sends stays with the broker. */
export async function pipeTo(port: number): Promise<Pipe> {
  const brokers = new Set<Socket>();
  let isShut = false;
  const server = createServer((socket) => {
    const broker = connect(port, '127.0.0.1');
    brokers.add(broker);
    socket.pipe(broker);
    broker.on('data', (bytes) => socket.write(bytes));
    if (isShut) broker.pause();
    for (const end of [socket, broker]) {
      end.on('error', () => end.destroy());
      end.on('close', () => {
        brokers.delete(broker);
        broker.destroy();
        socket.destroy();
      });
    }
  });
  const at = await listen(server, { host: '127.0.0.1', port: 0 }, 'the test');
  const each = (what: 'pause' | 'resume') => {
    isShut = what === 'pause';
    for (const broker of brokers) broker[what]();
  };
  const cut = () => {
    for (const broker of brokers) broker.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return { url: `mqtt://127.0.0.1:${at}`, shut: () => each('pause'), open: () => each('resume'), cut };
}
