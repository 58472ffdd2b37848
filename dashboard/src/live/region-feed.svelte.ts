// A row for each hall of a region, live.
import type { ErrorBody } from '../../../server/contracts/http.ts';
import type { Summary } from '../../../server/contracts/live.ts';
import { Connection } from './connection.svelte.ts';
import type { FeedState } from './feed-state.ts';
import type { LiveClock } from './live-clock.svelte.ts';

/** Hundreds of halls change many times a second in all; people read a table slower than that. */
const gatherMs = 400;

export class RegionFeed {
  readonly region: string;
  /** By hall; null before the first answer. */
  summaries = $state.raw<ReadonlyMap<string, Summary> | null>(null);

  readonly #connection: Connection;
  readonly #news = new Map<string, Summary>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(region: string) {
    this.region = region;
    this.#connection = new Connection({
      request: { region },
      take: (answer) => {
        if (!('summaries' in answer)) return false;
        this.#news.clear();
        this.summaries = new Map(answer.summaries.map((row) => [row.hall, row]));
        return true;
      },
      facts: () => ({ newestAsOf: null, hasState: this.summaries !== null }),
    });
  }

  get clock(): LiveClock {
    return this.#connection.clock;
  }

  get state(): FeedState {
    return this.#connection.state;
  }

  /** Why the server won't show this region. */
  get refused(): ErrorBody | null {
    return this.#connection.refused;
  }

  /** Connects, and keeps connecting until the returned function is called. */
  start(): () => void {
    this.#connection.socket.on('summary', (row) => {
      this.#news.set(row.hall, row);
      this.#timer ??= setTimeout(() => this.#show(), gatherMs);
    });
    const stop = this.#connection.start();
    return () => {
      stop();
      clearTimeout(this.#timer);
    };
  }

  #show(): void {
    this.#timer = undefined;
    const rows = new Map(this.summaries);
    for (const [hall, row] of this.#news) if (row.rev >= (rows.get(hall)?.rev ?? 0)) rows.set(hall, row);
    this.#news.clear();
    this.summaries = rows;
  }
}
