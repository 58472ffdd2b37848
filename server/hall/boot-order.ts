// The order of a device's boots: that of their earliest messages by effective time, ties by number. Numbers alone don't tell: a
// replaced device may count lower than the one before it, or by another clock.

/** What places a boot among others: the earliest effective time of its messages, epoch ms. */
export interface Begun {
  since: number;
}

export function compareBoots<T extends Begun>([a, one]: [number, T], [b, other]: [number, T]): number {
  // Boots without a message are all at infinity, whose difference is none.
  return (one.since === other.since ? 0 : one.since - other.since) || a - b;
}

/** Boots in order, the earliest first. */
export function bootsInOrder<T extends Begun>(boots: ReadonlyMap<number, T>): [boot: number, one: T][] {
  const entries = [...boots];
  return entries.length > 1 ? entries.sort(compareBoots) : entries;
}
