import type { QueueLive } from '../../../server/contracts/hall-live.ts';
import type { WallKey } from '../messages/wall.ts';
import { isKey } from '../messages/wall.ts';
import type { Freshness } from './freshness.ts';

/** What is to be known about the queue's numbers: why they are old, odd or missing, or at least that they are; null when they are good. */
export function queueNote({ quality }: Pick<QueueLive, 'quality'>, reason: Freshness['reason']): WallKey | null {
  const key = `queue.reason.${reason}`;
  if (isKey(key)) return key;
  return quality === 'rough' || quality === 'doubtful' || quality === 'drifting' ? `queue.${quality}` : null;
}
