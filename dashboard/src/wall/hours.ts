import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { WallKey } from '../messages/wall.ts';

/** The sentence about opening hours and the times (epoch ms) that belong into it; null when there is nothing to say. */
export interface Hours {
  key: WallKey;
  times: Record<string, number>;
}

type HoursOf = Pick<HallLive, 'open' | 'opensAt' | 'closesAt'>;

export function hoursOf({ open, opensAt, closesAt }: HoursOf, now: number): Hours | null {
  if (open && opensAt === null && closesAt === null) return { key: 'hall.allDay', times: {} };
  if (!open && opensAt !== null && opensAt > now) return { key: 'hall.opens', times: { at: opensAt } };
  if (opensAt !== null && closesAt !== null) return { key: 'hall.hours', times: { from: opensAt, to: closesAt } };
  return open && closesAt !== null ? { key: 'hall.until', times: { to: closesAt } } : null;
}
