import type { Entry, Hole } from '../../server/journal/entry.ts';
import { JournalFiles } from '../../server/journal/journal-files.ts';

/** Everything a journal folder holds, read as a restart would, with the holes in it. */
export function contentsOf(folder: string): { entries: Entry[]; holes: Hole[] } {
  const files = new JournalFiles(folder);
  const all = { entries: [] as Entry[], holes: [] as Hole[] };
  for (let at = files.firstId - 1; at < files.head; ) {
    const { entries, holes, upTo } = files.read(at, 500);
    all.entries.push(...entries);
    all.holes.push(...holes);
    at = upTo;
  }
  files.close();
  return all;
}
