import { describe, expect, test } from 'vitest';
import { formatClock, parseClock, realNow, simClock } from '../../../firmware-sim/clock.ts';

describe('T4: HALLWATCH_CLOCK', () => {
  test('is read and written in one form', () => {
    const text = '918111540000@1795312800000x1.5';
    expect(parseClock(text)).toEqual({ simMs: 918111540000, realMs: 1795312800000, speed: 1.5 });
    expect(formatClock(parseClock(text))).toBe(text);
  });

  test.each(['', 'now', '1@2', '1@2x0', '1@2x-1', '1@2x1e3', '1.5@2x1', ' 1@2x1', '1@2x', '9'.repeat(17)])(
    'refuses "%s" in one line that says what to write',
    (text) => {
      expect(() => parseClock(text)).toThrow(/^HALLWATCH_CLOCK is ".*": write <simulated ms>@<real ms>x<speed>[^\n]*$/);
    },
  );

  test('runs as fast as it says from the time it says', () => {
    const real = realNow();
    const clock = simClock({ simMs: 1_000_000, realMs: real - 1_000, speed: 60 });
    const shouldBe = () => 1_000_000 + (realNow() - real + 1_000) * 60;
    expect(Math.abs(clock.now() - shouldBe())).toBeLessThan(6_000);
    expect(Number.isInteger(clock.now())).toBe(true);
  });

  test('timers divide by speed, and can be taken back', async () => {
    const clock = simClock({ simMs: 0, realMs: realNow(), speed: 100_000 });
    let cancelled = true;
    clock
      .after(60_000, () => {
        cancelled = false;
      })
      .cancel();
    const before = realNow();
    await new Promise<void>((resolve) => clock.after(3_600_000, resolve));
    expect(realNow() - before).toBeLessThan(2_000);
    expect(cancelled).toBe(true);
  });
});
