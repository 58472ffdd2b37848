// How many people entered today against the usual of this time of day. The wall shows the same number (dashboard/src/wall/usual.ts).
import type { OccupancyLive } from '../contracts/hall-live.ts';
import type { AgainstReason } from '../contracts/names.ts';
import type { Band, Usual } from '../contracts/usual.ts';
import { rounded } from './rounding.ts';
import { slotMs } from './wall-slots.ts';

/** Below so many people usual by now, one family more or less would read as a change of day. */
const fewestPeople = 10;

/** How today compares: `change` 0.18 is +18 %, null for `reason`. */
export interface Against {
  usual: Band | null;
  change: number | null;
  reason: AgainstReason | null;
}

const nobody: Band = { low: 0, median: 0, high: 0 };

/** People who usually have entered by `now`, in proportion within the quarter of an hour; null where like days don't tell. */
function enteredByNow({ slots }: Pick<Usual, 'slots'>, now: number): Band | null {
  const index = slots.findLastIndex(({ at }) => at <= now);
  const slot = slots[index];
  const before = index === 0 ? nobody : slots[index - 1]?.enteredBy;
  if (!slot?.enteredBy || !before) return null;
  const { enteredBy } = slot;
  const share = Math.min(1, (now - slot.at) / slotMs);
  const part = (end: keyof Band) => before[end] + (enteredBy[end] - before[end]) * share;
  return { low: part('low'), median: part('median'), high: part('high') };
}

/** Nothing is said while doors are silent, since their people are missing today, and while the usual is under ten people. */
export function againstUsual(
  { enteredToday, quality }: Pick<OccupancyLive, 'enteredToday' | 'quality'>,
  usual: Usual,
  now: number,
): Against {
  const band = enteredByNow(usual, now);
  const told = band && { low: rounded(band.low), median: rounded(band.median), high: rounded(band.high) };
  const without = (reason: AgainstReason): Against => ({ usual: told, change: null, reason });
  if (band === null) return without('few-days');
  if (enteredToday === null || quality === 'unknown') return without('not-counted');
  if (band.median < fewestPeople) return without('too-small');
  const change = Math.round(((enteredToday - band.median) / band.median) * 10_000) / 10_000;
  return { usual: told, change, reason: null };
}
