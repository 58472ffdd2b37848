/** Runs `send` for a key at once on its first touch, then at most once every `everyMs`, always ending with the latest. */
export class Pacing {
  readonly #everyMs: number;
  readonly #send: (key: string) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #again = new Set<string>();

  constructor(everyMs: number, send: (key: string) => void) {
    this.#everyMs = everyMs;
    this.#send = send;
  }

  touch(key: string): void {
    if (this.#timers.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#timers.set(
      key,
      setTimeout(() => this.#due(key), this.#everyMs),
    );
    this.#send(key);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #due(key: string): void {
    this.#timers.delete(key);
    if (this.#again.delete(key)) this.touch(key);
  }
}
