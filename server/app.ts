// Builds everything from its parts and hands it to whoever listens. Composed here and nowhere else.
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Clock } from './clock.ts';
import type { Config } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import type { Ready } from './contracts/http.ts';
import type { IngestState } from './contracts/names.ts';
import { Halls } from './hall/halls.ts';
import { checkHandshake } from './http/plugins/gate.ts';
import { apiDocRoutes } from './http/routes/api-docs.ts';
import { hallRoutes } from './http/routes/halls.ts';
import { healthRoutes } from './http/routes/health.ts';
import { pageRoutes } from './http/routes/pages.ts';
import { makeHttp } from './http/server.ts';
import type { Accept } from './ingest/message.ts';
import { Pipeline } from './ingest/pipeline.ts';
import { Refusals } from './ingest/refusals.ts';
import type { Source } from './ingest/source.ts';
import type { Logger } from './log.ts';
import { makeMetrics } from './metrics.ts';
import { SocketHub } from './push/socket-hub.ts';

export interface AppParts {
  config: Config;
  settings: Settings;
  clock: Clock;
  log: Logger;
  /** What the data folder holds (I5). */
  simulated: boolean;
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
  reconfigure(config: Config): void;
  /** Adds something that runs worse than it should to /readyz; `read` answers null while all is well. */
  addDegraded(read: () => string | null): void;
  close(): Promise<void>;
}

const stuckAfterMs = 5_000;

export async function buildApp({ config: first, settings, clock, log, simulated, dist }: AppParts): Promise<App> {
  let config = first;
  let source: Source | null = null;
  let port = settings.http.port;
  const degraded: (() => string | null)[] = [];
  const owned = settings.regions ? new Set(settings.regions) : null;
  const halls: Halls = new Halls({ simulated, changed: (hall) => hub?.changed(hall) });
  const refusals = new Refusals({ clock, log });
  // The journal takes this place: until it does, a message is as safe as this process.
  const keep: Accept = (_message, kept) => kept(null);
  const pipeline = new Pipeline({ keep, config: () => config, halls, refusals, simulated });
  const lagMs = () => Math.max(0, clock.now() - (pipeline.oldestPending ?? clock.now()));
  const ingest = (): { state: IngestState; lagMs: number } => {
    const state = source?.state ?? 'starting';
    return { state: state === 'ok' && lagMs() > stuckAfterMs ? 'stuck' : state, lagMs: lagMs() };
  };
  const ready = (): Ready => {
    const { state } = ingest();
    const reasons = state === 'ok' ? [] : [`${state}: ${source?.detail ?? 'messages wait to be read'}`];
    return {
      ready: reasons.length === 0,
      reasons,
      degraded: degraded.map((read) => read()).filter((text) => text !== null),
    };
  };
  const http = await makeHttp({ log, port: () => port });
  const hub = new SocketHub({
    http: http.server,
    clock,
    halls,
    regions: () => new Set([...config.regions.keys()].filter((id) => owned?.has(id) ?? true)),
    ingest,
    gate: (headers) => checkHandshake(headers, port),
  });
  const metrics = makeMetrics({
    counts: pipeline.counts,
    lagMs,
    ready: () => ready().ready,
    clients: () => hub.clients,
    halls: () => halls.ids.length,
  });
  halls.configure(config, owned);
  await http.register(apiDocRoutes());
  await http.register(hallRoutes({ halls, clock }));
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
    },
    ingestChanged: () => hub.pulse(),
    setPort(given) {
      port = given;
    },
    reconfigure(next) {
      config = next;
      halls.configure(next, owned);
    },
    addDegraded: (read) => degraded.push(read),
    async close() {
      // Half-sent requests would hold the end up.
      http.server.closeAllConnections();
      await hub.close();
      await source?.close();
      await http.close();
      metrics.close();
    },
  };
}
