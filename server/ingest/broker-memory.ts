// What the built-in broker remembers, in the shape that aedes asks for: retained messages and wills, each with a bound, and which
// QoS 2 messages are under way. Sessions end with their connection (a restart of the broker ends them anyway), so nothing is kept
// for who isn't here.
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BoundsReached } from '../bounds.ts';
import { hasWildcard, matchesFilter } from './topic-filter.ts';

/** What is known of a packet here; it has more in it, and is handed back as it was. */
interface Packet {
  topic: string;
  payload: Uint8Array | string;
  messageId?: number;
  brokerId?: string;
  clientId?: string;
}

interface Client {
  id: string;
}

/** The oldest written gives way: devices write their status every 30 s. */
const retainedLimits = { topics: 10_000, bytes: 4 * 2 ** 20, payload: 64 * 1024 };
const mostSenders = 8_192;
/** Topics compared with a filter in one go. */
const comparedAtOnce = 1_000;

export class BrokerMemory {
  readonly #bounds: BoundsReached;
  readonly #retained = new Map<string, Packet>();
  /** By client: one will each, and the ids of its QoS 2 messages, which aedes bounds. */
  readonly #wills = new Map<string, Packet>();
  readonly #incoming = new Map<string, Set<number>>();
  #retainedBytes = 0;
  #brokerId = '';

  constructor(bounds: BoundsReached) {
    this.#bounds = bounds;
  }

  get retained(): { topics: number; bytes: number } {
    return { topics: this.#retained.size, bytes: this.#retainedBytes };
  }

  async setup({ id }: { id: string }): Promise<void> {
    this.#brokerId = id;
  }

  async storeRetained(packet: Packet): Promise<void> {
    const { topic, payload } = packet;
    this.#forget(topic);
    if (payload.length === 0) return;
    if (payload.length > retainedLimits.payload) {
      this.#bounds.reached('mqtt-retained', 'a message is too large to be retained: only handed on');
      return;
    }
    this.#retained.set(topic, { ...packet });
    this.#retainedBytes += sizeOf(packet);
    while (this.#retained.size > retainedLimits.topics || this.#retainedBytes > retainedLimits.bytes) {
      const [oldest] = this.#retained.keys();
      if (oldest === undefined) return;
      this.#forget(oldest);
      this.#bounds.reached('mqtt-retained', 'too much is retained: the longest unwritten is forgotten');
    }
  }

  #forget(topic: string): void {
    const packet = this.#retained.get(topic);
    if (!packet) return;
    this.#retained.delete(topic);
    this.#retainedBytes -= sizeOf(packet);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#matching(filters));
  }

  async *#matching(filters: readonly string[]): AsyncGenerator<Packet> {
    let compared = 0;
    for (const filter of filters) {
      if (!hasWildcard(filter)) {
        const packet = this.#retained.get(filter);
        if (packet) yield packet;
        continue;
      }
      for (const [topic, packet] of [...this.#retained]) {
        if (++compared % comparedAtOnce === 0) await nextTurn();
        if (matchesFilter(filter, topic)) yield packet;
      }
    }
  }

  async putWill(client: Client, packet: Packet): Promise<void> {
    packet.brokerId = this.#brokerId;
    packet.clientId = client.id;
    this.#wills.set(client.id, packet);
  }

  async delWill(client: Client): Promise<Packet | undefined> {
    const will = this.#wills.get(client.id);
    this.#wills.delete(client.id);
    return will;
  }

  /** Wills of brokers that died: there is no other broker. */
  streamWill(): Readable {
    return Readable.from([]);
  }

  async incomingStorePacket({ id }: Client, { messageId = 0 }: Packet): Promise<void> {
    this.#incoming.getOrInsertComputed(id, () => new Set()).add(messageId);
    // One that arrives after its connection is gone is never cleaned.
    const [oldest] = this.#incoming.keys();
    if (this.#incoming.size > mostSenders && oldest !== undefined) this.#incoming.delete(oldest);
  }

  async incomingGetPacket({ id }: Client, { messageId = 0 }: Packet): Promise<{ messageId: number }> {
    if (!this.#incoming.get(id)?.has(messageId)) throw new Error('no such packet');
    return { messageId };
  }

  async incomingDelPacket({ id }: Client, { messageId = 0 }: Packet): Promise<void> {
    if (!this.#incoming.get(id)?.delete(messageId)) throw new Error('no such packet');
  }

  async cleanIncoming({ id }: Client): Promise<void> {
    this.#incoming.delete(id);
  }

  // Sessions that outlive their connection: there are none.
  async addSubscriptions(): Promise<void> {}
  async removeSubscriptions(): Promise<void> {}
  async cleanSubscriptions(): Promise<void> {}
  async subscriptionsByClient(): Promise<never[]> {
    return [];
  }
  async subscriptionsByTopic(): Promise<never[]> {
    return [];
  }
  async outgoingEnqueue(): Promise<void> {}
  async outgoingEnqueueCombi(): Promise<void> {}
  async outgoingUpdate(): Promise<void> {}
  async outgoingClearMessageId(): Promise<void> {}
  outgoingStream(): Readable {
    return Readable.from([]);
  }
}

function sizeOf({ topic, payload }: Packet): number {
  return 2 * topic.length + payload.length;
}
