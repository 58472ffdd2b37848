// Who is inside without a ticket: whom a floor guide looks for. A difference of numbers that are each only roughly known, so a range.
import type { DeskLive, OccupancyLive, QueueLive } from '../contracts/hall-live.ts';

interface Known {
  occupancy: Pick<OccupancyLive, 'value' | 'staff' | 'reason'>;
  queue: QueueLive;
  desks: readonly DeskLive[];
  /** The estimate's own standard deviation, people; `known`: of so many it is known that they are inside. */
  corrected: { deviation: number | null; known: number } | null;
}

/** Four of five values of a normal distribution lie within so many standard deviations. */
const fourOfFive = 1.2816;
const none: readonly unknown[] = [null, 'correcting'];

/**
 * People inside but for staff, those at desks and those who wait: fewest if all who took a ticket and weren't called are still there,
 * most if only those are who surely are. Null where one of these isn't known.
 */
export function withoutTicket({ occupancy, queue, desks, corrected }: Known): OccupancyLive['withoutTicket'] {
  const { value, staff, reason } = occupancy;
  const deviation = corrected?.deviation ?? null;
  if (value === null || queue.waiting === null || deviation === null || !corrected) return null;
  if (!none.includes(reason) || queue.reason !== null) return null;
  const atDesks = desks.filter(({ state, ticket }) => ticket !== null && (state === 'serving' || state === 'calling'));
  const others = value - (staff ?? 0);
  const low = others - fourOfFive * deviation - queue.waiting - atDesks.length;
  const high = others + fourOfFive * deviation - corrected.known;
  return { low: Math.max(0, Math.round(low)), high: Math.max(0, Math.round(high)) };
}
