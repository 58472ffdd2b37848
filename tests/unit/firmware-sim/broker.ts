import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

export interface Published {
  topic: string;
  text: string;
  retain: boolean;
}

/** A real MQTT 3.1.1 broker inside the test, which remembers what devices published, in order of arrival. */
export class TestBroker {
  readonly url: string;
  readonly published: Published[] = [];
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(aedes: Aedes, server: Server, sockets: Set<Socket>, port: number) {
    this.url = `mqtt://127.0.0.1:${port}`;
    this.#aedes = aedes;
    this.#server = server;
    this.#sockets = sockets;
    aedes.on('publish', ({ topic, payload, retain }) => {
      if (!topic.startsWith('$SYS')) this.published.push({ topic, text: payload.toString(), retain });
    });
  }

  static async start(port?: number): Promise<TestBroker> {
    const aedes = await Aedes.createBroker();
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      aedes.handle(socket);
    });
    return new TestBroker(aedes, server, sockets, await listen(server, port));
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  on(channel: string, device = ''): Published[] {
    return this.published.filter(({ topic }) => topic.endsWith(`${device}/${channel}`));
  }

  /** Publishes to devices, as the server does. */
  send(topic: string, body: object): void {
    const packet = {
      cmd: 'publish' as const,
      topic,
      payload: JSON.stringify(body),
      qos: 1 as const,
      retain: false,
      dup: false,
    };
    this.#aedes.publish(packet, () => {});
  }

  /** Cuts every connection, as a lost network does: no goodbye. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
  }
}

/** Listens on `port`, or on a free one below those that the system hands out for outgoing connections. */
export async function listen(server: Server, port?: number): Promise<number> {
  const wanted = port ?? 20_000 + Math.floor(Math.random() * 12_000);
  server.listen(wanted, '127.0.0.1');
  try {
    await once(server, 'listening');
    return wanted;
  } catch (error) {
    if (port !== undefined) throw error;
    return listen(server);
  }
}
