import type { IConnackPacket, MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import type { Will } from '../link.ts';
import { reasonOf } from '../link.ts';
import { UserError } from '../user-error.ts';

const connectTimeoutMs = 5_000;
/** MQTT 5 tells how many may be under way; without it, this many. */
const windowMax = 500;
const stalledAfterMs = 60_000;
/** How brokers refuse a version they don't speak: in 3.1.1's words, in 5's, or by hanging up. */
const wrongVersion = new Set<unknown>([1, 132, 'closed']);

type Refusal = Error & { code?: number | string };

/** One connection on which every message must be acknowledged; a loss is the end of it. */
export class Session {
  /** How many messages may be unacknowledged at a time. */
  readonly window: number;
  inFlight = 0;
  acknowledged = 0;
  readonly #client: MqttClient;
  #failure: UserError | null = null;
  #ended = false;
  #wake: () => void = () => {};

  private constructor(client: MqttClient, window: number, url: string) {
    this.#client = client;
    this.window = window;
    client.on('error', (error) => this.#fail(`${url}: ${reasonOf(error)}`));
    client.on('close', () => {
      if (!this.#ended) this.#fail(`the connection to ${url} was lost after ${this.acknowledged} acknowledgements`);
    });
  }

  /** Connects with MQTT 5, or 3.1.1 where the broker doesn't speak it. Throws a UserError when there is none. */
  static async open(url: string, clientId: string, will?: Will): Promise<Session> {
    const attempt = async (protocolVersion: 4 | 5) => {
      const { client, connack } = await connected(url, { clientId, protocolVersion, will });
      return new Session(client, Math.min(windowMax, connack.properties?.receiveMaximum ?? windowMax), url);
    };
    try {
      return await attempt(5).catch((error: Refusal) => {
        if (wrongVersion.has(error.code)) return attempt(4);
        throw error;
      });
    } catch (error) {
      throw new UserError(`no broker at ${url} (${reasonOf(error as Error)}): start the server first`, 1);
    }
  }

  /** QoS 1; counted under way until it is acknowledged. */
  publish(topic: string, payload: string | Buffer, retain = false): void {
    this.inFlight += 1;
    this.#client.publish(topic, payload, { qos: 1, retain }, (error) => {
      if (error) {
        this.#fail(`the broker refused a message: ${error.message}`);
        return;
      }
      this.inFlight -= 1;
      this.acknowledged += 1;
      this.#wake();
    });
  }

  /** Resolves when at most `count` messages are unacknowledged; throws the UserError that ended the connection. */
  async atMost(count: number): Promise<void> {
    while (!this.#failure && this.inFlight > count) {
      const before = this.acknowledged;
      const timer = setTimeout(() => {
        if (this.acknowledged === before) this.#fail(`the broker acknowledged nothing for ${stalledAfterMs / 1000} s`);
      }, stalledAfterMs);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      clearTimeout(timer);
    }
    if (this.#failure) throw this.#failure;
  }

  /** Resolves after `delayMs` of real time, or throws at once when the connection is lost. */
  async pause(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        if (!this.#failure) return;
        clearTimeout(timer);
        resolve();
      };
    });
    if (this.#failure) throw this.#failure;
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#client.endAsync();
  }

  #fail(message: string): void {
    if (this.#ended) return;
    this.#failure ??= new UserError(message, 1);
    this.#client.end(true);
    this.#wake();
  }
}

interface ConnectOptions {
  clientId: string;
  protocolVersion: 4 | 5;
  will?: Will;
}

function connected(url: string, { clientId, protocolVersion, will }: ConnectOptions) {
  return new Promise<{ client: MqttClient; connack: IConnackPacket }>((resolve, reject: (refusal: Refusal) => void) => {
    const client = connect(url, {
      clientId,
      protocolVersion,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: connectTimeoutMs,
      ...(will && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
    });
    client.once('connect', (connack) => resolve({ client, connack }));
    client.once('error', reject);
    client.once('close', () => reject(Object.assign(new Error('connection closed'), { code: 'closed' })));
  });
}
