// One hall's live state for a screen: the only user of socket.io-client.
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { ErrorBody, HallInfo } from '../../../server/contracts/http.ts';
import type { ClientToServer, Pulse, ServerToClient, WatchAnswer } from '../../../server/contracts/live.ts';
import { liveNamespace } from '../../../server/contracts/names.ts';
import type { FeedState } from './feed-state.ts';
import { feedState, isNewer, newestAsOf } from './feed-state.ts';
import { fetchHalls, lacksNames } from './halls.ts';
import { LiveClock } from './live-clock.svelte.ts';

const answerWithinMs = 5_000;
const retryMs = 5_000;
/** A hall that the server doesn't know may come with its next config, so the screen asks again, patiently. */
const refusedRetryMs = 15_000;
const namesRetryMs = 10_000;

export class HallFeed {
  readonly hall: string;
  readonly clock = new LiveClock();
  live = $state.raw<HallLive | null>(null);
  halls = $state.raw<HallInfo[] | null>(null);
  namesFailed = $state(false);
  /** Why the server won't show this hall. */
  refused = $state.raw<ErrorBody | null>(null);

  #pulse = $state.raw<Pulse | null>(null);
  #pulseAtMs = $state(0);
  #pulseIsCurrent = $state(false);
  #lastGoodAt = $state<number | null>(null);
  #watching = $state(false);
  readonly #openedAtMs = performance.now();
  readonly #socket: Socket<ServerToClient, ClientToServer>;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #namesRetry: ReturnType<typeof setTimeout> | undefined;
  #namesAskedAtMs = Number.NEGATIVE_INFINITY;

  constructor(hall: string) {
    this.hall = hall;
    this.#socket = io(liveNamespace, {
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
      newestAsOf: this.live && newestAsOf(this.live),
      hasState: this.live !== null,
      openForMs: this.clock.monotonicMs - this.#openedAtMs,
    });
  }

  get info(): HallInfo | null {
    return this.halls?.find((info) => info.id === this.hall) ?? null;
  }

  /** Connects, and keeps connecting until the returned function is called. */
  start(): () => void {
    const stopClock = this.clock.start();
    const socket = this.#socket;
    socket.on('connect', () => {
      void this.#readNames();
      void this.#watch();
    });
    socket.on('hall', (live) => this.#show(live));
    socket.on('pulse', (pulse) => this.#hear(pulse));
    socket.on('disconnect', () => this.#lose());
    socket.on('connect_error', () => this.#lose());
    socket.connect();
    return () => {
      stopClock();
      socket.removeAllListeners();
      socket.disconnect();
      clearTimeout(this.#retry);
      clearTimeout(this.#namesRetry);
    };
  }

  async #watch(): Promise<void> {
    const connection = this.#socket.id;
    const answer = await this.#socket
      .timeout(answerWithinMs)
      .emitWithAck('watch', { halls: [this.hall] })
      .catch(() => null);
    if (connection !== this.#socket.id) return;
    const live = answer && hallIn(answer, this.hall);
    if (live) {
      this.refused = null;
      this.#watching = true;
      this.#take(live);
    } else {
      this.#watching = false;
      this.refused = answer && !answer.ok ? answer : null;
      this.#later(this.refused ? refusedRetryMs : retryMs, () => void this.#watch());
    }
  }

  #show(live: HallLive): void {
    if (isNewer(this.live, live, this.hall)) this.#take(live);
  }

  #take(live: HallLive): void {
    this.live = live;
    const waited = performance.now() - this.#namesAskedAtMs > namesRetryMs;
    if (waited && this.info && lacksNames(this.info, live)) void this.#readNames();
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
    if (!this.#socket.active) this.#later(retryMs, () => this.#socket.connect());
  }

  #later(afterMs: number, act: () => void): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(act, afterMs);
  }

  async #readNames(): Promise<void> {
    clearTimeout(this.#namesRetry);
    this.#namesAskedAtMs = performance.now();
    try {
      this.halls = await fetchHalls();
      this.namesFailed = false;
    } catch {
      this.namesFailed = true;
      this.#namesRetry = setTimeout(() => void this.#readNames(), retryMs);
    }
  }
}

function hallIn(answer: WatchAnswer, hall: string): HallLive | null {
  if (!answer.ok || !('halls' in answer)) return null;
  return answer.halls.find((live) => live.hall === hall) ?? null;
}
