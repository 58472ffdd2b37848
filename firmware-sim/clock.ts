import type { ClockSpec } from '../server/contracts/clock-spec.ts';
import { clockForm, parseClockSpec, timeAt } from '../server/contracts/clock-spec.ts';
import { UserError } from './user-error.ts';

export interface Timer {
  cancel(): void;
}

/** The clock that devices live by. `now` is epoch ms, whole. */
export interface SimClock {
  now(): number;
  /** Runs `then` once after `delayMs` of this clock's time. */
  after(delayMs: number, then: () => void): Timer;
}

const longestTimeoutMs = 2 ** 31 - 1;

/** Epoch ms of the machine: for what must grow across restarts, whatever the simulated time does. */
export function realNow(): number {
  return Date.now();
}

export const realTime: ClockSpec = { simMs: 0, realMs: 0, speed: 1 };

export function simClock(spec: ClockSpec): SimClock {
  return {
    now: () => timeAt(spec, realNow()),
    after(delayMs, then) {
      const handle = setTimeout(then, Math.min(Math.max(delayMs / spec.speed, 0), longestTimeoutMs));
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

/** Reads HALLWATCH_CLOCK; the same text means the same time in every process. */
export function parseClock(text: string): ClockSpec {
  const spec = parseClockSpec(text);
  if (spec) return spec;
  throw new UserError(`HALLWATCH_CLOCK is "${text}": write ${clockForm}`);
}

export function formatClock({ simMs, realMs, speed }: ClockSpec): string {
  return `${simMs}@${realMs}x${speed}`;
}
