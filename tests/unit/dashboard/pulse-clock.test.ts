import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PulseClock } from '../../../dashboard/src/live/pulse-clock.ts';
import { heardPulse, serverTime } from '../../../dashboard/src/live/pulse-clock.ts';

const t0 = 1_700_000_000_000;

/** A clock that heard `n` pulses, 2 s apart, of a server whose time runs `speed` times ours. */
function hearing(n: number, speed: number, jitterMs: (i: number) => number = () => 0): PulseClock {
  let clock: PulseClock | null = null;
  for (let i = 0; i < n; i++) clock = heardPulse(clock, t0 + i * 2_000 * speed, i * 2_000 + jitterMs(i));
  if (!clock) throw new Error('no pulse was heard');
  return clock;
}

describe('P2: ages and the clock run on pulse time', () => {
  it('takes the first pulse as real time', () => {
    const clock = heardPulse(null, t0, 500);
    expect(serverTime(clock, 500)).toBe(t0);
    expect(serverTime(clock, 1_750)).toBe(t0 + 1_250);
  });

  it('learns the pace of a simulated clock from the second pulse', () => {
    const clock = hearing(2, 60);
    expect(clock.pace).toBeCloseTo(60);
    expect(serverTime(clock, 3_000)).toBeCloseTo(t0 + 180_000);
  });

  it('keeps to real time within the jitter of a network', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 12, maxLength: 12 }), (delays) => {
        const clock = hearing(12, 1, (i) => delays[i] ?? 0);
        expect(clock.pace).toBe(1);
      }),
    );
  });

  it('keeps its pace while no pulse comes', () => {
    const clock = hearing(5, 10);
    expect(serverTime(clock, 8_000 + 60_000)).toBeCloseTo(t0 + 80_000 + 600_000);
  });

  it('believes a pulse after a leap at once, without taking the leap for a pace', () => {
    const leapt = heardPulse(hearing(6, 1), t0 + 3_600_000, 12_000);
    expect(serverTime(leapt, 12_000)).toBe(t0 + 3_600_000);
    expect(leapt.pace).toBe(1);
  });

  it('follows a clock that is set back', () => {
    const back = heardPulse(hearing(6, 1), t0 - 86_400_000, 12_000);
    expect(serverTime(back, 13_000)).toBe(t0 - 86_400_000 + 1_000);
  });

  it('learns a new pace after the server came back with one', () => {
    let clock = hearing(6, 60);
    for (let i = 0; i < 4; i++) clock = heardPulse(clock, t0 + 10_000_000 + i * 2_000, 20_000 + i * 2_000);
    expect(clock.pace).toBe(1);
  });

  it('is not stopped for ever by pulses that come in one burst', () => {
    const burst = heardPulse(heardPulse(hearing(3, 1), t0 + 6_000, 9_990), t0 + 8_000, 10_000);
    expect(burst.pace).toBeGreaterThan(0);
    expect(serverTime(burst, 11_000)).toBeGreaterThanOrEqual(t0 + 8_000);
  });

  it('never answers a time before its last pulse', () => {
    expect(serverTime(hearing(3, 1), 0)).toBe(t0 + 4_000);
  });
});
