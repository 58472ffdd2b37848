// Builds everything from its parts and hands it to whoever listens. Composed here and nowhere else.
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { Alerts } from './alerts/alerts.ts';
import { Retention } from './alerts/retention.ts';
import { BoundsReached } from './bounds.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import type { Ready } from './contracts/http.ts';
import type { Pulse } from './contracts/live.ts';
import type { Reading } from './contracts/readings.ts';
import { damageIn } from './damaged-files.ts';
import { Halls } from './hall/halls.ts';
import { alertFeed } from './history/alert-feed.ts';
import { visitsMissing } from './history/asking/visits-missing.ts';
import { History } from './history/history.ts';
import { historyTrouble } from './history/history-trouble.ts';
import { storeTime } from './history/open-store.ts';
import { PastBook } from './history/past/past-book.ts';
import { addRecutDues } from './history/recut-dues.ts';
import { SizeWatch } from './history/size-watch.ts';
import { UsualBook } from './history/usual-book.ts';
import { checkHandshake } from './http/plugins/gate.ts';
import { alertRoutes } from './http/routes/alerts.ts';
import { apiDocRoutes } from './http/routes/api-docs.ts';
import { completenessRoutes } from './http/routes/completeness.ts';
import { hallRoutes } from './http/routes/halls.ts';
import { healthRoutes } from './http/routes/health.ts';
import { historyRoutes } from './http/routes/history.ts';
import { pageRoutes } from './http/routes/pages.ts';
import { pastRoutes } from './http/routes/past.ts';
import { quarantineRoutes } from './http/routes/quarantine.ts';
import { regionRoutes } from './http/routes/regions.ts';
import { rollupRoutes } from './http/routes/rollup.ts';
import { usualRoutes } from './http/routes/usual.ts';
import { makeHttp } from './http/server.ts';
import { ClockOffsets } from './ingest/clock-offsets.ts';
import { DayRoller } from './ingest/day-roller.ts';
import { DowntimeWatch, hearingOf } from './ingest/downtime.ts';
import { GapRepair } from './ingest/gap-repair.ts';
import type { Accept } from './ingest/message.ts';
import { Pipeline } from './ingest/pipeline.ts';
import { quarantineTrouble } from './ingest/quarantine-trouble.ts';
import type { Source } from './ingest/source.ts';
import type { Logger } from './log.ts';
import { makeMetrics } from './metrics.ts';
import { Webhooks } from './notify/webhooks.ts';
import type { Trial } from './probe.ts';
import { SocketHub } from './push/socket-hub.ts';

export interface AppParts {
  config: Config;
  settings: Settings;
  clock: Clock;
  log: Logger;
  /** The data folder, held by this process, and what it holds (I5). */
  folder: string;
  simulated: boolean;
  trial?: Trial;
  /** The built dashboard; defaults to dashboard/dist. */
  dist?: string;
}

export interface App {
  http: FastifyInstance;
  halls: Halls;
  /** Where a source hands its messages. */
  accept: Accept;
  /** Where messages come from; until it is set, the server isn't ready. */
  setSource(source: Source): void;
  /** To be called when the source's state changed: screens hear of it at once. */
  ingestChanged(): void;
  /** The port the server got, which its gate checks Host headers against. */
  setPort(port: number): void;
  readonly port: number;
  pipeline: Pipeline;
  history: History;
  alerts: Alerts;
  bounds: BoundsReached;
  /** Brings the halls to where they were before; resolves once they are current. */
  begin(): Promise<void>;
  reconfigure(config: Config): void;
  /** Adds something that runs worse than it should to /readyz; `read` answers null while all is well. */
  addDegraded(read: () => string | null): void;
  close(): Promise<void>;
}

const stuckAfterMs = 5_000;

