// Messages from a broker of the installation's own. Waits for it as long as it takes, and acknowledges a message only
// when the pipeline says that it is kept.

import { randomUUID } from 'node:crypto';
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import { generate } from 'mqtt-packet';
import type { Clock } from '../clock.ts';
import type { IngestState } from '../contracts/names.ts';
import { serverChannels, topicRoot } from '../contracts/names.ts';
import type { Logger } from '../log.ts';
import type { IgnoredReason } from './ignored.ts';
import type { Accept } from './message.ts';
import type { Source } from './source.ts';

interface Parts {
  url: string;
  /** Stays the same for this data folder, so that the broker keeps what comes while we are away (J1). */
  clientId: string;
  /** Owned regions, or null for all (J2). */
  regions: string[] | null;
  clock: Clock;
  log: Logger;
  accept: Accept;
  ignored: (reason: IgnoredReason) => void;
  /** Called when `state` changes. */
  changed: () => void;
}

const sessionExpiryS = 7 * 86_400;
/** Messages the broker may have under way to us: the bound on memory, since we take all it sends (J1). */
const receiveMaximum = 500;
const firstPauseMs = 500;
const longestPauseMs = 10_000;
const catchUpAtLatestMs = 60_000;
const closesBeforeOtherVersion = 3;
const unsupportedVersion = new Set([1, 132]);
/** Tells mqtt.js to go on without a PUBACK: ours follows once the message is kept. */
const acknowledgeLater = new Error('acknowledged after it is kept');
const ours = new Set<string>(serverChannels);

/** Connects and keeps connecting; never throws for a broker that is away. */
export function startMqttSource(parts: Parts): Source {
  const source = new MqttSource(parts);
  source.connect(5);
  return source;
}

