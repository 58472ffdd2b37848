// MQTT's framing alone: how long the packets of a connection say they are, and how much of the current one is here. The broker's
// parser keeps what it has of a packet until the packet is whole, 256 MB of it, so lengths are judged before it sees them.

const lengthBytes = 4;
const connect = 1;
const publish = 3;

/** Bytes after the fixed header of a CONNECT (its will is kept as long as the connection), a PUBLISH, and any other packet. */
export interface PacketLimits {
  connect: number;
  publish: number;
  other: number;
}

export class PacketMeter {
  readonly #limits: PacketLimits;
  /** Type of the packet that began, null between two. */
  #type: number | null = null;
  /** Bytes of the length that were read, 0 to 4; then the body follows. */
  #lengthRead = 0;
  #isLengthKnown = false;
  #length = 0;
  #missing = 0;

  constructor(limits: PacketLimits) {
    this.#limits = limits;
  }

  /** Bytes of the packet that isn't whole. */
  get held(): number {
    return this.#isLengthKnown ? this.#length - this.#missing : 0;
  }

  /** Takes what came; false for a packet that is longer than it may be. The broker judges everything else. */
  take(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; ) {
      if (this.#isLengthKnown) {
        const taken = Math.min(this.#missing, bytes.length - at);
        at += taken;
        this.#missing -= taken;
        if (this.#missing === 0) this.#begin();
        continue;
      }
      const byte = bytes[at++] ?? 0;
      if (this.#type === null) this.#type = byte >> 4;
      else if (!this.#takeLength(byte)) return false;
    }
    return true;
  }

  #takeLength(byte: number): boolean {
    this.#length += (byte & 0x7f) * 128 ** this.#lengthRead++;
    if (byte >= 0x80) return this.#lengthRead < lengthBytes;
    if (this.#length > this.#most) return false;
    this.#isLengthKnown = true;
    this.#missing = this.#length;
    if (this.#missing === 0) this.#begin();
    return true;
  }

  get #most(): number {
    if (this.#type === connect) return this.#limits.connect;
    return this.#type === publish ? this.#limits.publish : this.#limits.other;
  }

  #begin(): void {
    this.#type = null;
    this.#lengthRead = 0;
    this.#length = 0;
    this.#isLengthKnown = false;
  }
}
