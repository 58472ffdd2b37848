// Publishers of a hostile part: they send what `Truth` makes and retry until the broker acknowledged it.
import type { MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import type { Truth } from './truth.ts';

export interface Publisher {
  /** Messages handed over so far, and how many of them the broker has yet to acknowledge. */
  readonly made: number;
  readonly unanswered: number;
  /** Hands messages over until there were `made` of them; fewer while too many wait for an answer. */
  upTo(made: number): void;
  /** Resolves once everything was acknowledged; false when that takes longer. */
  answered(withinMs: number): Promise<boolean>;
  close(): void;
}

const lines = 10;
const mostUnanswered = 40_000;
const mostUnderWay = 100;
const againMs = 100;

interface Waiting {
  topic: string;
  payload: string;
  isAnswered: boolean;
}

/**
 * One connection after the other, each used once: what has no PUBACK is sent again, in order, on the next one. (A client that
 * reconnects by itself gives packet ids twice and loses messages.)
 */
class Line {
  answered = 0;
  readonly #url: string;
  readonly #protocolVersion: 4 | 5;
  #waiting: Waiting[] = [];
  #next = 0;
  #underWay = 0;
  #client: MqttClient;
  #isClosed = false;

  constructor(url: string, protocolVersion: 4 | 5) {
    this.#url = url;
    this.#protocolVersion = protocolVersion;
    this.#client = this.#connect();
  }

  add(topic: string, payload: string): void {
    this.#waiting.push({ topic, payload, isAnswered: false });
    this.#pump();
  }

  close(): void {
    this.#isClosed = true;
    this.#client.end(true);
  }

  #connect(): MqttClient {
    const options = { protocolVersion: this.#protocolVersion, reconnectPeriod: 0, connectTimeout: 5_000 };
    const client = connect(this.#url, options);
    client.on('error', () => {
      // A broker that is away is what the part is about.
    });
    client.on('connect', () => {
      [this.#next, this.#underWay] = [0, 0];
      this.#pump();
    });
    client.on('close', () => {
      client.end(true);
      if (client !== this.#client || this.#isClosed) return;
      setTimeout(() => {
        if (!this.#isClosed) this.#client = this.#connect();
      }, againMs);
    });
    return client;
  }

  #pump(): void {
    const client = this.#client;
    while (client.connected && this.#underWay < mostUnderWay && this.#next < this.#waiting.length) {
      const message = this.#waiting[this.#next++] as Waiting;
      if (message.isAnswered) continue;
      this.#underWay++;
      client.publish(message.topic, message.payload, { qos: 1 }, (error) => {
        if (error || client !== this.#client || !client.connected) return;
        this.#underWay--;
        if (!message.isAnswered) this.answered++;
        message.isAnswered = true;
        this.#forget();
        this.#pump();
      });
    }
  }

  #forget(): void {
    let done = 0;
    while (this.#waiting[done]?.isAnswered) done++;
    if (done === 0) return;
    this.#waiting = this.#waiting.slice(done);
    this.#next = Math.max(0, this.#next - done);
  }
}

/** Ten lines; a device stays on its own, so that its messages keep their order. */
export function startPublishers(url: string, truth: Truth, protocolVersion: 4 | 5): Publisher {
  const all = Array.from({ length: lines }, () => new Line(url, protocolVersion));
  let made = 0;
  const answered = () => all.reduce((sum, line) => sum + line.answered, 0);
  return {
    get made() {
      return made;
    },
    get unanswered() {
      return made - answered();
    },
    upTo(count) {
      while (made < count && made - answered() < mostUnanswered) {
        const { topic, payload } = truth.next();
        made++;
        all[lineOf(topic)]?.add(topic, payload);
      }
    },
    async answered(withinMs) {
      const until = performance.now() + withinMs;
      while (made > answered() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
      return made === answered();
    },
    close() {
      for (const line of all) line.close();
    },
  };
}

function lineOf(topic: string): number {
  let hash = 0;
  for (const letter of topic.slice(0, topic.lastIndexOf('/'))) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return hash % lines;
}