class MqttSource implements Source {
  state: IngestState = 'starting';
  readonly #parts: Parts;
  #client: MqttClient | null = null;
  #pauseMs = firstPauseMs;
  #detail: string | null = 'connecting to the broker';
  #caughtUp = false;
  /** What waited for us at the broker: messages read so far on this connection, and when that began. */
  #backlog = { messages: 0, sinceMs: 0 };
  /** PUBACKs of messages that were kept in this turn: they leave in one write. */
  #acknowledged: Buffer[] = [];
  #lastError = '';
  /** What this connection's marker says; empty while there is none. */
  #marker = '';
  #wasAnswered = false;
  #silentCloses = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get detail(): string | null {
    if (this.state !== 'catching-up') return this.#detail;
    const { messages, sinceMs } = this.#backlog;
    return `reading what waited at the broker, ${messages} messages so far, ${rate(messages, sinceMs)} a second`;
  }

  get address(): string {
    return withoutPassword(this.#parts.url);
  }

  connect(protocolVersion: 4 | 5): void {
    const { url, clientId } = this.#parts;
    const options: IClientOptions = {
      clientId,
      clean: false,
      protocolVersion,
      resubscribe: false,
      reconnectPeriod: firstPauseMs,
      connectTimeout: 10_000,
      keepalive: 30,
      ...(protocolVersion === 5 ? { properties: { sessionExpiryInterval: sessionExpiryS, receiveMaximum } } : {}),
    };
    const client = connect(url, options);
    this.#client = client;
    client.handleMessage = (packet, done) => this.#take(client, protocolVersion, packet, done);
    client.on('connect', ({ sessionPresent }) => this.#connected(client, sessionPresent));
    client.on('close', () => this.#away(client));
    client.on('error', (error) => this.#failed(client, protocolVersion, error));
  }

  publish(topic: string, payload: string): void {
    // Queued up for a broker that is away, it would come when nobody waits for it any more.
    if (!this.#client?.connected) return;
    this.#client.publish(topic, payload, { qos: 1 }, (error) => {
      if (error) this.#parts.log.warn({ topic, error: error.message }, 'not published');
    });
  }

  async close(): Promise<void> {
    await this.#client?.endAsync(true);
  }

  #set(state: IngestState, detail: string | null): void {
    if (state === this.state && detail === this.#detail) return;
    this.state = state;
    this.#detail = detail;
    this.#parts.log.info({ state, detail, broker: this.address }, 'ingest');
    this.#parts.changed();
  }

  #connected(client: MqttClient, sessionPresent: boolean): void {
    this.#pauseMs = firstPauseMs;
    this.#wasAnswered = true;
    this.#caughtUp = false;
    if (!sessionPresent) {
      this.#parts.log.warn('the broker had no session for us: what devices sent while we were away did not wait there');
    }
    this.#set('no-subscription', 'waiting for the broker to grant the subscription');
    this.#subscribe(client);
  }

  #subscribe(client: MqttClient): void {
    const { regions } = this.#parts;
    const { stream } = client;
    const topics = regions ? regions.map((region) => `${topicRoot}/${region}/#`) : [`${topicRoot}/#`];
    client.subscribe(topics, { qos: 1, rap: false }, (error, granted) => {
      if (!client.connected || client.stream !== stream) return;
      // In MQTT 3.1.1 a refusal is the code 128; mqtt.js reports those of MQTT 5 as an error.
      const refused = (granted ?? []).filter(({ qos }) => qos >= 128).map(({ topic }) => topic);
      if (!error && refused.length === 0) {
        this.#set('catching-up', null);
        this.#awaitCatchUp(client);
        return;
      }
      this.#set(
        'no-subscription',
        `the broker refused ${refused.join(', ') || topics.join(', ')}: check its access rules`,
      );
      setTimeout(() => {
        if (client.connected && client.stream === stream) this.#subscribe(client);
      }, this.#nextPauseMs()).unref();
    });
  }

  /**
   * The broker delivers in order: once our own marker comes back, everything that waited for us has been delivered. Where
   * access rules keep the marker from us, a minute must do; clocks are only judged after that (T2), and until then nobody
   * knows whether what the walls show is of now.
   */
  #awaitCatchUp(client: MqttClient): void {
    const marker = randomUUID();
    this.#marker = marker;
    this.#caughtUp = false;
    this.#backlog = { messages: 0, sinceMs: performance.now() };
    client.subscribe(this.#markerTopic(), { qos: 1 }, () => {
      if (client.connected) client.publish(this.#markerTopic(), marker, { qos: 1 });
    });
    setTimeout(() => {
      if (this.#marker !== marker || this.#caughtUp) return;
      this.#parts.log.warn(`the broker keeps our marker from us: allow ${this.#markerTopic()}`);
      this.#hasCaughtUp();
    }, catchUpAtLatestMs).unref();
  }

  #hasCaughtUp(): void {
    const { messages, sinceMs } = this.#backlog;
    this.#caughtUp = true;
    if (messages > 0) this.#parts.log.info({ messages, perSecond: rate(messages, sinceMs) }, 'backlog read');
    this.#set('ok', null);
  }

  #nextPauseMs(): number {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    return pauseMs;
  }

  #markerTopic(): string {
    return `hallwatch/marker/${this.#parts.clientId}`;
  }

  #away(client: MqttClient): void {
    if (client.disconnecting) return;
    client.options.reconnectPeriod = this.#nextPauseMs();
    this.#marker = '';
    this.#silentCloses = this.#wasAnswered ? 0 : this.#silentCloses + 1;
    this.#wasAnswered = false;
    if (this.#silentCloses >= closesBeforeOtherVersion) {
      // Some brokers answer a version they don't speak by hanging up without a word.
      this.#silentCloses = 0;
      client.end(true);
      this.connect(client.options.protocolVersion === 5 ? 4 : 5);
    }
    this.#set(
      'no-broker',
      `no connection to ${this.address}${this.#lastError ? ` (${this.#lastError})` : ''}; trying again`,
    );
  }

  #failed(client: MqttClient, protocolVersion: 4 | 5, error: Error & { code?: unknown }): void {
    this.#wasAnswered = true;
    this.#lastError = error.message || String(error.code ?? 'unknown error');
    if (protocolVersion === 5 && unsupportedVersion.has(Number(error.code))) {
      client.end(true);
      this.connect(4);
    }
  }

  #take(client: MqttClient, protocolVersion: 4 | 5, packet: IPublishPacket, done: (error?: Error) => void): void {
    const { topic, qos, messageId } = packet;
    if (topic === this.#markerTopic() && !this.#caughtUp && String(packet.payload) === this.#marker)
      this.#hasCaughtUp();
    if (topic === this.#markerTopic() || ours.has(topic.slice(topic.lastIndexOf('/') + 1))) {
      done();
      return;
    }
    // Whoever clears a retained topic publishes nothing there.
    if (packet.payload.length === 0) {
      this.#parts.ignored('empty');
      done();
      return;
    }
    if (!this.#caughtUp) this.#backlog.messages++;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const receivedAt = this.#parts.clock.now();
    const message = { topic, payload, receivedAt, live: !packet.retain, caughtUp: this.#caughtUp };
    // A packet id means something on its own connection only: never acknowledge an old one on a new one.
    const { stream } = client;
    this.#parts.accept(message, (error) => {
      if (qos !== 1 || client.stream !== stream || !client.connected) return;
      // On a new connection the broker sends again what was not acknowledged on this one.
      if (error) {
        stream.destroy();
        return;
      }
      if (this.#acknowledged.length === 0) process.nextTick(() => this.#acknowledge(client, stream));
      this.#acknowledged.push(
        generate({ cmd: 'puback', messageId: messageId ?? 0, reasonCode: 0 }, { protocolVersion }),
      );
    });
    done(qos === 1 ? acknowledgeLater : undefined);
  }

  #acknowledge(client: MqttClient, stream: MqttClient['stream']): void {
    const packets = Buffer.concat(this.#acknowledged);
    this.#acknowledged = [];
    if (client.stream === stream && client.connected) stream.write(packets);
  }
}

function rate(messages: number, sinceMs: number): number {
  return Math.round((1_000 * messages) / Math.max(1, performance.now() - sinceMs));
}

function withoutPassword(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
