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
  /** Halls that were there and aren't any more: what history says of them isn't the region's now. */
  gone = $state.raw<ReadonlySet<string>>(new Set());

  readonly #connection: Connection;
  readonly #changed: () => void;
  readonly #news = new Map<string, Summary>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `changed` hears when halls came or went. */
  constructor(region: string, changed: () => void) {
    this.region = region;
    this.#changed = changed;
    this.#connection = new Connection({
      request: { region },
      take: (answer) => {
        if (!('summaries' in answer)) return false;
        this.#news.clear();
        this.summaries = new Map(answer.summaries.map((row) => [row.hall, row]));
        this.gone = new Set([...this.gone].filter((hall) => !this.summaries?.has(hall)));
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
    const { socket } = this.#connection;
    socket.on('summary', (row) => {
      this.#news.set(row.hall, row);
      this.#timer ??= setTimeout(() => this.#show(), gatherMs);
    });
    socket.on('gone', ({ kind, id }) => kind === 'hall' && this.#lose(id));
    const stop = this.#connection.start();
    return () => {
      stop();
      clearTimeout(this.#timer);
    };
  }

  #lose(hall: string): void {
    const rows = new Map(this.summaries);
    rows.delete(hall);
    this.#news.delete(hall);
    this.summaries = rows;
    this.gone = new Set([...this.gone, hall]);
    this.#changed();
  }

  #show(): void {
    this.#timer = undefined;
    if ([...this.#news.keys()].some((hall) => this.gone.has(hall)))
      this.gone = new Set([...this.gone].filter((hall) => !this.#news.has(hall)));
    const rows = new Map(this.summaries);
    const isNew = [...this.#news.keys()].some((hall) => !rows.has(hall));
    for (const [hall, row] of this.#news) if (row.rev >= (rows.get(hall)?.rev ?? 0)) rows.set(hall, row);
    this.#news.clear();
    this.summaries = rows;
    if (isNew) this.#changed();
  }
}
