// Stretches of time that messages changed, and the quarters of an hour and days in them: each once, however many messages touch it.
import type { Stretch } from '../../hall/tally.ts';
import type { LocalDays } from '../../local-days.ts';
import { slotMs, slotOf } from '../rollup/span.ts';

/** One stretch for each slot that one begins in: no more of them than there are slots, whatever comes. */
export class Stretches {
  readonly #bySlot = new Map<number, Stretch>();

  /** The stretch keeps its last beginning, which tells when the hall is next empty, and its last end. */
  touch({ from, to }: Stretch): void {
    const slot = slotOf(from);
    const known = this.#bySlot.get(slot);
    if (!known) this.#bySlot.set(slot, { from, to });
    else [known.from, known.to] = [Math.max(known.from, from), Math.max(known.to, to)];
  }

  all(): Stretch[] {
    return [...this.#bySlot.values()];
  }
}

/** The slots from `from` to `to` (epoch ms, both included) that any stretch touches, each once. */
export function* slotsIn(stretches: readonly Stretch[], from: number, to: number): Generator<number> {
  let next = slotOf(from);
  for (const stretch of inOrder(stretches)) {
    const last = Math.min(stretch.to, to);
    for (let slot = Math.max(slotOf(stretch.from), next); slot <= last; slot += slotMs) {
      yield slot;
      next = slot + slotMs;
    }
  }
}

/** The local dates up to `to` (epoch ms, included) that any stretch touches. */
export function datesIn(stretches: readonly Stretch[], days: LocalDays, to: number): Set<string> {
  const dates = new Set<string>();
  let next = Number.NEGATIVE_INFINITY;
  for (const stretch of inOrder(stretches)) {
    const last = Math.min(stretch.to, to);
    const first = Math.max(stretch.from, next);
    if (first > last) continue;
    for (let day = days.of(first); day.start <= last; day = days.shift(day, 1)) {
      dates.add(day.date);
      next = day.end;
    }
  }
  return dates;
}

function inOrder(stretches: readonly Stretch[]): Stretch[] {
  return stretches.toSorted((a, b) => a.from - b.from);
}
