// What a clock entry of the journal says: offsets of devices' clocks that hold from there on.
import type { Entry, NewEntry } from './entry.ts';

/** By device, what is added to its times, ms; 0 for none any more. `isWhole`: no other device has one. */
export interface Offsets {
  isWhole: boolean;
  changes: ReadonlyMap<string, number>;
}

const none: Offsets = { isWhole: false, changes: new Map() };

export function offsetsEntry(changes: ReadonlyMap<string, number>, receivedAt: number, isWhole = false): NewEntry {
  const payload = Buffer.from(
    JSON.stringify({ offsets: Object.fromEntries(changes), ...(isWhole ? { whole: true } : {}) }),
  );
  const flags = { live: true, caughtUp: true, shortened: false };
  return { kind: 'clock', topic: '', payload, receivedAt, ...flags, retryOf: null };
}

/** Of an entry that can't be read nothing changes. */
export function offsetsIn({ payload }: Pick<Entry, 'payload'>): Offsets {
  try {
    const { offsets, whole } = JSON.parse(Buffer.from(payload).toString()) as { offsets: object; whole?: boolean };
    const changes = Object.entries(offsets).filter((pair): pair is [string, number] => Number.isSafeInteger(pair[1]));
    return { isWhole: whole === true, changes: new Map(changes) };
  } catch {
    return none;
  }
}

/** Takes an entry of the journal into the offsets in force. */
export function applyOffsets(offsets: Map<string, number>, entry: Pick<Entry, 'payload'>): void {
  const { isWhole, changes } = offsetsIn(entry);
  if (isWhole) offsets.clear();
  for (const [device, ms] of changes) {
    if (ms === 0) offsets.delete(device);
    else offsets.set(device, ms);
  }
}
