import type { HallConfig } from '../config/hall-config.ts';
import type { DeskLive } from '../contracts/hall-live.ts';
import { isUnsureAt } from './clocks.ts';
import type { DeskTurn, Ledger } from './ledger.ts';
import type { DeskRecord, HallState } from './state.ts';

/** Every desk of the hall at `now`: the ticket it is busy with, or what it last said about itself. */
export function desksLive(state: HallState, ledger: Ledger, config: HallConfig, now: number): DeskLive[] {
  // What a desk said before the hall was last empty tells nothing about today, unless the hall never closes.
  const emptiedAt = config.days.lastEmptyAt(now);
  const validFrom = config.hours.isOpen(emptiedAt) ? 0 : emptiedAt;
  return config.file.desks.map(({ id }) => {
    const word = state.deskEvents.get(id)?.at(-1) ?? null;
    const turn = ledger.latestTurn(id, now);
    const live = deskLive(id, word && word.at >= validFrom ? word : null, turn && turn.at >= validFrom ? turn : null);
    // How long it lasts already isn't known of what a doubtful clock timed.
    const isUnsure = live.since !== null && isUnsureAt(state, config.file.queueMachines, live.since);
    return isUnsure ? { ...live, since: null } : live;
  });
}

/** A desk's own word holds until it turns to a customer again, also when the one it had has left meanwhile. */
function deskLive(id: string, word: DeskRecord | null, turn: DeskTurn | null): DeskLive {
  const visit = turn?.visit ?? null;
  const busy = { id, ticket: turn?.ticket ?? null, service: visit?.service ?? null, probablyGone: false };
  if (word && word.said.event !== 'desk-opened' && word.at >= (turn?.at ?? 0)) {
    const { event, until, reason } = word.said;
    const state = event === 'desk-paused' ? 'paused' : 'closed';
    // A desk that paused or closed with a customer still there shows the ticket too.
    return { ...busy, state, since: word.at, until, reason };
  }
  if (visit) {
    const state = visit.state === 'serving' ? 'serving' : 'calling';
    const since = visit.state === 'serving' ? visit.startedAt : visit.lastCallAt;
    return { ...busy, state, since, until: null, reason: null, probablyGone: state === 'calling' && visit.calls > 1 };
  }
  const since = Math.max(turn?.freeSince ?? 0, word?.at ?? 0);
  return { ...busy, state: since === 0 ? 'unknown' : 'idle', since: since || null, until: null, reason: null };
}
