import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Clock } from '../../clock.ts';
import { lowestTarget } from '../../config/standards.ts';
import { Peaks, PeaksQuery, RegionParams } from '../../contracts/history.ts';
import type { Words } from '../../contracts/http.ts';
import { ErrorBody } from '../../contracts/http.ts';
import type { Halls } from '../../hall/halls.ts';
import { readPeaks } from '../../history/asking/region-peaks.ts';
import type { HistoryStore } from '../../history/port.ts';
import { hallsOf } from '../asking/places.ts';
import type { Slots } from '../asking/slots.ts';
import { checkDates } from '../asking/times.ts';

interface Parts {
  halls: Halls;
  clock: Clock;
  regions: () => ReadonlyMap<string, Words>;
  history: HistoryStore;
  simulated: boolean;
  answers: Slots;
}

const mostDays = 400;

/** GET /api/regions/:region/peaks. */
export function peakRoutes({ halls, clock, regions, history, simulated, answers }: Parts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/regions/:region/peaks',
      {
        schema: {
          summary: 'When it is crowded: weekdays by half hours, the peaks, and a row for each hall',
          params: RegionParams,
          querystring: PeaksQuery,
          response: { 200: Peaks, 400: ErrorBody, 404: ErrorBody, 503: ErrorBody },
        },
      },
      async (request) => {
        const { from, to, hall, measure = 'entered' } = request.query;
        const { region } = request.params;
        checkDates({ from, to }, mostDays);
        const found = hallsOf({ halls, regions }, { region, hall });
        const now = clock.now();
        const spans = found.map(({ id, days, hours }) => ({
          hall: id,
          openOn: (date: string) => hours.onClock(date),
          today: days.of(now).date,
        }));
        const { rows, read, ...answer } = await answers.run(() =>
          readPeaks(history, { halls: spans, from, to, measure }),
        );
        return {
          region,
          regionName: regions().get(region) ?? { 'zh-CN': region, en: region },
          hall: hall ?? null,
          from,
          to,
          measure,
          ...answer,
          simulated: simulated || answer.simulated,
          halls: found.flatMap((config, i) => {
            const row = rows[i];
            return row ? [{ hall: config.id, name: config.file.name, targetShare: lowestTarget(config), ...row }] : [];
          }),
        };
      },
    );
  };
}
