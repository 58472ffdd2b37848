import type { HallEvent } from '../model/hall-event.ts';
import type { DeviceMessage, Sequence } from './sequenced.ts';

/** What one terminal tells of a day: how it is, after each change. */
export function terminalMessages(
  terminal: string,
  sequence: Sequence<'terminal'>,
  events: readonly HallEvent[],
): DeviceMessage[] {
  for (const event of events) {
    if (event.kind !== 'terminal' || event.device !== terminal) continue;
    const { at, state, parts, stock, busy, done, failed } = event;
    sequence.add(at, { state, parts, stock, busy, done, failed });
  }
  return sequence.messages;
}
