// How long desks were open, and busy.
import type { DeskMoment } from '../../hall/desk-past.ts';
import type { Span } from '../../hall/spans.ts';

/** Open and busy time within a span, ms, of a desk told moment by moment up to `to`; `isKnown` when anything is known of it there. */
export function deskTime(moments: readonly DeskMoment[], to: number, within: Span): DeskTime {
  const time = { openMs: 0, busyMs: 0, isKnown: false };
  moments.forEach(({ at, state }, i) => {
    const ms = Math.min(moments[i + 1]?.at ?? to, within.to) - Math.max(at, within.from);
    if (ms <= 0) return;
    if (state === 'open' || state === 'serving') time.openMs += ms;
    if (state === 'serving') time.busyMs += ms;
    time.isKnown ||= state !== 'unknown';
  });
  return time;
}

export interface DeskTime {
  openMs: number;
  busyMs: number;
  isKnown: boolean;
}

export function addTimes(times: readonly DeskTime[]): DeskTime {
  return times.reduce(
    (sum, one) => ({
      openMs: sum.openMs + one.openMs,
      busyMs: sum.busyMs + one.busyMs,
      isKnown: sum.isKnown || one.isKnown,
    }),
    { openMs: 0, busyMs: 0, isKnown: false },
  );
}
