/**
 * Runs `send` for a key at once on its first touch, then at most once every `everyMs`, always ending with the latest. What is only
 * refreshed is paced in the same way and apart: it never makes a touch wait.
 */
export class Pacing {
  readonly #touches: Pace;
  readonly #refreshes: Pace;

  constructor(everyMs: number, send: (key: string) => void) {
    this.#touches = new Pace(everyMs, send);
    // One that a touch sends along anyway needs none of its own.
    this.#refreshes = new Pace(everyMs, (key) => (this.#touches.isRunning(key) ? this.#touches.touch(key) : send(key)));
  }

  /** Something happened. */
  touch(key: string): void {
    this.#touches.touch(key);
  }

  /** Nothing happened, but time passed or something beside it is known anew. */
  refresh(key: string): void {
    this.#refreshes.touch(key);
  }

  close(): void {
    this.#touches.close();
    this.#refreshes.close();
  }
}

class Pace {
  readonly #everyMs: number;
  readonly #send: (key: string) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #again = new Set<string>();

  constructor(everyMs: number, send: (key: string) => void) {
    this.#everyMs = everyMs;
    this.#send = send;
  }

  isRunning(key: string): boolean {
    return this.#timers.has(key);
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
