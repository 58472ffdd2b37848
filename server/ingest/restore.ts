// Where a start begins: at the snapshots, or, without them, at the journal.
import type { Config, ConfigSource } from '../config/load.ts';
import { configFrom } from '../config/load.ts';
import type { Halls } from '../hall/halls.ts';
import type { HallState } from '../hall/state.ts';
import type { Entry, NewEntry } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { StateStore } from '../journal/state-store.ts';

interface Parts {
  store: StateStore<HallState>;
  journal: Journal;
  halls: Halls;
  owned: ReadonlySet<string> | null;
}

/** The config of a journal entry; null when this version can't read it. */
export function configOfEntry(entry: Entry | null): Config | null {
  return entry ? configOfText(Buffer.from(entry.payload).toString()) : null;
}

/** The journal entry that puts a config into force. */
export function entryOfConfig({ source }: Config, receivedAt: number): NewEntry {
  const payload = Buffer.from(JSON.stringify(source));
  const rest = { live: true, caughtUp: true, shortened: false, retryOf: null };
  return { kind: 'config', topic: '', payload, receivedAt, ...rest };
}

function configOfText(text: string): Config | null {
  try {
    return configFrom(JSON.parse(text) as ConfigSource);
  } catch {
    return null;
  }
}

/** Where restored halls stand in the journal, and behind which entry the rest of it begins for them. */
interface Restored {
  positions: ReadonlyMap<string, number>;
  position: number;
  /** Halls that have no usable snapshot and must be made from the journal, in words; null when there is none. */
  lacking: string | null;
}

/**
 * Brings back every hall that has a usable snapshot; snapshots that can't be used are deleted.
 */
export function restoreHalls({ store, journal, halls, owned }: Parts): Restored {
  const { usable, refused } = store.snapshots();
  const isOwned = (region: string) => owned?.has(region) ?? true;
  const configs = new Map(
    [...new Set(usable.map(({ config }) => config))].map((hash) => [hash, configOfHash(store, hash)]),
  );
  const unusable = [...refused];
  const positions = new Map<string, number>();
  for (const snapshot of usable) {
    const config = configs.get(snapshot.config);
    const hall = config?.halls.get(snapshot.hall);
    // A snapshot ahead of its journal is of another one: a backup was put back.
    if (!config || !hall || snapshot.position > journal.head) unusable.push(snapshot.hall);
    else if (isOwned(hall.region)) {
      halls.restore(hall, { config, state: snapshot.state, position: snapshot.position });
      positions.set(snapshot.hall, snapshot.position);
    }
  }
  store.deleteSnapshots(unusable);
  if (positions.size === 0) {
    return { positions, position: 0, lacking: journal.head === 0 ? null : 'there is no usable snapshot' };
  }
  const position = Math.min(...positions.values());
  // A hall that came into the registry later is made by the entry that brought it.
  const begun = configOfEntry(journal.configAt(position));
  const wanted = [...(begun?.halls.values() ?? [])].filter(({ region }) => isOwned(region)).map(({ id }) => id);
  const lacking = wanted.filter((id) => !positions.has(id));
  const words = `no usable snapshot of ${lacking.slice(0, 5).join(', ')}${lacking.length > 5 ? ' ...' : ''}`;
  return { positions, position, lacking: lacking.length > 0 ? words : null };
}

/** The last entry before those that today's pictures are made of: of the hall that needs the oldest. */
export function beforeToday(journal: Journal, config: Config, now: number): number {
  const since = [...config.halls.values()].map(({ days }) => Math.min(days.of(now).start, days.lastEmptyAt(now)));
  return Math.max(journal.firstIdSince(Math.min(...since)), journal.firstId) - 1;
}

function configOfHash(store: StateStore<HallState>, hash: string): Config | null {
  const text = store.config(hash);
  return text === null ? null : configOfText(text);
}
