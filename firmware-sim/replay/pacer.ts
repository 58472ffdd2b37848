import { realNow } from '../clock.ts';
import type { Session } from './session.ts';

/** Timers take no more than 24 days. */
const longestPauseMs = 86_400_000;

/** Waits until a time of the record (epoch ms) is due: `speed` times as fast as it happened, or at once. */
export function pacer(session: Session, firstAt: number, speed: number | 'max'): (at: number) => Promise<void> {
  const startedAt = realNow();
  return async (at) => {
    if (speed === 'max') return;
    const left = () => startedAt + (at - firstAt) / speed - realNow();
    while (left() > 0) await session.pause(Math.min(left(), longestPauseMs));
  };
}
