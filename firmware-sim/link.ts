import type { MqttClient } from 'mqtt';
import { connect } from 'mqtt';

const keepaliveS = 30;
const connectTimeoutMs = 10_000;
const answerWithinMs = 500;

export interface Broker {
  url: string;
  /** The embedded broker speaks MQTT 3.1.1 (4); others may speak 5. */
  protocolVersion: 4 | 5;
}

export interface Will {
  topic: string;
  payload: string;
}

/** What the owner of a link is told. `down` comes once, whether the link was ever up or not; not after `close`. */
export interface LinkEvents {
  up(): void;
  down(reason: string): void;
  message(topic: string, payload: Buffer): void;
}

export interface LinkOptions {
  broker: Broker;
  clientId: string;
  will: Will;
  /** Topics to subscribe to, QoS 1. */
  listenTo: string[];
  events: LinkEvents;
}

/**
 * One MQTT connection, used once: a device makes a new one after each loss, since its will names the connection, and
 * since it decides itself what goes first.
 */
export class Link {
  readonly #client: MqttClient;
  #over = false;

  constructor({ broker, clientId, will, listenTo, events }: LinkOptions) {
    this.#client = connect(broker.url, {
      clientId,
      protocolVersion: broker.protocolVersion,
      clean: true,
      keepalive: keepaliveS,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      resubscribe: false,
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true },
    });
    let reason = 'connection closed';
    this.#client.on('error', (error) => {
      reason = reasonOf(error);
    });
    this.#client.on('connect', () => {
      if (this.#over) return;
      events.up();
      if (listenTo.length > 0) this.#client.subscribe(listenTo, { qos: 1 }, () => {});
    });
    this.#client.on('message', (topic, payload) => events.message(topic, payload));
    this.#client.on('close', () => {
      if (this.#over) return;
      this.#over = true;
      this.#client.end(true);
      events.down(reason);
    });
  }

  /** QoS 1. `answered` runs when the broker has answered; not at all if the connection is lost before that. */
  publish(topic: string, payload: string, { retain = false } = {}, answered: () => void = () => {}): void {
    this.#client.publish(topic, payload, { qos: 1, retain }, () => {
      if (!this.#over && this.#client.connected) answered();
    });
  }

  /** Is gone at once and without a goodbye, as when the power or the network fails. Nobody is told. */
  drop(): void {
    this.#over = true;
    this.#client.end(true);
  }

  /** Says goodbye with a last retained message, and is gone within a second whatever the broker does. */
  async close(last: Will): Promise<void> {
    const client = this.#client;
    this.#over = true;
    if (client.connected) {
      await this.#settled((done) => client.publish(last.topic, last.payload, { qos: 1, retain: true }, done));
    }
    if (client.connected) await this.#settled((done) => client.end(false, {}, done));
    client.end(true);
  }

  /** Resolves when `start` says so, the connection is lost or the time is over, whichever is first. */
  #settled(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      // A timer that keeps the program alive: it must not end in the middle of its goodbyes.
      const timer = setTimeout(resolve, answerWithinMs);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#client.once('close', done);
      start(done);
    });
  }
}

/** A refused connection to a name with several addresses has its reasons inside. */
export function reasonOf(error: Error & { code?: unknown; errors?: Error[] }): string {
  return error.errors?.[0]?.message || error.message || String(error.code ?? 'unknown reason');
}
