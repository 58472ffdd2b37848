// Today against the usual: decided here, put into words by the panel.
import type { OccupancyLive } from '../../../server/contracts/hall-live.ts';
import type { Usual } from '../../../server/contracts/usual.ts';
import type { Params } from '../messages/vocabulary.ts';
import type { WallKey } from '../messages/wall.ts';

/** Below so many people usual by now, one family more or less would read as a change of day. */
const fewestPeople = 10;
const slotMs = 900_000;

/** People who usually have entered by `now`, in proportion within the quarter of an hour; null where like days don't tell. */
export function usuallyEntered({ slots }: Usual, now: number): number | null {
  const index = slots.findLastIndex(({ at }) => at <= now);
  const slot = slots[index];
  if (!slot?.enteredBy) return null;
  const before = index === 0 ? 0 : slots[index - 1]?.enteredBy?.median;
  if (before === undefined) return null;
  const share = Math.min(1, (now - slot.at) / slotMs);
  return before + (slot.enteredBy.median - before) * share;
}

/**
 * By how much more people entered today than usual by `now`: 0.18 reads as +18 %. Null when either isn't known, when doors are
 * silent (their people are missing today), and when the usual is under ten people.
 */
export function againstUsual(occupancy: OccupancyLive, usual: Usual | null, now: number): number | null {
  const { enteredToday, quality } = occupancy;
  if (usual === null || enteredToday === null || quality === 'unknown') return null;
  const people = usuallyEntered(usual, now);
  return people === null || people < fewestPeople ? null : (enteredToday - people) / people;
}

interface Said {
  key: WallKey;
  params: Params;
}

interface Told {
  usual: Usual | null;
  failed: boolean;
  now: OccupancyLive['usual'];
  /** Words in the reader's language. */
  pick: (words: Usual['words']) => string;
}

/** What stands at the band: the usual of now and which days it is told from, or why there is none. */
export function usualSaid({ usual, failed, now, pick }: Told): Said {
  if (usual === null) return { key: failed ? 'usual.away' : 'usual.loading', params: {} };
  const params = { n: usual.days.length, days: pick(usual.like.words) };
  if (!usual.isEnough) return { key: 'usual.few', params };
  if (now === null) return { key: 'usual.days', params };
  return { key: 'usual.now', params: { ...params, low: Math.round(now.low), high: Math.round(now.high) } };
}
