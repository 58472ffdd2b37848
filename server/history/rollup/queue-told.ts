import type { Books } from '../../hall/books.ts';
import type { Span } from '../../hall/spans.ts';
import { minuteMs } from './span.ts';

/**
 * True when tickets tell of the span, or did before something late changed their story: what they no longer say of it is zero then,
 * and not unknown.
 */
export function isToldOf({ state, ledger, config }: Books, { from, to }: Span): boolean {
  const isWithin = (at: number) => at >= from && at < to;
  for (const [key, records] of state.tickets) {
    if (records.some(({ at }) => isWithin(at))) return true;
    // A customer who was called may have been presumed not to come, at a moment of which no message is.
    for (const { service, tier, records: own } of ledger.visitsOf(key)) {
      const { noShowMin } = config.standard(service, tier);
      if (typeof noShowMin !== 'number') continue;
      if (own.some(({ at }) => isWithin(at + noShowMin * minuteMs))) return true;
    }
  }
  return false;
}
