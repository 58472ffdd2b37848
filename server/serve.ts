// A whole server from an environment: config, data folder, broker, HTTP. Used by main.ts and by tests.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { App } from './app.ts';
import { buildApp } from './app.ts';
import { systemClock } from './clock.ts';
import { loadConfigOrThrow } from './config/load.ts';
import { ParsedFiles } from './config/parsed-files.ts';
import type { Environment, Settings } from './config/settings.ts';
import { readBasics, readSettings } from './config/settings.ts';
import { watchConfig } from './config/watch.ts';
import type { DataFolder } from './data-folder.ts';
import { openDataFolder } from './data-folder.ts';
import { startEmbeddedBroker } from './ingest/embedded-broker.ts';
import { startMqttSource } from './ingest/mqtt-source.ts';
import type { Source } from './ingest/source.ts';
import { listen } from './listen.ts';
import type { Logger } from './log.ts';
import type { Trial } from './probe.ts';

export interface RunningServer {
  app: App;
  /** Where the pages are, such as http://127.0.0.1:8080. */
  url: string;
  /** The MQTT address devices use. */
  mqttUrl: string;
  /** Resolves once the halls are current; rejects when they can't be brought back, and then nothing can be shown. */
  begun: Promise<void>;
  close(): Promise<void>;
}

/** Starts a server; throws a HallwatchError with one clear line when it can't. A broker that is away is waited for. */
export async function serve(env: Environment, log: Logger, trial: Trial = {}): Promise<RunningServer> {
  const basics = readBasics(env);
  const parsed = await ParsedFiles.open(join(basics.data, parsedFile));
  const config = await loadConfigOrThrow(basics.config, parsed);
  const settings = readSettings(env, config.settings);
  const folder = await openDataFolder(basics.data, basics);
  const clock = systemClock(basics.clock ?? undefined);
  const app = await buildApp({
    config,
    settings,
    clock,
    log,
    folder: folder.path,
    simulated: folder.simulated,
    trial,
  }).catch((error: unknown) => {
    folder.release();
    throw error;
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= app.close().finally(() => folder.release());
    return closing;
  };
  const begun = app.begin();
  begun.catch((error: unknown) => log.fatal({ error: String(error) }, 'the halls could not be brought back'));
  const source = await start({ app, settings, folder, log, clock }, begun).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  // The walls come first.
  begun.then(
    () => parsed.keep(),
    () => {},
  );
  const watch = watchConfig(basics.config, { log, take: app.reconfigure, parsed });
  app.addDegraded(() => watch.problem);
  const { host } = settings.http;
  return {
    app,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${app.port}`,
    mqttUrl: source.address,
    begun,
    async close() {
      watch.close();
      await close();
    },
  };
}

const parsedFile = 'config-parsed.json';
const quickMs = 1_500;

interface SourceParts {
  settings: Settings;
  folder: DataFolder;
  app: App;
  log: Logger;
  clock: ReturnType<typeof systemClock>;
}

/** Listens, takes messages in, and waits a moment for the halls: a quick restart is over before anyone can look. */
async function start({ app, settings, folder, log, clock }: SourceParts, begun: Promise<void>): Promise<Source> {
  await Promise.race([begun, pause(quickMs, undefined, { ref: false })]);
  await app.http.ready();
  app.setPort(await listen(app.http.server, settings.http, 'HALLWATCH_HTTP'));
  const source = await startSource({ settings, folder, app, log, clock });
  app.setSource(source);
  return source;
}

async function startSource({ settings, folder, app, log, clock }: SourceParts): Promise<Source> {
  const { mqttUrl, mqttListen, regions } = settings;
  const { accept, bounds } = app;
  const { ignored } = app.pipeline.outcomes;
  if (mqttUrl === null) return startEmbeddedBroker({ address: mqttListen, clock, log, accept, ignored, bounds });
  return startMqttSource({
    url: mqttUrl,
    clientId: folder.clientId,
    regions,
    clock,
    log,
    accept,
    ignored,
    changed: () => app.ingestChanged(),
  });
}
