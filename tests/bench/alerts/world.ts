// Halls with their alerts, in this process and by a clock that is moved by hand.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Alerts } from '../../../server/alerts/alerts.ts';
import { manualClock } from '../../../server/clock.ts';
import type { HallConfig } from '../../../server/config/hall-config.ts';
import type { Config } from '../../../server/config/load.ts';
import type { Alert, Transition } from '../../../server/contracts/alerts.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import { Halls } from '../../../server/hall/halls.ts';
import { firstLesson } from '../../../server/hall/lesson.ts';

export interface World {
  /** Every transition, in order. */
  told: { alert: Alert; transition: Transition }[];
  /** Applies a reading, after all that time alone does before it. */
  take(reading: Reading): Promise<void>;
  close(): Promise<void>;
}

export async function benchWorld(configs: readonly HallConfig[], start: number, isAlerting = true): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'hallwatch-bench-'));
  const clock = manualClock(start);
  const halls = new Halls({ simulated: true, changed: () => {}, lessons: () => firstLesson() });
  const config = { hash: 'bench', halls: new Map(configs.map((hall) => [hall.id, hall])) };
  halls.configure(config as unknown as Config, null);
  const told: World['told'] = [];
  const alerts = new Alerts({
    folder,
    clock,
    log: pino({ level: 'silent' }),
    halls,
    standards: () => null,
    isAtHead: () => true,
    ingest: () => 'ok',
    system: () => ({ historyDelayed: null, notStoring: null, holes: [] }),
    emit: () => {},
    changed: () => {},
    notices: (kept) => {
      told.push(kept);
      return [];
    },
    kept: () => {},
  });
  if (isAlerting) alerts.start();
  return {
    told,
    async take(reading) {
      clock.moveTo(Math.max(clock.now(), reading.receivedAt));
      halls.apply(reading);
      if (!isAlerting) return;
      alerts.heard(reading);
      // What is urgent is looked at in the microtask after.
      await Promise.resolve();
    },
    async close() {
      alerts.close();
      await rm(folder, { recursive: true });
    },
  };
}
