// L2: what a retained message may tell. It is a copy of one that was published once, and tells nothing of now.
import type { Reading } from '../contracts/readings.ts';
import { ownTime } from './heard.ts';
import type { Presence } from './state.ts';

/**
 * `late`: made since the device was first heard, so it counts as any message that comes late. `old`: what was before
 * anybody listened, to be shown as that and counted nowhere. `undated`: it doesn't say when it was made.
 */
export function retainedAs(reading: Reading, presence: Presence | undefined): 'late' | 'old' | 'undated' {
  const own = ownTime(reading);
  if (own === null) return 'undated';
  return presence !== undefined && presence.metAt !== null && own >= presence.metAt ? 'late' : 'old';
}
