// Who waits, by what a queue machine tells customers apart by, each line in the order its customers joined.

import { boundReached } from '../../bounds.ts';
/** A class of customers: those of one service, tier and priority. */
export interface WaitClass {
  service: string | null;
  tier: string | null;
  priority: number;
}

interface Line extends WaitClass {
  /** Since when each waits, epoch ms, growing. */
  since: number[];
  /** Since when those waited who were called, growing: the last ones who joined. */
  called: number[];
}

/** Of those called so many are remembered, in a class. */
const keptCalls = 16;
/** Whom so many of their class have passed, who joined later, is probably gone: of 6,986 real customers none was called after five. */
const passedBy = 6;

/** Tiers and priorities come from messages: beyond so many classes a customer is told by the service alone. */
const mostClasses = 64;

export class WaitingLines {
  readonly #lines = new Map<string, Line>();

  /** The name of a class here. One that is named once keeps its name. */
  nameOf({ service, tier, priority }: WaitClass): string {
    const name = `${service ?? ''}|${tier ?? ''}|${priority}`;
    if (this.#lines.has(name)) return name;
    if (this.#lines.size < mostClasses) {
      this.#lines.set(name, { service, tier, priority, since: [], called: [] });
      return name;
    }
    boundReached('waiting-classes');
    const plain = `${service ?? ''}||0`;
    if (!this.#lines.has(plain)) this.#lines.set(plain, { service, tier: null, priority: 0, since: [], called: [] });
    return plain;
  }

  add(name: string, since: number): void {
    const line = this.#lines.get(name)?.since;
    line?.splice(placeOf(line, since + 1), 0, since);
  }

  remove(name: string, since: number): void {
    const line = this.#lines.get(name)?.since;
    const i = line ? placeOf(line, since) : -1;
    if (line?.[i] === since) line.splice(i, 1);
  }

  /** Somebody of a class was called who had joined at `since`. */
  noteCalled(name: string, since: number): void {
    const called = this.#lines.get(name)?.called;
    called?.splice(placeOf(called, since), 0, since);
    if (called && called.length > keptCalls) called.shift();
  }

  forgetCalled(name: string, since: number): void {
    const called = this.#lines.get(name)?.called;
    const i = called ? placeOf(called, since) : -1;
    if (called?.[i] === since) called.splice(i, 1);
  }

  /** Whoever of a class joined before this (epoch ms) and waits is probably gone: several who joined later were called. */
  passedOver(name: string): number {
    return this.#lines.get(name)?.called.at(-passedBy) ?? Number.NEGATIVE_INFINITY;
  }

  classOf(name: string): WaitClass | undefined {
    return this.#lines.get(name);
  }

  /** All classes that were ever named, by name. */
  get names(): Iterable<string> {
    return this.#lines.keys();
  }

  /** How many of a class wait since `from` or later, but from before `to`. */
  count(name: string, from: number, to: number): number {
    const since = this.#lines.get(name)?.since ?? [];
    return Math.max(0, placeOf(since, to) - placeOf(since, from));
  }

  /** Since when each of a class waits who joined at `from` or later, but before `to`, growing. */
  within(name: string, from: number, to: number): readonly number[] {
    const since = this.#lines.get(name)?.since ?? [];
    return since.slice(placeOf(since, from), placeOf(since, to));
  }

  /** Since when the first of a class waits, of those who joined at `from` or later; null for nobody. */
  first(name: string, from: number): number | null {
    const since = this.#lines.get(name)?.since ?? [];
    return since[placeOf(since, from)] ?? null;
  }
}

/** The index of the first that isn't before `at`. */
function placeOf(since: readonly number[], at: number): number {
  let low = 0;
  let high = since.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((since[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
