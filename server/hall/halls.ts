// Every hall this process owns, by id: where readings are applied and pictures are taken.
import type { Config } from '../config/load.ts';
import type { HallLive } from '../contracts/hall-live.ts';
import type { Reading } from '../contracts/readings.ts';
import type { HallNote } from './hall.ts';
import { Hall } from './hall.ts';

export type HallChanged = (hall: string) => void;

export class Halls {
  readonly #halls = new Map<string, Hall>();
  /** Halls that a config no longer has: a file that is away for a moment must not cost a day's counts. */
  readonly #retired = new Map<string, Hall>();
  readonly #simulated: boolean;
  readonly #changed: HallChanged;
  #revs = 0;

  constructor({ simulated, changed }: { simulated: boolean; changed: HallChanged }) {
    this.#simulated = simulated;
    this.#changed = changed;
  }

  /** Takes over a config: new halls begin empty, known ones go on, others rest. `owned`: regions, null for all (I4). */
  configure(config: Config, owned: ReadonlySet<string> | null): void {
    const kept = [...config.halls.values()].filter((hall) => owned?.has(hall.region) ?? true);
    const ids = new Set(kept.map((hall) => hall.id));
    for (const [id, hall] of this.#halls) {
      if (ids.has(id)) continue;
      this.#halls.delete(id);
      this.#retired.set(id, hall);
    }
    this.#revs++;
    for (const hall of kept) {
      const known = this.#halls.get(hall.id) ?? this.#retired.get(hall.id);
      known?.reconfigure(hall);
      this.#halls.set(hall.id, known ?? new Hall(hall));
      this.#retired.delete(hall.id);
      this.#changed(hall.id);
    }
  }

  /** Counts every change of any hall: what `pulse` tells. */
  get rev(): number {
    return this.#revs;
  }

  get ids(): string[] {
    return [...this.#halls.keys()];
  }

  get(id: string): Hall | undefined {
    return this.#halls.get(id);
  }

  /** Applies a reading to its hall and says what was odd about it. */
  apply(reading: Reading): HallNote[] {
    const hall = this.#halls.get(reading.hall);
    if (!hall) return ['not-owned'];
    const { changed, notes } = hall.apply(reading);
    if (changed) {
      this.#revs++;
      this.#changed(reading.hall);
    }
    return notes;
  }

  /** A hall's picture at `now`, or null when there is no such hall. */
  live(id: string, now: number): { live: HallLive; nextChangeAt: number } | null {
    return this.#halls.get(id)?.live(now, { simulated: this.#simulated }) ?? null;
  }
}
