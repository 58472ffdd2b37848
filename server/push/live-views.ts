import type { HallLive } from '../contracts/hall-live.ts';
import type { Halls } from '../hall/halls.ts';
import { fitLiveView } from './fit-live-view.ts';

type LiveView = NonNullable<ReturnType<Halls['live']>>;

/** As long as pictures of a hall are apart (P3). */
const longestMs = 250;

/** Live views of halls just built: a thousand screens that come back at once are shown the same. */
export class LiveViews {
  readonly #halls: Halls;
  readonly #views = new Map<string, { view: LiveView; now: number }>();

  readonly #fitted = new WeakMap<HallLive, HallLive>();

  constructor(halls: Halls) {
    this.#halls = halls;
  }

  /** A hall's live view, at most 250 ms old and never older than its last change; null when there is no such hall. */
  get(hall: string, now: number): LiveView | null {
    const known = this.#views.get(hall);
    if (known && now >= known.now && now - known.now < longestMs && now < known.view.nextChangeAt) return known.view;
    return this.build(hall, now);
  }

  /** The same, built now. */
  build(hall: string, now: number): LiveView | null {
    const view = this.#halls.live(hall, now);
    if (view) this.#views.set(hall, { view, now });
    else this.#views.delete(hall);
    return view;
  }

  /** A view as it is pushed, within its bound (P3). */
  fitted(live: HallLive): HallLive {
    return this.#fitted.getOrInsertComputed(live, fitLiveView);
  }

  /** The hall changed. */
  forget(hall: string): void {
    this.#views.delete(hall);
  }
}
