import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Halls } from '../../hall/halls.ts';
import type { HistoryStore } from '../../history/port.ts';
import type { Logger } from '../../log.ts';
import { peakRoutes } from './peaks.ts';
import { seriesRoutes } from './series.ts';
import { visitRoutes } from './visits.ts';

export interface HistoryParts {
  halls: Halls;
  /** Regions of this server. */
  regions: () => ReadonlySet<string>;
  history: HistoryStore;
  /** What the data folder holds (I5). */
  simulated: boolean;
  log: Logger;
}

/** Everything that is asked of history. */
export function historyRoutes(parts: HistoryParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(seriesRoutes(parts));
    await app.register(visitRoutes(parts));
    await app.register(peakRoutes(parts));
  };
}
