// What the pipeline works with.
import type { Clock } from '../clock.ts';
import type { Reading } from '../contracts/readings.ts';
import type { Hall } from '../hall/hall.ts';
import type { Halls } from '../hall/halls.ts';
import type { Scribe } from '../history/scribe.ts';
import type { Logger } from '../log.ts';
import type { Trial } from '../probe.ts';
import type { Refused } from './quarantine.ts';

export interface PipelineDeps {
  folder: string;
  clock: Clock;
  log: Logger;
  halls: Halls;
  simulated: boolean;
  /** Owned regions, null for all (I4). */
  owned: ReadonlySet<string> | null;
  limits: { keepDays: number; capBytes: number };
  trial: Trial;
  /** Derives history from what is applied. */
  scribe: Scribe;
  /** Called when `rebuilding` or the journal's trouble changed. */
  changed: () => void;
  /** Told of every reading that came in, once it was applied, with what was odd about it; not of those read again. */
  applied: (reading: Reading, notes: readonly string[]) => void;
  /** Told of every message that was refused as it came in. */
  refused: (refused: Refused) => void;
  /** Hears of a hall whose state was made again under a config that cuts it otherwise. */
  recut?: (hall: Hall) => void;
}
