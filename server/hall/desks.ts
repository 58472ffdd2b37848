import type { HallConfig } from '../config/hall-config.ts';
import type { DeskLive } from '../contracts/hall-live.ts';
import type { Ledger } from './ledger.ts';
import type { DeskRecord, HallState } from './state.ts';
import type { Visit } from './tickets.ts';

/** Every desk of the hall at `now`: the ticket it is busy with, or what it last said about itself. */
export function desksLive(state: HallState, ledger: Ledger, config: HallConfig, now: number): DeskLive[] {
  // What a desk said before the hall was last empty tells nothing about today, unless the hall never closes.
  const emptiedAt = config.days.lastEmptyAt(now);
  const validFrom = config.hours.isOpen(emptiedAt) ? 0 : emptiedAt;
  return config.file.desks.map(({ id }) => {
    const word = state.deskEvents.get(id)?.at(-1);
    const turnAt = ledger.lastTurnAt(id);
    return deskLive({
      id,
      word: word && word.at >= validFrom ? word : null,
      visit: ledger.atDesk(id, now),
      turnAt: turnAt !== null && turnAt >= validFrom ? turnAt : null,
    });
  });
}

interface Desk {
  id: string;
  word: DeskRecord | null;
  visit: Visit | null;
  /** When its latest turn ended or, if that isn't known, began. */
  turnAt: number | null;
}

function deskLive({ id, word, visit, turnAt }: Desk): DeskLive {
  const busy = { id, ticket: visit?.number ?? null, service: visit?.service ?? null };
  const calledAt = visit?.atDesk?.at ?? 0;
  const isLatest = word !== null && (visit === null ? word.at >= (turnAt ?? 0) : word.at > calledAt);
  if (word && isLatest && word.event !== 'desk-opened') {
    const state = word.event === 'desk-paused' ? 'paused' : 'closed';
    // A desk that paused or closed with a customer still there shows the ticket too.
    return { ...busy, state, since: word.at, until: word.until, reason: word.reason };
  }
  if (visit) {
    const state = visit.state === 'serving' ? 'serving' : 'calling';
    const since = visit.state === 'serving' ? visit.startedAt : visit.lastCallAt;
    return { ...busy, state, since, until: null, reason: null };
  }
  const since = Math.max(turnAt ?? 0, word?.at ?? 0);
  return { ...busy, state: since === 0 ? 'unknown' : 'idle', since: since || null, until: null, reason: null };
}
