// Messages of devices that reached us and could not be read, one after another.
import type { RefusalReason } from '../contracts/names.ts';
import type { HallState } from './state.ts';

/**
 * Notes that a message received at `at` (epoch ms) could not be read; `isNamed`: it says its boot and seq, and intake
 * has it.
 */
export function noteUnread(
  { unread }: HallState,
  device: string,
  { fault, at, isNamed }: { fault: RefusalReason; at: number; isNamed: boolean },
): void {
  const { count, unnamed, since } = unread.get(device) ?? { count: 0, unnamed: 0, since: at };
  unread.set(device, { count: count + 1, unnamed: unnamed + (isNamed ? 0 : 1), since, fault });
}

/** Notes that a message of a device was read: what came before it and could not be read is history. */
export function noteRead({ unread }: HallState, device: string): void {
  if (unread.size > 0) unread.delete(device);
}
