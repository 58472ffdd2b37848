// History put together: points go from the halls through the outbox into the store.

import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Settings } from '../config/settings.ts';
import { openOrSetAside } from '../damaged-files.ts';
import type { Hall } from '../hall/hall.ts';
import type { Logger } from '../log.ts';
import { openStore, storeTime } from './open-store.ts';
import { Outbox } from './outbox.ts';
import type { HistoryStore } from './port.ts';
import { Reaches } from './reaches.ts';
import { Roller } from './roller.ts';
import { Scribe } from './scribe.ts';
import { SecondRoller } from './second-roller.ts';
import { tidyCounts } from './tidying.ts';
import { dueKinds } from './workbook.ts';
import type { HistoryStatus } from './writer.ts';
import { Writer } from './writer.ts';

interface Parts {
  settings: Pick<Settings, 'influx' | 'historyDays' | 'journal'>;
  folder: string;
  clock: Clock;
  log: Logger;
  simulated: boolean;
  /** A hall by its id, and all of them; null while they aren't current. */
  hall: (id: string) => Hall | undefined;
  halls: () => readonly Hall[] | null;
  /** Called when `status` changed. */
  changed: () => void;
  /** Hears of days of halls whose slots are in the store, new or changed. */
  rolled: (days: readonly { hall: string; at: number }[]) => void;
}

export const outboxFile = 'outbox.sqlite';
const tidyEveryMs = 3_600_000;

export class History {
  readonly store: HistoryStore;
  readonly outbox: Outbox;
  readonly scribe: Scribe;
  readonly roller: Roller;
  readonly second: SecondRoller;
  readonly writer: Writer;
  readonly #reaches: Reaches;
  readonly #tidying: NodeJS.Timeout;

  /** Opens the files of the data folder. Throws `data-newer` and what SQLite throws. */
  constructor({ settings, folder, clock, log, simulated, hall, halls, changed, rolled }: Parts) {
    let isBegunAgain = false;
    this.store = openStore({
      settings,
      folder,
      clock,
      log,
      begunAgain: () => {
        isBegunAgain = true;
      },
    });
    const reaches = new Reaches({ keep: settings.historyDays, storeNow: storeTime(settings, clock) });
    this.#reaches = reaches;
    // It follows from the journal: damaged, it is made anew.
    const outbox = openOrSetAside(join(folder, outboxFile), (path) => new Outbox({ path, clock, reaches }), log);
    // What the store lost, the journal tells again, as far back as it goes.
    if ((this.store.settled ?? outbox.settled) < outbox.settled) isBegunAgain = true;
    if (isBegunAgain) outbox.startOver(0);
    this.outbox = outbox;
    const journalDays = settings.journal.keepDays;
    this.scribe = new Scribe({ outbox, hall, log, now: () => clock.now(), simulated, journalDays, isBegunAgain });
    this.roller = new Roller({ outbox, halls, clock, log, simulated });
    const configs = () => halls()?.map(({ config }) => config) ?? null;
    this.second = new SecondRoller({ outbox, store: this.store, halls: configs, log, simulated, rolled });
    this.writer = new Writer({ outbox, store: this.store, log, changed });
    this.#tidying = setInterval(
      () => tidyCounts({ outbox, halls: halls(), now: clock.now(), log }),
      tidyEveryMs,
    ).unref();
  }

  get status(): HistoryStatus {
    return this.writer.status;
  }

  /** `delayed` while points wait longer than they should: what screens show of the past may lack the latest. */
  get state(): 'ok' | 'delayed' {
    return this.scribe.trouble === null ? this.writer.state : 'delayed';
  }

  /** From when on raw points, visits among them, are kept, epoch ms. */
  get rawFrom(): number {
    return this.#reaches.from('raw');
  }

  /** Spans that are to be rolled up again. */
  get dueCount(): number {
    return dueKinds.reduce((sum, kind) => sum + this.outbox.work.dueCount(kind), 0);
  }

  start(): void {
    this.writer.start();
    this.roller.start();
    this.second.start();
  }

  /** Ends what reads the halls; the scribe may still put. */
  async stop(): Promise<void> {
    clearInterval(this.#tidying);
    this.second.stop();
    await this.roller.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.writer.stop();
    this.outbox.close();
    await this.store.close();
  }
}
