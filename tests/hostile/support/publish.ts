// Publishers of a hostile part: they send what `Truth` makes and retry until the broker acknowledged it.
import type { MqttClient } from 'mqtt';
import { connectAsync } from 'mqtt';
import type { Truth } from './truth.ts';

export interface Publisher {
  /** Messages handed over so far, and how many of them the broker has yet to acknowledge. */
  readonly made: number;
  readonly unanswered: number;
  /** Publishes as fast as `mostUnanswered` allows until `made` messages were handed over. */
  upTo(made: number): Promise<void>;
  /** Resolves once everything was acknowledged; false when that takes longer. */
  answered(withinMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Ten connections that come back every 100 ms: messages without a PUBACK are sent again on the next connection, as devices do. */
export async function startPublishers(url: string, truth: Truth, protocolVersion: 4 | 5): Promise<Publisher> {
  const clients: MqttClient[] = [];
  for (let i = 0; i < connections; i++) {
    const client = await connectAsync(url, { protocolVersion, reconnectPeriod: 100, connectTimeout: 2_000 });
    client.on('error', () => {
      // A broker that is away is what the part is about.
    });
    clients.push(client);
  }
  let [made, answered] = [0, 0];
  const publisher = {
    get made() {
      return made;
    },
    get unanswered() {
      return made - answered;
    },
    async upTo(count: number) {
      while (made < count) {
        if (made - answered >= mostUnanswered) return;
        const { topic, payload } = truth.next();
        made++;
        // A device stays on its connection, so that its messages keep their order.
        clients[connectionOf(topic)]?.publish(topic, payload, { qos: 1 }, (error) => {
          if (!error) answered++;
        });
      }
    },
    async answered(withinMs: number) {
      const until = performance.now() + withinMs;
      while (made > answered && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
      return made === answered;
    },
    async close() {
      await Promise.all(clients.map((client) => client.endAsync(true)));
    },
  };
  return publisher;
}

const connections = 10;
const mostUnanswered = 30_000;

function connectionOf(topic: string): number {
  let hash = 0;
  for (const letter of topic.slice(0, topic.lastIndexOf('/'))) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return hash % connections;
}
