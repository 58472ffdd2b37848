// J4: the journal stays within its days and its size, and hall is the last that has to give.
import { statfsSync } from 'node:fs';
import type { Hole } from './entry.ts';
import type { JournalFiles } from './journal-files.ts';

/** Whoever reads the journal at a pace of its own. */
export interface Consumer {
  name: string;
  /** Everything up to this id is done with. */
  position(): number;
  /** Gives up what it has not read of these ids; absent where that may never be. */
  cut?(hole: Hole): void;
}

export interface Limits {
  keepDays: number;
  capBytes: number;
}

const shareOfVolume = 0.8;

/** The cap in bytes: what the settings allow, and never more than 80 % of what the volume has for us. */
export function capWithin(folder: string, ownBytes: number, allowed: number): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.min(allowed, shareOfVolume * (bavail * bsize + ownBytes));
}

/**
 * Drops the oldest files that are past their days and read by all, or over the cap: then whoever is slowest is cut. Answers
 * what was cut, and false for `within` when the rest can't be dropped because hall still needs it.
 */
export function retain(
  files: JournalFiles,
  consumers: readonly Consumer[],
  { keepDays, capBytes }: Limits,
  today: string,
): { cuts: { consumer: string; hole: Hole }[]; within: boolean } {
  const oldestDate = Temporal.PlainDate.from(today).subtract({ days: keepDays }).toString();
  const cuts: { consumer: string; hole: Hole }[] = [];
  for (let oldest = files.oldest; oldest; oldest = files.oldest) {
    const { from, to, date } = oldest;
    const isOver = files.bytes > capBytes;
    if (!isOver && date >= oldestDate) return { cuts, within: true };
    const behind = consumers.filter((consumer) => consumer.position() < to);
    if (behind.some(({ cut }) => cut === undefined) || (!isOver && behind.length > 0)) return { cuts, within: !isOver };
    for (const consumer of behind) {
      const hole = { from: Math.max(from, consumer.position() + 1), to };
      consumer.cut?.(hole);
      cuts.push({ consumer: consumer.name, hole });
    }
    files.dropOldest();
  }
  return { cuts, within: files.bytes <= capBytes };
}
