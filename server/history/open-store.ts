// Which store history goes to: the InfluxDB of the settings, or SQLite in the data folder.
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../log.ts';
import { openOrSetAside } from '../sqlite.ts';
import { InfluxHistory } from './influx-history.ts';
import type { HistoryStore } from './port.ts';
import { SqliteHistory } from './sqlite-history.ts';

interface Parts {
  settings: Pick<Settings, 'influx' | 'historyDays'>;
  folder: string;
  clock: Clock;
  log: Logger;
}

/** File of the data folder that holds history where there is no InfluxDB. */
export const historyFile = 'history.sqlite';

/** Opens the store; InfluxDB isn't asked yet. Throws `data-newer`, or what SQLite throws for a file that can't be opened. */
export function openStore({ settings, folder, clock, log }: Parts): HistoryStore {
  const { influx, historyDays: keep } = settings;
  if (influx) return new InfluxHistory({ address: influx, keep });
  const open = (path: string) => new SqliteHistory({ path, keep, clock, log });
  return openOrSetAside(join(folder, historyFile), open, log);
}

/** What the store judges the age of points by: SQLite by our clock; InfluxDB by its own, which is real also where ours is simulated. */
export function storeTime({ influx }: Pick<Settings, 'influx'>, clock: Clock): () => number {
  return influx ? () => Math.max(clock.now(), systemClock().now()) : () => clock.now();
}
