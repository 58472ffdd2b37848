// A screen's connection to the server: pulses, one `watch`, and whether all that is live. The only user of socket.io-client.
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import type { ErrorBody } from '../../../server/contracts/http.ts';
import type {
  ClientToServer,
  GoneEvent,
  Pulse,
  ServerToClient,
  WatchAnswer,
  WatchRequest,
} from '../../../server/contracts/live.ts';
import { liveNamespace } from '../../../server/contracts/names.ts';
import type { FeedFacts, FeedState } from './feed-state.ts';
import { feedState } from './feed-state.ts';
import { LiveClock } from './live-clock.svelte.ts';

const answerWithinMs = 5_000;
/** What the server doesn't know may come with its next config, so the screen asks again. */
const retryMs = 5_000;

export type Answered = Extract<WatchAnswer, { ok: true }>;

interface Watched {
  request: WatchRequest;
  /** Takes what `watch` answered; false when it isn't what was asked for. */
  take: (answer: Answered) => boolean;
  /** What the screen has of it. */
  facts: () => Pick<FeedFacts, 'newestAsOf' | 'hasState'>;
}

export class Connection {
  readonly clock = new LiveClock();
  /** Why the server won't show what was asked for. */
  refused = $state.raw<ErrorBody | null>(null);
  /** It was shown before: the config has it no longer. */
  isGone = $state(false);
  readonly socket: Socket<ServerToClient, ClientToServer>;

  readonly #watched: Watched;
  #pulse = $state.raw<Pulse | null>(null);
  #pulseAtMs = $state(0);
  #pulseIsCurrent = $state(false);
  #lastGoodAt = $state<number | null>(null);
  #watching = $state(false);
  readonly #openedAtMs = performance.now();
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.socket = io(liveNamespace, {
      transports: ['websocket'],
      autoConnect: false,
      reconnectionDelay: 500,
      reconnectionDelayMax: 4_000,
      timeout: answerWithinMs,
    });
  }

  get state(): FeedState {
    return feedState({
      watching: this.#watching,
      pulse: this.#pulse,
      pulseAgeMs: this.clock.monotonicMs - this.#pulseAtMs,
      pulseIsCurrent: this.#pulseIsCurrent,
      lastGoodAt: this.#lastGoodAt,
      ...this.#watched.facts(),
      openForMs: this.clock.monotonicMs - this.#openedAtMs,
    });
  }

  /** Connects, and keeps connecting until the returned function is called. */
  start(): () => void {
    const stopClock = this.clock.start();
    const { socket } = this;
    socket.on('connect', () => void this.#watch());
    socket.on('pulse', (pulse) => this.#hear(pulse));
    socket.on('gone', (event) => this.#lost(event));
    // What is told of a place that was gone: it is back, and its whole state is asked for.
    for (const event of ['hall', 'summary'] as const) socket.on(event, () => this.isGone && void this.#watch());
    socket.on('disconnect', () => this.#lose());
    socket.on('connect_error', () => this.#lose());
    socket.connect();
    return () => {
      stopClock();
      socket.removeAllListeners();
      socket.disconnect();
      clearTimeout(this.#retry);
    };
  }

  async #watch(): Promise<void> {
    const connection = this.socket.id;
    const answer = await this.socket
      .timeout(answerWithinMs)
      .emitWithAck('watch', this.#watched.request)
      .catch(() => null);
    if (connection !== this.socket.id) return;
    if (answer?.ok && this.#watched.take(answer)) {
      this.refused = null;
      this.isGone = false;
      this.#watching = true;
    } else {
      this.#watching = false;
      this.refused = answer && !answer.ok ? answer : null;
      this.#later(retryMs, () => void this.#watch());
    }
  }

  #lost({ kind, id, code, message, fix }: GoneEvent): void {
    const { request } = this.#watched;
    const isIt = kind === 'hall' ? 'halls' in request && request.halls.includes(id) : 'region' in request;
    if (!isIt) return;
    this.refused = { code, message, fix };
    this.isGone = true;
    this.#watching = false;
    this.#later(retryMs, () => void this.#watch());
  }

  #hear(pulse: Pulse): void {
    this.clock.heard(pulse.now);
    this.#pulse = pulse;
    this.#pulseAtMs = this.clock.monotonicMs;
    this.#pulseIsCurrent = true;
    if (pulse.ingest.state === 'ok') this.#lastGoodAt = pulse.now;
  }

  #lose(): void {
    clearTimeout(this.#retry);
    this.#watching = false;
    this.#pulseIsCurrent = false;
    this.#lastGoodAt = null;
    // Cut off by the server itself (too slow, refused): socket.io-client doesn't come back from that by its own.
    if (!this.socket.active) this.#later(retryMs, () => this.socket.connect());
  }

  #later(afterMs: number, act: () => void): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(act, afterMs);
  }
}
