import type { Histogram } from './histogram.ts';
import { addHistogramText } from './histogram.ts';

/** What was written of some points by columns, as history answers: `values[field][i]`, null where the field wasn't. */
type Values = Readonly<Record<string, readonly (string | number | boolean | null)[]>>;

/** Sums, maxima and merged histograms of the points in each of some neighbouring steps. */
export class StepSums {
  readonly #edges: readonly number[];
  /** NaN until something was written. */
  readonly #numbers: Readonly<Record<string, Float64Array>>;
  readonly #folds: Readonly<Record<string, 'sum' | 'max'>>;
  readonly #waits: (Map<number, number> | null)[];
  /** Steps with a histogram that can't be read: what the others say isn't all. */
  readonly #spoilt = new Set<number>();
  readonly #simulated: (boolean | null)[];

  /** `edges` as in history/steps.ts, n + 1 for n steps; `folds`: what to do with which number. */
  constructor(edges: readonly number[], folds: Readonly<Record<string, 'sum' | 'max'>>) {
    const steps = edges.length - 1;
    this.#edges = edges;
    this.#folds = folds;
    this.#numbers = Object.fromEntries(
      Object.keys(folds).map((field) => [field, new Float64Array(steps).fill(Number.NaN)]),
    );
    this.#waits = new Array<Map<number, number> | null>(steps).fill(null);
    this.#simulated = new Array<boolean | null>(steps).fill(null);
  }

  /** Adds a series: its times, epoch microseconds and growing, and what was written at each. */
  add(at: readonly number[], values: Values): void {
    const steps = this.#stepsOf(at);
    for (const [field, fold] of Object.entries(this.#folds))
      this.#fold(fold, this.#numbers[field], steps, values[field]);
    steps.forEach((step, i) => {
      const mark = values.simulated?.[i];
      if (typeof mark === 'boolean') this.#simulated[step] = this.#simulated[step] === true || mark;
      const text = values.waitHistogram?.[i];
      if (typeof text !== 'string') return;
      const counts = this.#waits[step] ?? new Map<number, number>();
      this.#waits[step] = counts;
      if (!addHistogramText(counts, text)) this.#spoilt.add(step);
    });
  }

  #fold(fold: 'sum' | 'max', into: Float64Array | undefined, steps: Uint32Array, column: Values[string] | undefined) {
    if (!into || !column) return;
    for (const [i, step] of steps.entries()) {
      const value = column[i];
      if (typeof value !== 'number') continue;
      const before = into[step] ?? Number.NaN;
      if (Number.isNaN(before)) into[step] = value;
      else into[step] = fold === 'sum' ? before + value : Math.max(before, value);
    }
  }

  #stepsOf(at: readonly number[]): Uint32Array {
    const last = this.#edges.length - 2;
    let step = 0;
    return Uint32Array.from(at, (atUs) => {
      while (step < last && atUs >= (this.#edges[step + 1] ?? 0) * 1000) step++;
      return step;
    });
  }

  /** Null where it wasn't written. */
  number(field: string, step: number): number | null {
    const value = this.#numbers[field]?.[step] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  /** Null where no histogram was written, or one can't be read. */
  waits(step: number): Histogram | null {
    return this.#spoilt.has(step) ? null : (this.#waits[step] ?? null);
  }

  /** Whether any point is simulated; null where none says. */
  simulated(step: number): boolean | null {
    return this.#simulated[step] ?? null;
  }
}
