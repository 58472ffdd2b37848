import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Clock } from '../../clock.ts';
import type { VisitsMissing } from '../../contracts/history.ts';
import type { Words } from '../../contracts/http.ts';
import type { Halls } from '../../hall/halls.ts';
import type { HistoryStore } from '../../history/port.ts';
import type { Logger } from '../../log.ts';
import { peakRoutes } from './peaks.ts';
import { seriesRoutes } from './series.ts';
import { visitRoutes } from './visits.ts';

export interface HistoryParts {
  halls: Halls;
  clock: Clock;
  /** Regions of this server, with their names. */
  regions: () => ReadonlyMap<string, Words>;
  history: HistoryStore;
  /** What the data folder holds (I5). */
  simulated: boolean;
  log: Logger;
  /** What is known to be missing of a hall's visits in a period, epoch ms. */
  missing: (hall: string, period: { from: number; to: number }) => VisitsMissing[];
}

/** Everything that is asked of history. */
export function historyRoutes(parts: HistoryParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(seriesRoutes(parts));
    await app.register(visitRoutes(parts));
    await app.register(peakRoutes(parts));
  };
}
