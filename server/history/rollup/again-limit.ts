// How often the same span is rolled up again: a device that goes on sending of a time long gone changes the same spans with each message.
const timesAtMost = 3;
const withinMs = 60_000;

export class AgainLimit {
  readonly #counts = new Map<string, number>();
  #since = 0;

  /** True while a span may be rolled up once more at `now`, epoch ms; that time is counted. */
  take(span: string, now: number): boolean {
    if (now < this.#since || now >= this.#since + withinMs) {
      this.#counts.clear();
      this.#since = now;
    }
    const count = this.#counts.get(span) ?? 0;
    if (count >= timesAtMost) return false;
    this.#counts.set(span, count + 1);
    return true;
  }
}
