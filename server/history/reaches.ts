// How far back history is kept. Points of earlier times are left out where they are derived: a store would refuse each of them for
// ever, one by one, and a device with a wrong clock makes them without end.
import type { Retention } from './catalogue.ts';
import { definitionOf, retentions } from './catalogue.ts';
import type { Point } from './points.ts';

interface Options {
  /** Days that points are kept, by retention. */
  keep: Readonly<Record<Retention, number>>;
  /** What the store judges the age of points by, epoch ms. */
  storeNow: () => number;
}

const dayMs = 86_400_000;

export class Reaches {
  readonly #options: Options;
  #tooOld = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Points that were left out since the start. */
  get tooOld(): number {
    return this.#tooOld;
  }

  /** From when on points of a retention are kept, epoch ms. */
  from(retention: Retention): number {
    const { keep, storeNow } = this.#options;
    return storeNow() - keep[retention] * dayMs;
  }

  /** The points that the store keeps; the others are counted. */
  within(points: readonly Point[]): readonly Point[] {
    if (points.length === 0) return points;
    const oldest = Object.fromEntries(retentions.map((name) => [name, this.from(name) * 1000]));
    const isKept = ({ measurement, at }: Point) => !(at < (oldest[definitionOf(measurement).retention] ?? 0));
    if (points.every(isKept)) return points;
    const kept = points.filter(isKept);
    this.#tooOld += points.length - kept.length;
    return kept;
  }
}
