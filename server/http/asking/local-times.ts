const quarterMs = 900_000;
const mostKept = 4_096;

/** Local times as text, `2026-11-23T09:00:00+08:00`: a hundred thousand of them in an export, so offsets are kept. */
export class LocalTimes {
  readonly #timeZone: string;
  /** Offsets by quarter of an hour, ms: no clock changes inside one. */
  readonly #offsets = new Map<number, number>();

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** Epoch ms as local time with its offset, to the second; null for null. */
  text(at: number | null): string | null {
    if (at === null) return null;
    const offset = this.#offsetAt(at);
    const minutes = Math.abs(offset) / 60_000;
    const digits = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
    return `${new Date(at + offset).toISOString().slice(0, 19)}${offset < 0 ? '-' : '+'}${digits.join(':')}`;
  }

  #offsetAt(at: number): number {
    const quarter = Math.floor(at / quarterMs);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(this.#timeZone);
    if (this.#offsets.size >= mostKept) this.#offsets.clear();
    // Offsets of long ago have seconds, which ISO 8601 can't write.
    const offset = Math.round(offsetNanoseconds / 60e9) * 60_000;
    this.#offsets.set(quarter, offset);
    return offset;
  }
}
