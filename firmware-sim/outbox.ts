import type { DeviceMessage } from './devices/sequenced.ts';

const keptMs = 24 * 3_600_000;
const keptMessages = 20_000;

interface Entry {
  message: DeviceMessage;
  acknowledged: boolean;
}

/** Inclusive range of seq. */
export type Range = [from: number, to: number];

/**
 * What a device has sent or has yet to send, oldest first: 24 h or 20,000 messages, whatever was acknowledged, so that
 * the server can ask for any of it again (G1).
 */
export class Outbox {
  #entries: Entry[] = [];
  /** Index of the first entry not handed out on this connection. */
  #next = 0;

  /** `now` is epoch ms of the device's clock; what is older than a day goes. */
  add(message: DeviceMessage, now: number): void {
    this.#entries.push({ message, acknowledged: false });
    const oldest = now - keptMs;
    for (let first = this.#entries[0]; first && this.#isOver(first, oldest); first = this.#entries[0]) {
      this.#entries.shift();
      this.#next = Math.max(0, this.#next - 1);
    }
  }

  /** The next message to publish, with what to call once the broker has it; undefined when all were handed out. */
  next(): { message: DeviceMessage; acknowledge: () => void } | undefined {
    let entry = this.#entries[this.#next];
    while (entry?.acknowledged) entry = this.#entries[++this.#next];
    if (!entry) return undefined;
    this.#next += 1;
    const handed = entry;
    return {
      message: handed.message,
      acknowledge: () => {
        handed.acknowledged = true;
      },
    };
  }

  /** After a lost connection, what was handed out and not acknowledged is handed out again. */
  rewind(): void {
    const first = this.#entries.findIndex((entry) => !entry.acknowledged);
    this.#next = first === -1 ? this.#entries.length : first;
  }

  /** The messages of `boot` from `from` to `to`, inclusive, and the ranges of seq that are no longer here. */
  find(boot: number, [from, to]: Range): { found: DeviceMessage[]; gone: Range[] } {
    const found = this.#entries
      .map((entry) => entry.message)
      .filter((message) => message.boot === boot && message.seq >= from && message.seq <= to);
    const gone: Range[] = [];
    let expected = from;
    for (const { seq } of found) {
      if (seq > expected) gone.push([expected, seq - 1]);
      expected = seq + 1;
    }
    if (expected <= to) gone.push([expected, to]);
    return { found, gone };
  }

  #isOver({ message }: Entry, oldest: number): boolean {
    return this.#entries.length > keptMessages || message.at < oldest;
  }
}
