import { describe, expect, it } from 'vitest';
import type { FeedFacts } from '../../../dashboard/src/live/feed-state.ts';
import { feedState, isNewer, newestAsOf } from '../../../dashboard/src/live/feed-state.ts';
import type { Pulse } from '../../../server/contracts/live.ts';
import { ingestStates, pulseGoodMs } from '../../../server/contracts/names.ts';
import { at10, device, hallLive, occupancy } from './hall-live.ts';

function pulse(state: Pulse['ingest']['state'] = 'ok', lagMs = 0): Pulse {
  return { now: at10, rev: 1, ingest: { state, lagMs } };
}

function facts(more: Partial<FeedFacts> = {}): FeedFacts {
  return {
    watching: true,
    pulse: pulse(),
    pulseAgeMs: 1_000,
    pulseIsCurrent: true,
    lastGoodAt: at10,
    newestAsOf: at10 - 4_000,
    hasState: true,
    openForMs: 60_000,
    ...more,
  };
}

describe('P2: live needs a pulse under 6 s old and an ingest that is ok', () => {
  it('is live on a fresh pulse', () => {
    expect(feedState(facts())).toEqual({ kind: 'live' });
    expect(feedState(facts({ pulseAgeMs: pulseGoodMs - 1 }))).toEqual({ kind: 'live' });
  });

  it('is cut from 6 s on, since the last pulse', () => {
    expect(feedState(facts({ pulseAgeMs: pulseGoodMs }))).toEqual({ kind: 'cut', since: at10 });
  });

  it('is cut at once when the connection is gone, whatever the age of the last pulse', () => {
    expect(feedState(facts({ watching: false }))).toEqual({ kind: 'cut', since: at10 });
  });

  it('stays cut after reconnecting until this connection has sent a pulse', () => {
    expect(feedState(facts({ pulseIsCurrent: false })).kind).toBe('cut');
  });

  it('is stale for every state of the ingest but ok', () => {
    for (const state of ingestStates.filter((name) => name !== 'ok')) {
      const decided = feedState(facts({ pulse: pulse(state), lastGoodAt: at10 - 8_000 }));
      expect(decided).toEqual({ kind: 'stale', since: at10 - 8_000, trouble: state, progress: 0 });
    }
  });

  it('is cut rather than stale when no pulse comes any more', () => {
    expect(feedState(facts({ pulse: pulse('stuck'), pulseAgeMs: 7_000 })).kind).toBe('cut');
  });

  it('dates staleness by the newest data when it was stale from the first pulse', () => {
    const decided = feedState(facts({ pulse: pulse('no-broker'), lastGoodAt: null }));
    expect(decided).toMatchObject({ since: at10 - 4_000 });
  });

  it('dates staleness by the oldest unread message when that is older', () => {
    const decided = feedState(facts({ pulse: pulse('stuck', 30_000), lastGoodAt: at10 - 2_000 }));
    expect(decided).toMatchObject({ since: at10 - 30_000 });
  });

  it('knows no since when nothing was ever heard', () => {
    const decided = feedState(facts({ pulse: pulse('starting'), lastGoodAt: null, newestAsOf: null }));
    expect(decided).toMatchObject({ kind: 'stale', since: null });
  });
});

describe('the first seconds of a page', () => {
  const opening = { pulse: null, pulseIsCurrent: false, hasState: false, watching: false };

  it('is connecting, not cut', () => {
    expect(feedState(facts({ ...opening, openForMs: 2_000 }))).toEqual({ kind: 'connecting' });
  });

  it('says so when nothing comes for 6 s', () => {
    expect(feedState(facts({ ...opening, openForMs: pulseGoodMs }))).toEqual({ kind: 'cut', since: null });
  });

  it('is cut at once when what it had is lost', () => {
    expect(feedState(facts({ watching: false, openForMs: 3_000 })).kind).toBe('cut');
  });
});

describe('pushed states', () => {
  it('replace what is shown unless they are older or of another hall', () => {
    const shown = hallLive({ rev: 5 });
    expect(isNewer(null, hallLive({ rev: 1 }), 'jiefang')).toBe(true);
    expect(isNewer(shown, hallLive({ rev: 5 }), 'jiefang')).toBe(true);
    expect(isNewer(shown, hallLive({ rev: 6 }), 'jiefang')).toBe(true);
    expect(isNewer(shown, hallLive({ rev: 4 }), 'jiefang')).toBe(false);
    expect(isNewer(shown, hallLive({ rev: 9, hall: 'guanggu' }), 'jiefang')).toBe(false);
  });

  it('tell how new their newest message is', () => {
    expect(newestAsOf(hallLive())).toBe(at10 - 3_000);
    const unheard = hallLive({
      occupancy: occupancy({ asOf: null }),
      queue: { ...hallLive().queue, asOf: null },
      devices: [device('door', 'door', { asOf: null })],
    });
    expect(newestAsOf(unheard)).toBeNull();
  });
});
