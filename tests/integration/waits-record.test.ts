// What is foretold of the bank's fortnight, from a cold start: better than the textbook by what the goal asks, within an honest range.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { judgeRecord } from '../bench/waits.ts';

const bank = gunzipSync(readFileSync('tests/fixtures/records/bank-queue-1999-02a.csv.gz')).toString();

it('foretells those who queued and were served', { timeout: 120_000 }, () => {
  const verdict = judgeRecord(bank);
  expect(verdict.n).toBe(6_986);
  expect(verdict.best_textbook.name).toBe('rollingMean');
  expect(verdict.best_textbook.mae).toBeGreaterThan(51.5);
  expect(verdict.ratio).toBeLessThan(0.78);
  expect(verdict.coverage80).toBeGreaterThan(0.77);
  expect(verdict.coverage80).toBeLessThan(0.83);
  expect(verdict.meanWidth).toBeLessThan(verdict.empiricalWidth);
});
