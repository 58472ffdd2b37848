// Which desks somebody could sit down at now: nothing else may be advised.
import type { HallConfig } from '../../config/hall-config.ts';
import type { DeskLive } from '../../contracts/hall-live.ts';

/** Whoever closed a desk is still about for so long. */
const aboutMs = 30 * 60_000;

/**
 * Desks that don't work at `now` and that can be staffed: by the roster where there is one; otherwise those paused without a plan, or
 * beyond it, and those closed of late. A planned pause that goes on is nobody's to end.
 */
export function staffable({ rosters }: HallConfig, desks: readonly DeskLive[], now: number): readonly DeskLive[] {
  return desks.filter(({ id, state, since, until }) => {
    const roster = rosters.get(id);
    if (roster && !roster.isOpen(now)) return false;
    if (state === 'paused') return until === null || until <= now;
    if (state === 'closed') return roster !== undefined || (since !== null && now - since <= aboutMs);
    return state === 'unknown' && roster !== undefined;
  });
}
