// What was counted by the minute is forgotten, once no quarter of an hour is made of it any more.
import type { Hall } from '../hall/hall.ts';
import type { Logger } from '../log.ts';
import type { Outbox } from './outbox.ts';

interface Parts {
  outbox: Outbox;
  /** Every hall there is; null while they aren't current. */
  halls: readonly Hall[] | null;
  /** Epoch ms. */
  now: number;
  log: Logger;
}

const keptMs = 4 * 86_400_000;
/** Books may hold days of long ago, where a hall's only clock is wrong. */
const longestMs = 40 * 86_400_000;
/** As long as visits are kept by most. */
const leftOutKeptMs = 400 * 86_400_000;
/** Who is inside is counted from when the hall was last empty: at most a day, of 25 h, before a day begins. */
const emptiedBeforeMs = 25 * 3_600_000;

/**
 * Forgets counts of long ago, but for those of days that a hall's books hold: of one that was closed for a week they reach further
 * back. Never throws: on a full disk it waits for the next time, as it does for the halls.
 */
export function tidyCounts({ outbox, halls, now, log }: Parts): void {
  if (!halls) return;
  const keptFrom = new Map(halls.map((hall) => [hall.config.id, hall.keptFrom - emptiedBeforeMs]));
  const before = (hall: string) => Math.max(now - longestMs, Math.min(now - keptMs, keptFrom.get(hall) ?? now));
  try {
    outbox.put([], outbox.position, () => {
      outbox.work.forgetBefore(before);
      outbox.leftOut.forgetBefore(new Date(now - leftOutKeptMs).toISOString().slice(0, 10));
    });
  } catch (error) {
    log.error({ error: String(error) }, 'old counts not forgotten');
  }
}