export async function buildApp(parts: AppParts): Promise<App> {
  const { config, settings, clock, log, folder, simulated, dist, trial = {} } = parts;
  let source: Source | null = null;
  let port = settings.http.port;
  const owned = settings.regions ? new Set(settings.regions) : null;
  const bounds = new BoundsReached(log);
  const changedHall = (hall: string) => hub?.changed(hall);
  const refreshedHall = (hall: string) => hub?.refreshed(hall);
  const halls: Halls = new Halls({
    simulated,
    changed: changedHall,
    // Once the config is in force everywhere.
    configured: () =>
      queueMicrotask(() => {
        hub.configured();
        alerts.touchAll();
      }),
    usual: (hall, now) => usual.at(hall, now),
    history: () => history.state,
    alerts: (hall) => alerts.now(hall),
    lessons: (hall) => pipeline.lesson(hall),
  });
  const limits = settings.journal;
  const changed = () => {
    hub?.pulse();
    downtime?.look();
  };
  const repair = new GapRepair({ clock, halls, source: () => source, log });
  const offsets: ClockOffsets = new ClockOffsets({ halls, journal: () => pipeline.journal, clock, log });
  const applied = (reading: Reading, notes: readonly string[]) => {
    offsets.applied(reading);
    repair.applied(reading, notes);
    alerts.heard(reading);
  };
  const history: History = new History({
    settings,
    folder,
    clock,
    log,
    simulated,
    hall: (id) => halls.known(id),
    halls: () => (pipeline.isLive ? [...halls.all()].map(({ hall }) => hall) : null),
    changed: () => halls.ids.forEach(refreshedHall),
    rolled: (days) => usual.filled(days),
  });
  const { scribe } = history;
  const pipeline = new Pipeline({
    folder,
    clock,
    log,
    halls,
    simulated,
    owned,
    limits,
    trial,
    scribe,
    changed,
    applied,
    recut: (hall) =>
      addRecutDues(hall, { outbox: history.outbox, now: clock.now(), journalDays: settings.journal.keepDays }),
    refused: ({ hall }) => {
      if (hall !== null && halls.get(hall)) alerts.refused(hall);
    },
  });
  const { journal } = pipeline;
  const downtime: DowntimeWatch = new DowntimeWatch({
    journal,
    clock,
    log,
    hearing: () => (journal.trouble === null ? hearingOf(source?.state) : 'no'),
  });
  const days = new DayRoller({
    journal,
    outbox: history.outbox,
    config: () => (pipeline.isLive ? pipeline.config : null),
    hall: (id) => halls.get(id),
    clock,
    log,
    simulated,
  });
  const usual: UsualBook = new UsualBook({ store: history.store, clock, log, changed: refreshedHall });
  const past = new PastBook({
    ...history,
    hall: (id) => halls.get(id)?.config,
    heardFrom: (id) => halls.get(id)?.heardFrom ?? null,
    keep: settings.historyDays,
    now: clock.now,
    storeNow: storeTime(settings, clock),
  });
  const historySize = new SizeWatch(history.store);
  const lagMs = () => Math.max(0, clock.now() - (journal.waiting.since ?? clock.now()));
  const ingest = (): Pulse['ingest'] => {
    const lag = { lagMs: lagMs() };
    if (journal.trouble) return { state: 'not-storing', ...lag };
    const { rebuilding } = pipeline;
    if (rebuilding) return { state: 'rebuilding', ...lag, progress: rebuilding.done / Math.max(1, rebuilding.total) };
    const state = source?.state ?? 'starting';
    return { state: state === 'ok' && journal.waiting.waitsMs > stuckAfterMs ? 'stuck' : state, ...lag };
  };
  const alerts: Alerts = new Alerts({
    folder,
    clock,
    log,
    halls,
    standards: () => pipeline.standards,
    isAtHead: () => pipeline.rebuilding === null,
    ingest: () => ingest().state,
    system: () => ({
      historyDelayed: history.state === 'ok' ? null : (historyTrouble(history) ?? 'points wait'),
      notStoring: journal.trouble,
      holes: pipeline.holes,
    }),
    emit: (alert) => hub?.alert(alert),
    changed: changedHall,
    notices: (kept, life) => webhooks.noticesOf(kept, life),
    kept: () => {
      retention.tidy(clock.now());
      tellHistory();
      webhooks.send();
    },
  });
  const { register } = alerts;
  const retention = new Retention({ register, days: settings.alertDays, log });
  const tellHistory = alertFeed({ register, outbox: history.outbox, log, simulated });
  const { notices } = register;
  const webhooks = new Webhooks({ notices, targets: config.settings.webhooks ?? [], clock, log });
  const degraded: (() => string | null)[] = [
    () => damageIn(folder),
    () => troubleOf(pipeline),
    () => quarantineTrouble(pipeline, clock.now()),
    () => historyTrouble(history),
    () => alerts.trouble && `alerts can't be written down (${alerts.trouble})`,
    () => alerts.judges.trouble(),
    () => webhooks.trouble(),
  ];
  const ready = (): Ready => {
    const { state } = ingest();
    const why = journal.trouble ?? rebuildingWords(pipeline.rebuilding) ?? source?.detail ?? 'messages wait to be read';
    const reasons = state === 'ok' ? [] : [`${state}: ${why}`];
    return {
      ready: reasons.length === 0,
      reasons,
      degraded: degraded.map((read) => read()).filter((text) => text !== null),
    };
  };
  const http = await makeHttp({ log, port: () => port, bounds });
  const regions = () =>
    new Map(
      [...pipeline.config.regions.values()]
        .filter(({ id }) => owned?.has(id) ?? true)
        .map(({ id, name }) => [id, name]),
    );
  const hub = new SocketHub({
    http: http.server,
    clock,
    halls,
    regions,
    ingest,
    alerts: () => alerts.list(),
    gate: (headers) => checkHandshake(headers, port),
    bounds,
  });
  const metrics = makeMetrics({
    counts: pipeline.outcomes.counts,
    resends: repair.outcomes,
    journal,
    snapshotPosition: () => pipeline.snapshotter.safePosition,
    recovered: () => pipeline.recovered,
    quarantined: () => pipeline.quarantine.size.messages,
    history: () => ({ ...history.status, due: history.dueCount }),
    historyBytes: () => historySize.read(),
    alerts,
    webhooks,
    lagMs,
    ready: () => ready().ready,
    clients: () => hub.clients,
    halls: () => halls.ids.length,
  });
  await http.register(apiDocRoutes());
  await http.register(hallRoutes({ halls, clock }));
  await http.register(completenessRoutes({ halls, clock }));
  await http.register(usualRoutes({ halls, clock, usual, history: history.store }));
  await http.register(quarantineRoutes(pipeline));
  const missing = (id: string, period: { from: number; to: number }) => {
    const hall = halls.get(id);
    return hall ? visitsMissing({ hall, history, ...period, now: clock.now() }) : [];
  };
  await http.register(
    historyRoutes({ halls, clock, regions, history: history.store, simulated, log, bounds, missing }),
  );
  await http.register(regionRoutes({ halls, regions, clock, usual, simulated }));
  await http.register(rollupRoutes({ halls, clock, history, days }));
  await http.register(
    pastRoutes({
      halls,
      history,
      past,
      simulated,
      teach: pipeline.teach.bind(pipeline),
      isLive: () => pipeline.isLive,
    }),
  );
  await http.register(alertRoutes({ alerts, halls, regions }));
  await http.register(healthRoutes({ ready, metrics }));
  await http.register(
    pageRoutes({ dist: dist ?? fileURLToPath(new URL('../dashboard/dist', import.meta.url)), halls }),
  );
  return {
    http,
    halls,
    accept: pipeline.accept,
    setSource(given) {
      source = given;
      hub.pulse();
      downtime.start();
    },
    ingestChanged: changed,
    setPort(given) {
      port = given;
    },
    get port() {
      return port;
    },
    pipeline,
    history,
    alerts,
    bounds,
    async begin() {
      await pipeline.begin(config);
      // Only now: while walls wait for their halls, history does.
      history.start();
      days.start();
      repair.reviewAll();
      alerts.start();
    },
    reconfigure(next) {
      webhooks.retarget(next.settings.webhooks ?? []);
      pipeline
        .reconfigure(next)
        .catch((error: unknown) => log.error({ error: String(error) }, 'config not taken over'));
    },
    addDegraded: (read) => degraded.push(read),
    async close() {
      // Half-sent requests would hold the end up.
      http.server.closeAllConnections();
      repair.close();
      downtime.close();
      alerts.stop();
      webhooks.close();
      await hub.close();
      await source?.close();
      await http.close();
      alerts.close();
      await days.stop();
      await history.stop();
      await pipeline.close();
      usual.close();
      await history.close();
      metrics.close();
    },
  };
}

function rebuildingWords(rebuilding: Pipeline['rebuilding']): string | null {
  return rebuilding && `${rebuilding.done} of ${rebuilding.total} messages of the journal read again`;
}

/** What of the journal is not as it should be, though the walls are right. */
function troubleOf({ rereading, recuts, journal, holes }: Pipeline): string | null {
  const troubles = [
    rereading && `journal: older days are being read again, ${rereading.done} of ${rereading.total} messages`,
    recuts.progress &&
      `journal: halls whose settings changed are read again, ${recuts.progress.done} of ${recuts.progress.total} messages`,
    journal.isOverCap && 'journal: over its cap, and the halls still need the oldest file',
    ...holes.map(({ consumer, from, to }) => `${consumer}: messages ${from} to ${to} of the journal are lost to it`),
  ].filter((text) => text !== null && text !== false);
  return troubles.length > 0 ? troubles.join('; ') : null;
}
