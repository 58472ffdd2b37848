import type { BoundsReached } from '../bounds.ts';

const limits = { ofClient: 64, together: 20_000, length: 512 };

/** How many filters the clients of the built-in broker listen to: every message is compared with all of them. */
export class Subscriptions<Client extends object> {
  readonly #bounds: BoundsReached;
  readonly #filters = new Map<Client, Set<string>>();
  #count = 0;

  constructor(bounds: BoundsReached) {
    this.#bounds = bounds;
  }

  /** False where a client, or all together, have as many as they may. */
  add(client: Client, filter: string): boolean {
    const filters = this.#filters.getOrInsertComputed(client, () => new Set());
    if (filters.has(filter)) return true;
    if (filter.length > limits.length || filters.size >= limits.ofClient || this.#count >= limits.together) {
      this.#bounds.reached('mqtt-subscriptions', 'a client asks for more topics than it may: refused');
      return false;
    }
    filters.add(filter);
    this.#count++;
    return true;
  }

  remove(client: Client, gone: readonly string[]): void {
    const filters = this.#filters.get(client);
    for (const filter of gone) if (filters?.delete(filter)) this.#count--;
  }

  forget(client: Client): void {
    this.#count -= this.#filters.get(client)?.size ?? 0;
    this.#filters.delete(client);
  }
}
