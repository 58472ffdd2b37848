// Which bytes the messages of a boot had, as far as that tells copies from other messages of the same name: a hash of each of the first
// 64 by seq, where a device begins again, and of each of the last 64, where copies come from.

export interface Prints {
  /** By seq - 1; 0 where nothing is known. */
  head: Int32Array;
  /** By seq modulo 64, of the seq up to `high`. */
  tail: Int32Array;
  high: number;
}

const size = 64;

export function emptyPrints(): Prints {
  return { head: new Int32Array(size), tail: new Int32Array(size), high: 0 };
}

/** Notes the hash of a message that was read. */
export function notePrint(prints: Prints, seq: number, print: number): void {
  if (seq <= size) prints.head[seq - 1] = print;
  const { tail, high } = prints;
  if (seq > high) {
    // Of what was left out nothing is known.
    if (seq - high > size) tail.fill(0);
    else for (let skipped = high + 1; skipped < seq; skipped++) tail[skipped % size] = 0;
    prints.high = seq;
  }
  if (seq > prints.high - size) tail[seq % size] = print;
}

/** The hash of the message of that seq; 0 where it isn't known. */
export function printOf(prints: Prints, seq: number): number {
  if (seq > prints.high) return 0;
  if (seq <= size) return prints.head[seq - 1] ?? 0;
  return seq > prints.high - size ? (prints.tail[seq % size] ?? 0) : 0;
}

/** FNV-1a over the bytes of a message, never 0. */
export function printOfBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash | 0 || 1;
}
