// One hall's live state for a screen, and the names of what stands in it.
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { ErrorBody, HallInfo, Words } from '../../../server/contracts/http.ts';
import type { Answered } from './connection.svelte.ts';
import { Connection } from './connection.svelte.ts';
import type { FeedState } from './feed-state.ts';
import { isNewer, newestAsOf } from './feed-state.ts';
import { fetchHalls, lacksNames } from './halls.ts';
import type { LiveClock } from './live-clock.svelte.ts';

const namesFailedRetryMs = 5_000;
const namesRetryMs = 10_000;
/** Of a hall that isn't named yet: an answer may be on its way. */
const namesFirstMs = 1_000;

export class HallFeed {
  readonly hall: string;
  live = $state.raw<HallLive | null>(null);
  halls = $state.raw<HallInfo[] | null>(null);
  namesFailed = $state(false);
  /** Its name as it was last known. */
  name = $state.raw<Words | null>(null);

  readonly #connection: Connection;
  #namesRetry: ReturnType<typeof setTimeout> | undefined;
  #namesAskedAtMs = Number.NEGATIVE_INFINITY;

  constructor(hall: string) {
    this.hall = hall;
    this.#connection = new Connection({
      request: { halls: [hall] },
      take: (answer) => this.#answered(answer),
      facts: () => ({ newestAsOf: this.live && newestAsOf(this.live), hasState: this.live !== null }),
    });
  }

  get clock(): LiveClock {
    return this.#connection.clock;
  }

  get state(): FeedState {
    return this.#connection.state;
  }

  /** Why the server won't show this hall. */
  get refused(): ErrorBody | null {
    return this.#connection.refused;
  }

  /** It was shown here before, and the server's config has it no longer. */
  get isGone(): boolean {
    return this.#connection.isGone;
  }

  get info(): HallInfo | null {
    return this.halls?.find((info) => info.id === this.hall) ?? null;
  }

  /** Connects, and keeps connecting until the returned function is called. */
  start(): () => void {
    const { socket } = this.#connection;
    socket.on('connect', () => void this.#readNames());
    // The list of halls that can be opened instead is read again, without it.
    socket.on('gone', () => void this.#readNames());
    socket.on('hall', (live) => {
      if (!this.isGone && isNewer(this.live, live, this.hall)) this.#take(live);
    });
    const stop = this.#connection.start();
    return () => {
      stop();
      clearTimeout(this.#namesRetry);
    };
  }

  #answered(answer: Answered): boolean {
    const live = 'halls' in answer ? answer.halls.find(({ hall }) => hall === this.hall) : undefined;
    if (live) this.#take(live);
    return live !== undefined;
  }

  #take(live: HallLive): void {
    this.live = live;
    const askedMs = performance.now() - this.#namesAskedAtMs;
    // New, or back again and maybe with other names; or the config was reloaded since.
    const isNew = this.isGone || (!this.info && askedMs > namesFirstMs);
    if (isNew || (askedMs > namesRetryMs && this.info && lacksNames(this.info, live))) void this.#readNames();
  }

  async #readNames(): Promise<void> {
    clearTimeout(this.#namesRetry);
    this.#namesAskedAtMs = performance.now();
    try {
      this.halls = await fetchHalls();
      this.name = this.info?.name ?? this.name;
      this.namesFailed = false;
    } catch {
      this.namesFailed = true;
      this.#namesRetry = setTimeout(() => void this.#readNames(), namesFailedRetryMs);
    }
  }
}
