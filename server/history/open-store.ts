// Which store history goes to: the InfluxDB of the settings, or SQLite in the data folder.

import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import type { Settings } from '../config/settings.ts';
import { openOrSetAside } from '../damaged-files.ts';
import type { Logger } from '../log.ts';
import { carryOver } from './carry-over.ts';
import { InfluxHistory } from './influx-history.ts';
import type { HistoryStore } from './port.ts';
import { SqliteHistory } from './sqlite-history.ts';

interface Parts {
  settings: Pick<Settings, 'influx' | 'historyDays'>;
  folder: string;
  clock: Clock;
  log: Logger;
  /** Called when the file was damaged and begun again: what was read of it is in the new one. */
  begunAgain?: () => void;
}

/** Clocks of devices may be ahead of ours. */
const aheadMs = 2 * 86_400_000;

/** File of the data folder that holds history where there is no InfluxDB. */
export const historyFile = 'history.sqlite';

/** Opens the store; InfluxDB isn't asked yet. Throws `data-newer`, or what SQLite throws for a file that can't be opened. */
export function openStore({ settings, folder, clock, log, begunAgain }: Parts): HistoryStore {
  const { influx, historyDays: keep } = settings;
  if (influx) return new InfluxHistory({ address: influx, keep });
  let damaged: string | null = null;
  const open = (path: string) => new SqliteHistory({ path, keep, clock, log });
  const store = openOrSetAside(join(folder, historyFile), open, log, {
    begunAgain: (aside) => {
      damaged = aside;
    },
  });
  if (damaged === null) return store;
  carryOver({ from: damaged, take: (points) => store.takeOver(points), log, until: clock.now() + aheadMs });
  begunAgain?.();
  return store;
}

/** What the store judges the age of points by: SQLite by our clock; InfluxDB by its own, which is real also where ours is simulated. */
export function storeTime({ influx }: Pick<Settings, 'influx'>, clock: Clock): () => number {
  return influx ? () => Math.max(clock.now(), systemClock().now()) : () => clock.now();
}
