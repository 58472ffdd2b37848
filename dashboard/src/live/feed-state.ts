// Whether what the screen shows is live (SEMANTICS P2): one decision, in one place, from plain facts.
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { Pulse } from '../../../server/contracts/live.ts';
import type { IngestState } from '../../../server/contracts/names.ts';
import { pulseGoodMs } from '../../../server/contracts/names.ts';

export type FeedTrouble = Exclude<IngestState, 'ok'>;

/** `since` is server time, epoch ms: from then on nothing newer is on the screen. null: not known. `progress`: 0 to 1. */
export type FeedState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'cut'; since: number | null }
  | { kind: 'stale'; since: number | null; trouble: FeedTrouble; progress: number };

export interface FeedFacts {
  /** The socket is connected and this connection's `watch` was answered with the hall. */
  watching: boolean;
  /** The last pulse of any connection, and its age on the monotonic clock. */
  pulse: Pulse | null;
  pulseAgeMs: number;
  /** That pulse came over the connection of now. */
  pulseIsCurrent: boolean;
  /** Server time of the last pulse of this connection that said `ok`. */
  lastGoodAt: number | null;
  /** Effective time of the newest message behind what is shown. */
  newestAsOf: number | null;
  /** A state of the hall has arrived, over whichever connection. */
  hasState: boolean;
  /** How long this page has been there. */
  openForMs: number;
}

/** What the screen may say of itself. The words for `cut` and `stale` are used for nothing else. */
export function feedState(facts: FeedFacts): FeedState {
  const { pulse } = facts;
  if (!facts.watching || pulse === null || !facts.pulseIsCurrent || facts.pulseAgeMs >= pulseGoodMs) {
    const firstTry = pulse === null || !facts.hasState;
    if (firstTry && facts.openForMs < pulseGoodMs) return { kind: 'connecting' };
    return { kind: 'cut', since: pulse?.now ?? null };
  }
  if (pulse.ingest.state === 'ok') return { kind: 'live' };
  const { state, progress = 0 } = pulse.ingest;
  return { kind: 'stale', since: staleSince(pulse, facts), trouble: state, progress };
}

/** When the ingest got stuck: as this screen saw it, or as the newest data tell, or as the oldest unread message does. */
function staleSince(pulse: Pulse, facts: FeedFacts): number | null {
  const seen = facts.lastGoodAt ?? facts.newestAsOf;
  if (pulse.ingest.lagMs <= 0) return seen;
  return Math.min(seen ?? pulse.now, pulse.now - pulse.ingest.lagMs);
}

/** Effective time of the newest message that this state of the hall rests on. */
export function newestAsOf(live: HallLive): number | null {
  const times = [live.occupancy.asOf, live.queue.asOf, ...live.devices.map((device) => device.asOf)];
  return times.reduce<number | null>((newest, at) => (at !== null && at > (newest ?? at - 1) ? at : newest), null);
}

/** A pushed state replaces what is shown unless it is older: pushes of one hall may overtake each other. */
export function isNewer(shown: HallLive | null, pushed: HallLive, hall: string): boolean {
  return pushed.hall === hall && (shown === null || pushed.rev >= shown.rev);
}
