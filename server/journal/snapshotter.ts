// J6: halls that changed are written down in slices, so that a restart reads little and nothing waits for it.
import type { Config } from '../config/load.ts';
import type { Hall } from '../hall/hall.ts';
import type { Halls } from '../hall/halls.ts';
import type { HallState } from '../hall/state.ts';
import type { Logger } from '../log.ts';
import type { Probe } from '../probe.ts';
import type { LearnedStore } from './learned-store.ts';
import type { StateStore } from './state-store.ts';

interface Parts {
  store: StateStore<HallState>;
  /** Where what was learned of a hall is written down with it. */
  learned: LearnedStore;
  halls: Halls;
  /** Where all halls stand in the journal; null while that can't be said (a rebuild goes on). */
  position: () => number | null;
  /** Runs before a pass: whoever must not stand behind the snapshots brings its place up to date. */
  before: (position: number) => void;
  probe: Probe;
  log: Logger;
  /** A hall that changed is written down after so long, or so many entries of the journal. */
  after?: { ms: number; entries: number };
}

/** What was written of a hall: readings it had heard, the journal's place, performance.now(). */
interface Written {
  heard: number;
  position: number;
  atMs: number;
}

const everyMs = 1_000;
/** A slice, and the pause after it: under load snapshots take a sixth of the time at most, and come later. */
const sliceMs = 4;
const pauseMs = 20;
/** Well before the 60 s and 50,000 entries of J6, since a pass takes its time. */
const defaultAfter = { ms: 40_000, entries: 25_000 };
const atOnce = { ms: 0, entries: 0 };
const moveEveryMs = 30_000;

export class Snapshotter {
  readonly #parts: Parts;
  readonly #everyMs: number;
  readonly #written = new Map<string, Written>();
  readonly #sizes = new Map<string, number>();
  #timer: NodeJS.Timeout;
  #movedAtMs = 0;
  #bytes = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#everyMs = Math.min(everyMs, parts.after?.ms ?? everyMs);
    this.#timer = setTimeout(() => this.#tick(), this.#everyMs).unref();
  }

  /** What was restored needn't be written again until it changes. */
  restored(hall: string, position: number): void {
    this.#written.set(hall, { heard: 0, position, atMs: performance.now() });
  }

  /** All halls were made anew: nothing written is about them. */
  reset(): void {
    this.#written.clear();
  }

  /** A hall was made anew: what is written of it is out of date. */
  forget(hall: string): void {
    this.#written.delete(hall);
  }

  /** What the journal must keep for the halls begins behind this; 0 while one of them is not written down. */
  get safePosition(): number {
    let position = Number.POSITIVE_INFINITY;
    for (const { hall } of this.#parts.halls.all()) {
      position = Math.min(position, this.#written.get(hall.config.id)?.position ?? 0);
    }
    return this.#parts.position() === null ? 0 : position;
  }

  /** Bytes of all states as last written. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Writes whatever changed, for at most `longestMs`: what isn't done then, a restart reads from the journal. */
  finish(longestMs: number): void {
    clearTimeout(this.#timer);
    const position = this.#parts.position();
    if (position === null) return;
    const until = performance.now() + longestMs;
    this.#guarded(() => {
      while (performance.now() < until && this.#writeNext(position, atOnce));
      this.#move(position);
    });
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tick(): void {
    const position = this.#parts.position();
    let isMore = false;
    if (position !== null) {
      this.#guarded(() => {
        isMore = this.#slice(position);
      });
    }
    this.#timer = setTimeout(() => this.#tick(), isMore ? pauseMs : this.#everyMs).unref();
  }

  /** Writes halls for a few ms; answers whether more are due. */
  #slice(position: number): boolean {
    const until = performance.now() + sliceMs;
    while (this.#writeNext(position, this.#parts.after ?? defaultAfter)) {
      if (performance.now() >= until) return true;
    }
    if (performance.now() - this.#movedAtMs > moveEveryMs) this.#move(position);
    return false;
  }

  /** Writes the hall that most needs it: one never written before any other, since the rest moves on without it. */
  #writeNext(position: number, after: typeof defaultAfter): boolean {
    const now = performance.now();
    let next: { id: string; hall: Hall; config: Config; heard: number; atMs: number } | null = null;
    for (const { hall, config } of this.#parts.halls.all()) {
      const { id } = hall.config;
      const written = this.#written.get(id);
      const isDue =
        !written ||
        (hall.heard > written.heard &&
          (now - written.atMs >= after.ms || position - written.position >= after.entries));
      const atMs = written?.atMs ?? -1;
      if (isDue && (!next || atMs < next.atMs)) next = { id, hall, config, heard: hall.heard, atMs };
    }
    if (!next) return false;
    this.#parts.before(position);
    const { id, hall, config, heard } = next;
    const snapshot = { hall: id, position, state: hall.state };
    const bytes = this.#parts.store.put(snapshot, config, () => this.#parts.probe('snapshot'));
    if (hall.lesson) this.#parts.learned.put(id, hall.lesson);
    this.#bytes += bytes - (this.#sizes.get(id) ?? 0);
    this.#sizes.set(id, bytes);
    this.#written.set(id, { heard, position, atMs: now });
    return true;
  }

  /** Halls that heard nothing stand where the journal stands. */
  #move(position: number): void {
    this.#parts.before(position);
    const idle: string[] = [];
    for (const { hall } of this.#parts.halls.all()) {
      const written = this.#written.get(hall.config.id);
      if (!written || written.heard !== hall.heard) continue;
      written.position = position;
      idle.push(hall.config.id);
    }
    this.#parts.store.move(idle, position);
    this.#movedAtMs = performance.now();
  }

  /** A full disk or a locked file costs time after the next restart, nothing now. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.log.error({ error: String(error) }, 'snapshot not written');
    }
  }
}
