// From what was kept to what is true now: snapshots and the journal after them (J5, J6), or the journal alone.
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Hole } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { Projector } from './projector.ts';

export interface Progress {
  done: number;
  total: number;
}

interface Pace {
  /** Works for so long, then lets others work for so long; 0: only until what waits has been done. */
  workMs: number;
  restMs: number;
}

/** Nothing is on the walls yet: as fast as can be, while requests are still answered. */
export const fullPace: Pace = { workMs: 10, restMs: 0 };
/** Beside the running halls: a quarter of the time. */
export const besidePace: Pace = { workMs: 5, restMs: 15 };
const entriesARead = 1_000;

interface Parts {
  journal: Journal;
  projector: Pick<Projector, 'position' | 'take' | 'skipTo'>;
  pace: Pace;
  /** Hears how far it is, after each slice. */
  progress: (progress: Progress) => void;
  /** Hears of entries that can't be read any more. */
  hole: (hole: Hole) => void;
  isEnding: () => boolean;
}

/**
 * Reads the journal into the projector until it stands at the head; the caller goes on in the same turn, so that no commit
 * comes between. Answers how many entries were read; stops early when the server ends.
 */
export async function catchUp({ journal, projector, pace, progress, hole, isEnding }: Parts): Promise<number> {
  const from = projector.position;
  let read = 0;
  let sliceEnds = performance.now() + pace.workMs;
  while (projector.position < journal.head && !isEnding()) {
    const { entries, holes, upTo } = journal.read(projector.position, entriesARead);
    for (const entry of entries) {
      projector.take(entry);
      // A downtime is no message.
      if (entry.kind !== 'downtime') read++;
      if (performance.now() < sliceEnds) continue;
      progress({ done: projector.position - from, total: journal.head - from });
      await (pace.restMs > 0 ? pause(pace.restMs) : nextTurn());
      sliceEnds = performance.now() + pace.workMs;
      if (isEnding()) return read;
    }
    for (const one of holes) hole(one);
    projector.skipTo(upTo);
  }
  return read;
}
