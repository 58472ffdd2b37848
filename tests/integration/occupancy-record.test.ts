// The people inside on ten weeks of a real door, from a cold start: what is left of a day, and how far off it was on the way.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { judgeRecord } from '../bench/occupancy.ts';

const doors = gunzipSync(readFileSync('tests/fixtures/records/door-counts-2005a.csv.gz')).toString();

it('corrects the counts of a door that loses people', { timeout: 60_000 }, () => {
  const verdict = judgeRecord(doors);
  expect(verdict.days).toBe(69);
  expect(verdict.raw_residue).toBe(15);
  expect(verdict.corrected_residue).toBeLessThan(5);
  expect(verdict.corrected_residue_no_return).toBeLessThan(10);
  expect(verdict.raw_below_zero).toBeGreaterThan(0.15);
  expect(verdict.corrected_below_zero).toBe(0);
  expect(verdict.corrected_off_hindsight).toBeLessThan(verdict.raw_off_hindsight / 2);
});
