// Waits foretold, in words.
import { describe, expect, it } from 'vitest';
import { isYesterday, quoteCheck, quoteWords } from '../../../dashboard/src/wall/quotes.ts';
import { service } from './hall-live.ts';

const quote = (s: number, lowS: number, highS: number) => ({ s, meanS: s, lowS, highS });

describe('a quote', () => {
  it('is told in whole minutes, its range rounded outwards', () => {
    expect(quoteWords(quote(1_000, 779, 1_321))).toEqual({ said: { n: 17, low: 12, high: 23 }, isUnder: false });
    expect(quoteWords(quote(60, 60, 60))).toEqual({ said: { n: 1, low: 1, high: 1 }, isUnder: false });
  });

  it('under a minute says so, and never less than nothing', () => {
    expect(quoteWords(quote(0, 0, 0))).toEqual({ said: { n: 1, low: 0, high: 1 }, isUnder: true });
    expect(quoteWords(quote(59, 10, 130))).toEqual({ said: { n: 1, low: 0, high: 3 }, isUnder: true });
  });

  it('that is not known has no words', () => {
    expect(quoteWords(null)).toBeNull();
  });
});

describe('the check of quotes', () => {
  const check = (date: string, n: number, offS: number, coverage: number) => ({ date, n, offS, coverage });

  it('weighs services by their waits, on the latest day that any tells of', () => {
    const services = [
      service('general', { quoteCheck: check('2026-11-22', 30, 60, 0.8) }),
      service('vip', { quoteCheck: check('2026-11-22', 10, 180, 0.6) }),
      service('payment', { quoteCheck: check('2026-11-20', 100, 600, 0.1) }),
      service('none'),
    ];
    expect(quoteCheck({ services, truncated: null })).toEqual({ date: '2026-11-22', n: 40, offS: 90, coverage: 0.75 });
    expect(quoteCheck({ services: [service('none')], truncated: null })).toBeNull();
  });

  it('is of yesterday or not, also over the end of a month', () => {
    expect(isYesterday('2026-11-30', '2026-12-01')).toBe(true);
    expect(isYesterday('2026-11-29', '2026-12-01')).toBe(false);
  });
});
