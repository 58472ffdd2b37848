// The small parts of history: histograms, profiles, steps, the catalogue.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitionOf, measurementNames } from '../../../server/history/catalogue.ts';
import { runsOf, stepEdges } from '../../../server/history/steps.ts';
import { withCatalogue } from '../../../server/history/write-docs.ts';
import {
  histogramOf,
  histogramText,
  mergeHistograms,
  parseHistogram,
  quantile,
  relativeError,
} from '../../../server/insight/histogram.ts';
import { halfHours, parseProfile, profileText } from '../../../server/insight/profile.ts';
import { LocalDays } from '../../../server/local-days.ts';

const hourMs = 3_600_000;
const waits = fc.array(fc.integer({ min: 0, max: 86_400 }), { minLength: 1, maxLength: 200 });

describe('a histogram', () => {
  it('gives every quantile within its stated error, also merged and written down', () => {
    fc.assert(
      fc.property(waits, waits, fc.double({ min: 0, max: 1, noNaN: true }), (some, others, q) => {
        const merged = mergeHistograms([histogramOf(some), histogramOf(others)]);
        const read = parseHistogram(histogramText(merged));
        const sorted = [...some, ...others].sort((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
        const told = read && quantile(read, q);
        expect(Math.abs((told ?? Number.NaN) - exact)).toBeLessThanOrEqual(relativeError * exact + 1e-9);
      }),
    );
  });

  it('knows nothing of nothing, takes a day at most, and refuses other texts', () => {
    expect(quantile(histogramOf([]), 0.5)).toBeNull();
    expect(histogramOf([Number.NaN, -1]).size).toBe(0);
    expect(quantile(histogramOf([1e9]), 1)).toBeCloseTo(86_400, -4);
    expect(quantile(histogramOf([0.5]), 1)).toBe(0);
    expect(parseHistogram('')).toEqual(new Map());
    for (const text of ['x', '1', '1:', '9999:1', '1:1;2:2', '1:-1']) expect(parseHistogram(text)).toBeNull();
  });
});

describe('a profile', () => {
  const value = fc.option(fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 62 ** 4 - 1 })));

  it('reads as it was written', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: halfHours, maxLength: halfHours }), (profile) => {
        expect(parseProfile(profileText(profile))).toEqual(profile);
      }),
    );
    expect(profileText(new Array(48).fill(null))).toBe('');
    expect(profileText([null, null, 1, 0, null, 62, null])).toBe('210.-10');
  });

  it('refuses what is none', () => {
    for (const text of ['0', '!1', '0-1', '0_123', '0!', `0${'1'.repeat(49)}`, 'z1'])
      expect(parseProfile(text)).toBeNull();
    expect(() => profileText([-1])).toThrow(RangeError);
    expect(() => profileText([0.5])).toThrow(RangeError);
  });
});

describe('steps', () => {
  const berlin = new LocalDays('Europe/Berlin', '04:00');
  const spring = berlin.onDate('2026-03-29');

  it('begin anew at each local midnight', () => {
    const [from, to] = [berlin.shift(spring, -1).start, berlin.shift(spring, 1).end];
    const hoursOf = (stepMs: number) => {
      const edges = stepEdges({ from, to, stepMs }, berlin);
      return edges.slice(1).map((edge, i) => (edge - (edges[i] ?? 0)) / hourMs);
    };
    expect(hoursOf(6 * hourMs)).toEqual([6, 6, 6, 6, 6, 6, 6, 5, 6, 6, 6, 6]);
    expect(hoursOf(24 * hourMs)).toEqual([24, 23, 24]);
    expect(hoursOf(48 * hourMs)).toEqual([47, 48]);
  });

  it('cover what was asked, and no more', () => {
    const noon = spring.start + 12 * hourMs;
    expect(stepEdges({ from: noon + 1, to: noon + hourMs + 1, stepMs: hourMs }, berlin)).toEqual([
      noon,
      noon + hourMs,
      noon + 2 * hourMs,
    ]);
    expect(stepEdges({ from: noon, to: noon, stepMs: hourMs }, berlin)).toEqual([]);
  });

  it('are few stretches of equal ones', () => {
    const year = stepEdges(
      { from: berlin.onDate('2026-01-01').start, to: berlin.onDate('2026-12-31').end, stepMs: 24 * hourMs },
      berlin,
    );
    expect(runsOf(year).map(({ count }) => count)).toEqual([87, 1, 209, 1, 67]);
    expect(runsOf([0, 10, 20, 30], 20).map(({ first, count }) => [first, count])).toEqual([
      [0, 2],
      [2, 1],
    ]);
  });
});

describe('the catalogue', () => {
  it('is what docs/history.md says', () => {
    const page = readFileSync('docs/history.md', 'utf8');
    expect(page, 'run npm run docs:history').toBe(withCatalogue(page));
  });

  it('names what every store can tell apart', () => {
    for (const name of measurementNames) {
      const { tags, fields } = definitionOf(name);
      const all = ['time', 'series', 'at', ...tags, ...Object.keys(fields)].map((one) => one.toLowerCase());
      expect(new Set(all).size, name).toBe(all.length);
      for (const one of [name, ...tags, ...Object.keys(fields)]) expect(one).toMatch(/^[a-zA-Z_]+$/);
      expect(tags.filter((tag) => !['region', 'hall', 'service', 'device', 'desk', 'rule'].includes(tag))).toEqual([]);
    }
  });
});
