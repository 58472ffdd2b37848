// A hall with its alerts by a clock that tests move: readings in, alerts out, as the server has it, without a broker.
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { Alerts } from '../../server/alerts/alerts.ts';
import type { SystemState } from '../../server/alerts/rule.ts';
import type { ManualClock } from '../../server/clock.ts';
import { manualClock } from '../../server/clock.ts';
import type { HallConfig } from '../../server/config/hall-config.ts';
import type { Config } from '../../server/config/load.ts';
import type { Alert, Transition } from '../../server/contracts/alerts.ts';
import type { AlertRule, IngestState } from '../../server/contracts/names.ts';
import type { Reading } from '../../server/contracts/readings.ts';
import { Halls } from '../../server/hall/halls.ts';
import { firstLesson } from '../../server/hall/lesson.ts';
import { tempFolder } from './cleanup.ts';

export interface AlertWorld {
  clock: ManualClock;
  halls: Halls;
  alerts: Alerts;
  /** Each alert as it was told of, in order. */
  told: Alert[];
  /** What went out to webhooks. */
  notices: { alert: Alert; transition: Transition }[];
  state: { ingest: IngestState; system: SystemState; isDeaf: boolean };
  /** Applies readings, moving the clock to the receipt of each, and lets what is urgent happen. */
  take(...readings: Reading[]): Promise<void>;
  /** Moves the clock on, timers and all. */
  to(at: number): Promise<void>;
  /** Alerts of a rule that aren't resolved. */
  open(rule?: AlertRule): Alert[];
  /** What happened to the alerts of a rule, such as `raised 2`. */
  life(rule: AlertRule): string[];
  /** Ends it and begins another over the same folder and halls. */
  restart(): Promise<AlertWorld>;
}

interface Begun {
  start: number;
  folder?: string;
  halls?: Halls;
  /** Waits are foretold. */
  isLearning?: boolean;
}

/** Rules run over these halls from `start` on, epoch ms. */
export async function alertWorld(configs: HallConfig[], { start, ...given }: Begun): Promise<AlertWorld> {
  const folder = given.folder ?? (await tempFolder());
  const clock = manualClock(start);
  const told: Alert[] = [];
  const notices: AlertWorld['notices'] = [];
  const system = { historyDelayed: null, notStoring: null, holes: [] };
  const state: AlertWorld['state'] = { ingest: 'ok', system, isDeaf: false };
  const halls = given.halls ?? hallsOf(configs, given.isLearning ?? false);
  let isClosed = false;
  const alerts = new Alerts({
    folder,
    clock,
    log: pino({ level: 'silent' }),
    halls,
    standards: () => null,
    isAtHead: () => true,
    ingest: () => state.ingest,
    system: () => state.system,
    emit(alert) {
      if (state.isDeaf) throw new Error('nobody to tell');
      told.push(alert);
    },
    changed: () => {},
    notices: (kept) => {
      notices.push(kept);
      return [];
    },
    kept: () => {},
  });
  const close = () => {
    if (!isClosed) alerts.close();
    isClosed = true;
  };
  onTestFinished(close);
  alerts.start();
  // The first beat gives each hall its place.
  clock.moveTo(start + 2);
  const open = (rule?: AlertRule) => alerts.list().filter((one) => rule === undefined || one.rule === rule);
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    clock,
    halls,
    alerts,
    told,
    notices,
    state,
    async take(...readings) {
      for (const reading of readings) {
        clock.moveTo(Math.max(clock.now(), reading.receivedAt));
        halls.apply(reading);
        alerts.heard(reading);
        await turn();
      }
    },
    async to(at) {
      clock.moveTo(at);
      await turn();
    },
    open,
    life(rule) {
      const all = [...alerts.list(), ...alerts.list('resolved')].filter((one) => one.rule === rule);
      return all
        .flatMap(({ id }) => alerts.get(id).transitions)
        .sort((a, b) => a.id - b.id)
        .map(({ what, alert }) => `${what} ${alert}`);
    },
    async restart() {
      close();
      return alertWorld(configs, { start: clock.now(), folder, halls });
    },
  };
}

function hallsOf(configs: HallConfig[], isLearning: boolean): Halls {
  const halls = new Halls({
    simulated: true,
    changed: () => {},
    ...(isLearning ? { lessons: () => firstLesson() } : {}),
  });
  const config = { hash: 'test', halls: new Map(configs.map((hall) => [hall.id, hall])) };
  halls.configure(config as unknown as Config, null);
  return halls;
}
