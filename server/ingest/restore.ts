// Where a start begins: at the snapshots, or, without them, at the journal.
import type { Config, ConfigSource } from '../config/load.ts';
import { configFrom } from '../config/load.ts';
import type { Halls } from '../hall/halls.ts';
import type { HallState } from '../hall/state.ts';
import type { Entry } from '../journal/entry.ts';
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

function configOfText(text: string): Config | null {
  try {
    return configFrom(JSON.parse(text) as ConfigSource);
  } catch {
    return null;
  }
}

/**
 * Brings every hall back from its snapshot and answers from which entry on the journal is to be read, or why it can't be done:
 * then the halls are as they were.
 */
export function restoreHalls({ store, journal, halls, owned }: Parts): { position: number } | { unusable: string } {
  const { usable, refused } = store.snapshots();
  if (refused.length > 0) return { unusable: `${refused.length} snapshots are of another version or damaged` };
  if (usable.length === 0) return journal.head === 0 ? { position: 0 } : { unusable: 'there are no snapshots' };
  const position = Math.min(...usable.map((snapshot) => snapshot.position));
  if (usable.some((snapshot) => snapshot.position > journal.head)) {
    return { unusable: 'the snapshots are of a longer journal than this one' };
  }
  const configs = new Map(
    [...new Set(usable.map(({ config }) => config))].map((hash) => [hash, configOfHash(store, hash)]),
  );
  const isOwned = (region: string) => owned?.has(region) ?? true;
  const restored = usable.map((snapshot) => ({
    snapshot,
    hall: configs.get(snapshot.config)?.halls.get(snapshot.hall),
  }));
  if (restored.some(({ hall }) => !hall)) return { unusable: 'the config of a snapshot is missing' };
  const had = new Set(usable.map(({ hall }) => hall));
  const begun = configOfEntry(journal.configAt(position));
  if (begun && [...begun.halls.values()].some(({ id, region }) => isOwned(region) && !had.has(id))) {
    return { unusable: 'a hall has no snapshot' };
  }
  for (const { snapshot, hall } of restored) {
    if (!hall || !isOwned(hall.region)) continue;
    halls.restore(hall, { hash: snapshot.config, state: snapshot.state, position: snapshot.position });
  }
  return { position };
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
