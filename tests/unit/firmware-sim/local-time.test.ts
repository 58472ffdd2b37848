import { describe, expect, test } from 'vitest';
import { instantOf, lastMinuteOf, shiftDays } from '../../../firmware-sim/replay/local-time.ts';

const newYork = 'America/New_York';
const at = (text: string) => Date.parse(text);
const hour = 3600;

describe('T5: moved by whole weeks, keeping the time on the wall', () => {
  const moments = (date: string, second: number) => ({ first: date, last: { date, second } });

  test('to the latest week in which the last event is past', () => {
    const wednesday = moments('1999-02-03', 86_314);
    const days = (now: string) => shiftDays(wednesday, 'Asia/Jerusalem', at(now));
    const weeks = (date: string) => (at(date) - at('1999-02-03')) / 86_400_000;
    expect(days('2026-11-24T12:00Z')).toBe(weeks('2026-11-18'));
    expect(days('2026-11-25T12:00Z')).toBe(weeks('2026-11-18'));
    expect(days('2026-11-25T23:58:34+02:00')).toBe(weeks('2026-11-25'));
    expect(days('2026-11-25T23:58:33+02:00')).toBe(weeks('2026-11-18'));
  });

  test('also back in time, and past midnight', () => {
    expect(shiftDays(moments('1999-02-03', 100), 'UTC', at('1999-02-03T00:00Z'))).toBe(-7);
    expect(shiftDays(moments('1999-02-03', 86_500), 'UTC', at('1999-02-04T00:01Z'))).toBe(-7);
    expect(shiftDays(moments('1999-02-03', 86_500), 'UTC', at('1999-02-04T00:02Z'))).toBe(0);
  });

  test('--at names the first day', () => {
    expect(shiftDays(moments('1999-02-03', 0), 'UTC', 0, '1999-02-10')).toBe(7);
  });
});

describe('local times', () => {
  test('go past the end of the day', () => {
    expect(instantOf({ date: '1999-02-03', second: 86_400 + 60 }, 0, 'UTC')).toBe(at('1999-02-04T00:01Z'));
  });

  test('that the clocks skip are the first moment after the gap, so that order is kept', () => {
    const on = (second: number) => instantOf({ date: '2027-03-14', second }, 0, newYork);
    expect(on(2 * hour - 1)).toBe(at('2027-03-14T01:59:59-05:00'));
    expect(on(2 * hour)).toBe(at('2027-03-14T03:00-04:00'));
    expect(on(2.5 * hour)).toBe(at('2027-03-14T03:00-04:00'));
    expect(on(3 * hour)).toBe(at('2027-03-14T03:00-04:00'));
  });

  test('that come twice are the first of the two', () => {
    const on = (second: number) => instantOf({ date: '2027-11-07', second }, 0, newYork);
    expect(on(1.5 * hour)).toBe(at('2027-11-07T01:30-04:00'));
    expect(on(2 * hour)).toBe(at('2027-11-07T02:00-05:00'));
  });

  test('the last minute of a day begins at 23:59', () => {
    expect(lastMinuteOf('2027-03-14', newYork)).toBe(at('2027-03-14T23:59-04:00'));
  });
});
