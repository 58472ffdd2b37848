// How often a hall's picture goes out: at once, then by the pace; and nothing that only refreshes it makes news wait.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pacing } from '../../../server/push/pacing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function paced() {
  const sent: [string, number][] = [];
  const began = Date.now();
  return { sent, pacing: new Pacing(250, (key) => sent.push([key, Date.now() - began])) };
}

it('P3: the first touch is sent at once, those that follow together at the end of the pace', () => {
  const { sent, pacing } = paced();
  pacing.touch('a');
  for (let i = 0; i < 9; i++) {
    vi.advanceTimersByTime(20);
    pacing.touch('a');
  }
  pacing.touch('b');
  vi.advanceTimersByTime(2_000);
  expect(sent).toEqual([
    ['a', 0],
    ['b', 180],
    ['a', 250],
  ]);
});

it('P3: in constant change four pictures a second go out', () => {
  const { sent, pacing } = paced();
  for (let i = 0; i < 100; i++) {
    pacing.touch('a');
    pacing.refresh('a');
    vi.advanceTimersByTime(10);
  }
  expect(sent.length).toBeLessThanOrEqual(5);
});

it('a refresh makes no touch wait, and is not sent twice with one', () => {
  const { sent, pacing } = paced();
  pacing.refresh('a');
  vi.advanceTimersByTime(20);
  pacing.touch('a');
  vi.advanceTimersByTime(20);
  pacing.refresh('a');
  vi.advanceTimersByTime(2_000);
  expect(sent.map(([, at]) => at)).toEqual([0, 20, 270]);
});

it('refreshes alone are paced as well', () => {
  const { sent, pacing } = paced();
  for (let i = 0; i < 50; i++) {
    pacing.refresh('a');
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(2_000);
  expect(sent.map(([, at]) => at)).toEqual([0, 250, 500]);
});

it('sends nothing more once it is closed', () => {
  const { sent, pacing } = paced();
  pacing.touch('a');
  pacing.touch('a');
  pacing.refresh('b');
  pacing.refresh('b');
  pacing.close();
  vi.advanceTimersByTime(2_000);
  expect(sent.map(([key]) => key)).toEqual(['a', 'b']);
});
