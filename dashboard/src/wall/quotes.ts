// What is told of the wait of a customer who takes a ticket now, in whole minutes: nobody can tell it closer.
import type { HallLive, ServiceLive } from '../../../server/contracts/hall-live.ts';

export interface QuoteWords {
  /** Minutes; at least one. */
  said: { n: number; low: number; high: number };
  /** Under a minute. */
  isUnder: boolean;
}

/** The range is rounded outwards, so that it holds what it promises. */
export function quoteWords(quote: ServiceLive['quote']): QuoteWords | null {
  if (!quote) return null;
  const n = Math.max(1, Math.round(quote.s / 60));
  return {
    said: { n, low: Math.min(n, Math.floor(quote.lowS / 60)), high: Math.max(n, Math.ceil(quote.highS / 60)) },
    isUnder: quote.s < 60,
  };
}

/** How right quotes were on the latest day that any service tells of, over all of them; null where none does. */
export function quoteCheck({
  services,
  truncated,
}: Pick<HallLive, 'services' | 'truncated'>): ServiceLive['quoteCheck'] {
  if (truncated) return truncated.totals.services.quoteCheck;
  const checks = services.flatMap(({ quoteCheck: check }) => check ?? []);
  const date = checks
    .map((check) => check.date)
    .sort()
    .at(-1);
  const latest = checks.filter((check) => check.date === date);
  const n = latest.reduce((sum, check) => sum + check.n, 0);
  if (date === undefined || n === 0) return null;
  const over = (of: 'offS' | 'coverage') => latest.reduce((sum, check) => sum + check[of] * check.n, 0) / n;
  return { date, n, offS: over('offS'), coverage: over('coverage') };
}

/** Whether `date` is the day before `today`, both local dates. */
export function isYesterday(date: string, today: string): boolean {
  return Date.parse(today) - Date.parse(date) === 86_400_000;
}
