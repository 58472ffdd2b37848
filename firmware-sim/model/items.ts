import type { Random } from '../random.ts';
import { meanServiceMs } from './demand.ts';

const minuteMs = 60_000;
/** A clerk needs this much of the time that the standard allows, on average. */
const ofStandard = 0.8;
const steps = 40;
/** Services that are always the same business, or that no item of the standards describes. */
const withoutItems = new Set(['payment']);

interface Item {
  id: string;
  meanMs: number;
  weight: number;
}

/**
 * Which business items the tickets of a service are for: weighted so that a service takes as long as it does on
 * average, and otherwise as even as can be (weights exponential in the length, the maximum-entropy choice).
 */
export class ItemMix {
  readonly #items: readonly Pick<Item, 'id' | 'meanMs'>[];
  readonly #mixes = new Map<string, Item[]>();

  /** `standards`: minutes allowed by item. */
  constructor(standards: Readonly<Record<string, number>>) {
    this.#items = Object.entries(standards).map(([id, minutes]) => ({ id, meanMs: minutes * ofStandard * minuteMs }));
  }

  /** An item and its mean length; the service's own length where no mix of items comes to that. */
  draw(service: string, random: Random): { item?: string; meanMs: number } {
    const mix = this.#mixes.get(service) ?? this.#weigh(service);
    this.#mixes.set(service, mix);
    const drawn = random.pick(mix, ({ weight }) => weight);
    return drawn ? { item: drawn.id, meanMs: drawn.meanMs } : { meanMs: meanServiceMs(service) };
  }

  #weigh(service: string): Item[] {
    const target = meanServiceMs(service);
    const lengths = this.#items.map(({ meanMs }) => meanMs);
    if (withoutItems.has(service) || Math.min(...lengths) >= target || Math.max(...lengths) <= target) return [];
    let [low, high] = [-1 / minuteMs, 1 / minuteMs];
    for (let i = 0; i < steps; i++) {
      const middle = (low + high) / 2;
      if (meanOf(tilted(this.#items, middle)) < target) low = middle;
      else high = middle;
    }
    return tilted(this.#items, (low + high) / 2);
  }
}

function tilted(items: readonly Pick<Item, 'id' | 'meanMs'>[], tilt: number): Item[] {
  return items.map((item) => ({ ...item, weight: Math.exp(tilt * item.meanMs) }));
}

function meanOf(items: readonly Item[]): number {
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  return items.reduce((sum, { weight, meanMs }) => sum + weight * meanMs, 0) / total;
}
