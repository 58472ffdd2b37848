// Which bytes the messages of a boot had, as far as that tells copies from other messages of the same name: a hash of each of the first
// 64 by seq, where a device begins again, and of each of the last 64, where copies come from.

const size = 64;

export interface Prints {
  /** By seq - 1 of the first 64, and behind them by seq modulo 64 of the last; 0 where nothing is known. */
  hashes: Int32Array;
  /** The highest seq of which a hash is known. */
  high: number;
}

export function emptyPrints(): Prints {
  return { hashes: new Int32Array(2 * size), high: 0 };
}

/** Notes the hash of a message that was read. */
export function notePrint(prints: Prints, seq: number, print: number): void {
  const { hashes, high } = prints;
  if (seq <= size) hashes[seq - 1] = print;
  if (seq > high) {
    // Of what was left out nothing is known.
    if (seq - high > size) hashes.fill(0, size);
    else for (let skipped = high + 1; skipped < seq; skipped++) hashes[size + (skipped % size)] = 0;
    prints.high = seq;
  }
  if (seq > prints.high - size) hashes[size + (seq % size)] = print;
}

/** The hash of the message of that seq; 0 where it isn't known. */
export function printOf({ hashes, high }: Prints, seq: number): number {
  if (seq > high) return 0;
  if (seq <= size) return hashes[seq - 1] ?? 0;
  return seq > high - size ? (hashes[size + (seq % size)] ?? 0) : 0;
}

/** FNV-1a over the bytes of a message, never 0. */
export function printOfBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash | 0 || 1;
}
