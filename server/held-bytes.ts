interface HeldBytesOptions<Key> {
  /** All keys together. */
  most: number;
  /** Called for the key that holds most, when all together are over; it is forgotten before. */
  drop: (key: Key) => void;
}

/** Bytes that connections make us hold, each and all together: the one that holds most gives way to the others. */
export class HeldBytes<Key> {
  readonly #options: HeldBytesOptions<Key>;
  readonly #bytes = new Map<Key, number>();
  #total = 0;

  constructor(options: HeldBytesOptions<Key>) {
    this.#options = options;
  }

  get total(): number {
    return this.#total;
  }

  keys(): Iterable<Key> {
    return this.#bytes.keys();
  }

  /** What a key holds now; 0 for nothing. */
  set(key: Key, bytes: number): void {
    this.#total += bytes - (this.#bytes.get(key) ?? 0);
    if (bytes === 0) this.#bytes.delete(key);
    else this.#bytes.set(key, bytes);
    while (this.#total > this.#options.most) this.#dropLargest();
  }

  #dropLargest(): void {
    let [largest, most] = [null as Key | null, 0];
    for (const [key, bytes] of this.#bytes) if (bytes > most) [largest, most] = [key, bytes];
    if (largest === null) return;
    this.set(largest, 0);
    this.#options.drop(largest);
  }
}
