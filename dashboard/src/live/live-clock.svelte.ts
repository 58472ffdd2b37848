import type { PulseClock } from './pulse-clock.ts';
import { heardPulse, serverTime } from './pulse-clock.ts';

const tickMs = 250;

/** Server time and monotonic time as reactive values, four ticks a second. */
export class LiveClock {
  /** performance.now() of the last tick: ages on the screen's side, such as the last pulse's, count from it. */
  monotonicMs = $state(performance.now());
  #clock = $state.raw<PulseClock | null>(null);

  /** Server time in epoch ms; null before the first pulse. */
  get now(): number | null {
    return this.#clock && serverTime(this.#clock, this.monotonicMs);
  }

  heard(pulseNow: number): void {
    this.monotonicMs = performance.now();
    this.#clock = heardPulse(this.#clock, pulseNow, this.monotonicMs);
  }

  /** Ticks until the returned function is called. */
  start(): () => void {
    const timer = setInterval(() => {
      this.monotonicMs = performance.now();
    }, tickMs);
    return () => clearInterval(timer);
  }
}
