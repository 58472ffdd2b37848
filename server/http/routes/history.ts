import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { BoundsReached } from '../../bounds.ts';
import type { Clock } from '../../clock.ts';
import type { VisitsMissing } from '../../contracts/history.ts';
import type { Words } from '../../contracts/http.ts';
import type { Halls } from '../../hall/halls.ts';
import type { HistoryStore } from '../../history/port.ts';
import type { Logger } from '../../log.ts';
import { Slots } from '../asking/slots.ts';
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
  bounds: BoundsReached;
}

/** Answers are made whole in memory, some MB each; files and visits are read piece by piece. */
const answersAtOnce = { atOnce: 4, waiting: 100 };
const streamsAtOnce = { atOnce: 16, waiting: 100 };

/** Everything that is asked of history. */
export function historyRoutes(parts: HistoryParts): FastifyPluginAsyncTypebox {
  const answers = new Slots(answersAtOnce, parts.bounds);
  const streams = new Slots(streamsAtOnce, parts.bounds);
  return async (app) => {
    await app.register(seriesRoutes({ ...parts, answers, streams }));
    await app.register(visitRoutes({ ...parts, streams }));
    await app.register(peakRoutes({ ...parts, answers }));
  };
}
