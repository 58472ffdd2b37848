// People of whom it is known that they are inside: whoever is at a desk, and those who wait with a ticket.
import type { DeskLive } from '../../contracts/hall-live.ts';
import type { Ledger } from '../ledger.ts';

/** Who has waited longer may have left without a word. */
const surelyWaitsMs = 30 * 60_000;
/** A desk that has had the same customer for longer wasn't told of the end. */
const surelyServedMs = 2 * 3_600_000;

export function knownInside(ledger: Ledger, desks: readonly DeskLive[], now: number): number {
  let people = desks.filter(({ state, since }) => state === 'serving' && now - (since ?? 0) < surelyServedMs).length;
  for (const name of ledger.lines.names) people += ledger.lines.count(name, now - surelyWaitsMs, now + 1);
  return people;
}
