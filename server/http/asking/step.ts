import { HallwatchError } from '../../errors.ts';

const minuteMs = 60_000;
/** What hall_slot and its like are written by. */
const slotMs = 15 * minuteMs;
const dayMs = 24 * 60 * minuteMs;
const longestMs = 31 * dayMs;
const unitsMs: Record<string, number> = { '': 1_000, s: 1_000, m: minuteMs, h: 60 * minuteMs, d: dayMs };
/** What is suggested: whole parts of a day, and days. */
const usualSteps = ['1m', '5m', '15m', '30m', '1h', '2h', '6h', '1d', '7d', '31d'];

/**
 * `15m`, `1h`, `1d`, `900`, in ms: whole minutes below a quarter of an hour, whole quarters below a day, then whole days.
 * Throws `bad-request`.
 */
export function readStep(text: string): number {
  const stepMs = msOf(text);
  const whole = stepMs < slotMs ? minuteMs : stepMs < dayMs ? slotMs : dayMs;
  if (stepMs > 0 && stepMs <= longestMs && stepMs % whole === 0) return stepMs;
  throw new HallwatchError('bad-request', {
    what: `step is "${text}"`,
    fix: `write one of ${usualSteps.join(', ')}: whole minutes below 15m, whole quarters of an hour below 1d, then whole days`,
  });
}

function msOf(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,7})([smhd]?)$/.exec(text) ?? [];
  return Number(digits) * (unitsMs[unit] ?? Number.NaN);
}

/** By what a step is answered: hall_minute alone knows less than a quarter of an hour. */
export function isBelowSlot(stepMs: number): boolean {
  return stepMs < slotMs;
}

export interface StepLimits {
  days: number;
  steps: number;
  /** What else there is for more. */
  otherwise: string;
}

/** Throws `bad-request`, with the shortest step that fits, for more than an answer may hold. */
export function checkLength({ from, to }: { from: number; to: number }, stepMs: number, limits: StepLimits): void {
  const { days, steps, otherwise } = limits;
  const lengthMs = to - from;
  if (lengthMs > days * dayMs) {
    throw new HallwatchError('bad-request', {
      what: `from and to are ${Math.ceil(lengthMs / dayMs)} days apart`,
      fix: `ask for ${days} days at most${otherwise}`,
    });
  }
  const count = Math.ceil(lengthMs / stepMs);
  if (count <= steps) return;
  const fitting = usualSteps.find((one) => lengthMs / msOf(one) <= steps) ?? '1d';
  throw new HallwatchError('bad-request', {
    what: `that is ${count} steps, and an answer holds ${steps}`,
    fix: `write step=${fitting}, or ask for ${Math.floor((steps * stepMs) / (60 * minuteMs))} hours at most${otherwise}`,
  });
}
