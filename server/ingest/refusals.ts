import type { Clock } from '../clock.ts';
import type { RefusalReason } from '../contracts/names.ts';
import type { Logger } from '../log.ts';

const placeless = new Set<RefusalReason>(['bad-topic', 'unknown-channel', 'unknown-hall', 'unknown-device']);
const quietMs = 60_000;
const keptSenders = 10_000;

/** Logs what was refused or odd, once per device, reason and minute. */
export class Refusals {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #saidAt = new Map<string, number>();

  constructor({ clock, log }: { clock: Clock; log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Logs a refused message unless the same was said of its sender within the last minute. */
  refused(reason: RefusalReason, { topic, bytes, detail }: { topic: string; bytes: number; detail: string }): void {
    // Whoever invents topics gets one line a minute for all of them.
    const sender = placeless.has(reason) ? '' : topic.slice(0, 200);
    if (this.#isNews(`${reason} ${sender}`)) {
      this.#log.warn({ reason, topic: topic.slice(0, 200), bytes, detail }, 'message refused');
    }
  }

  /** Logs something odd about a message that was accepted. */
  noted(note: string, device: string): void {
    if (this.#isNews(`${note} ${device}`)) this.#log.info({ note, device }, 'message noted');
  }

  #isNews(key: string): boolean {
    const now = this.#clock.now();
    const saidAt = this.#saidAt.get(key);
    if (saidAt !== undefined && Math.abs(now - saidAt) < quietMs) return false;
    // Topics come from outside: a flood of new ones must not fill memory.
    if (this.#saidAt.size >= keptSenders) this.#saidAt.clear();
    this.#saidAt.set(key, now);
    return true;
  }
}
