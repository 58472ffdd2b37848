import type { ClockSpec } from './contracts/clock-spec.ts';
import { clockForm, parseClockSpec, timeAt } from './contracts/clock-spec.ts';
import { HallwatchError } from './errors.ts';

export interface Timer {
  cancel(): void;
}

/** The only source of time. Domain code is handed `now`; everything else asks the clock that the app was built with. */
export interface Clock {
  /** How many times as fast as real time it runs; 0 for one that is moved by hand. */
  readonly speed: number;
  /** Epoch ms. */
  now(): number;
  /** Runs `then` once when `delayMs` of this clock's time have passed. */
  after(delayMs: number, then: () => void): Timer;
}

const longestTimeoutMs = 2 ** 31 - 1;

/** Real time, or simulated time that runs `speed` times as fast from `simMs` at the real time `realMs` (T4). */
export function systemClock(spec: ClockSpec = { simMs: 0, realMs: 0, speed: 1 }): Clock {
  const now = () => timeAt(spec, Date.now());
  return {
    speed: spec.speed,
    now,
    after(delayMs, then) {
      const realDelayMs = Math.min(Math.max(delayMs / spec.speed, 0), longestTimeoutMs);
      const handle = setTimeout(then, realDelayMs);
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

/** Reads HALLWATCH_CLOCK; throws `bad-setting`. */
export function readClockSpec(text: string): ClockSpec {
  const spec = parseClockSpec(text);
  if (spec) return spec;
  throw new HallwatchError('bad-setting', { what: `HALLWATCH_CLOCK is "${text}"`, fix: `write ${clockForm}` });
}

export interface ManualClock extends Clock {
  /** Moves time forward to `at`, firing every timer on the way at its own time. */
  moveTo(at: number): void;
  /** Sets it, ahead or back, as somebody who sets a computer's clock does: timers fire when as much time has passed as they waited for. */
  leapTo(at: number): void;
}

/** A clock that stands still until told to move: for benches and tests. */
export function manualClock(start: number): ManualClock {
  let now = start;
  const waiting = new Set<{ at: number; then: () => void }>();
  const firstDue = (until: number) => [...waiting].filter((entry) => entry.at <= until).sort((a, b) => a.at - b.at)[0];
  return {
    speed: 0,
    now: () => now,
    after(delayMs, then) {
      const entry = { at: now + Math.max(0, delayMs), then };
      waiting.add(entry);
      return { cancel: () => waiting.delete(entry) };
    },
    moveTo(at) {
      for (let due = firstDue(at); due; due = firstDue(at)) {
        waiting.delete(due);
        now = Math.max(now, due.at);
        due.then();
      }
      now = Math.max(now, at);
    },
    leapTo(at) {
      for (const entry of waiting) entry.at += at - now;
      now = at;
    },
  };
}
