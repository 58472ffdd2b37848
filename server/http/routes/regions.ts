import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Clock } from '../../clock.ts';
import type { HallConfig } from '../../config/hall-config.ts';
import { RegionParams } from '../../contracts/history.ts';
import type { Words } from '../../contracts/http.ts';
import { ErrorBody } from '../../contracts/http.ts';
import type { HallToday } from '../../contracts/region.ts';
import { RegionInfo, RegionToday } from '../../contracts/region.ts';
import type { Halls } from '../../hall/halls.ts';
import { Breath } from '../../history/breath.ts';
import type { UsualBook } from '../../history/usual-book.ts';
import { againstUsual } from '../../insight/against-usual.ts';
import { hallsOf } from '../asking/places.ts';

interface Parts {
  halls: Halls;
  regions: () => ReadonlyMap<string, Words>;
  clock: Clock;
  usual: UsualBook;
  /** What the data folder holds (I5). */
  simulated: boolean;
}

/** GET /api/regions and /api/regions/:region/today. */
export function regionRoutes({ halls, regions, clock, usual, simulated }: Parts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/regions',
      { schema: { summary: 'The regions of this server', response: { 200: Type.Array(RegionInfo) } } },
      () => {
        const counts = Map.groupBy(halls.ids, (id) => halls.get(id)?.config.region);
        return [...regions()].map(([id, name]) => ({ id, name, halls: counts.get(id)?.length ?? 0 }));
      },
    );
    app.get(
      '/api/regions/:region/today',
      {
        schema: {
          summary: 'How many people entered each hall of a region today, against the usual of this time of day',
          description:
            'Answers with what is known now: a hall whose like days were not read yet says `reading`; ask again in a few seconds.',
          params: RegionParams,
          response: { 200: RegionToday, 404: ErrorBody },
        },
      },
      async ({ params: { region } }) => {
        const now = clock.now();
        const found = hallsOf({ halls, regions }, { region, hall: undefined });
        const timeZone = found[0]?.days.timeZone ?? 'UTC';
        const breath = new Breath();
        const rows: HallToday[] = [];
        for (const config of found) {
          rows.push(hallToday(config, { halls, usual, now }));
          await breath.ifDue();
        }
        return {
          region,
          name: regions().get(region) ?? { 'zh-CN': region, en: region },
          at: now,
          date: found[0]?.days.of(now).date ?? new Date(now).toISOString().slice(0, 10),
          timeZone,
          simulated,
          halls: rows,
        };
      },
    );
  };
}

function hallToday(
  config: HallConfig,
  { halls, usual: book, now }: Pick<Parts, 'halls' | 'usual'> & { now: number },
): HallToday {
  const { id, file, days } = config;
  const occupancy = halls.live(id, now)?.live.occupancy ?? { enteredToday: null, quality: 'unknown' as const };
  const usual = book.today(config, now);
  const against = usual
    ? againstUsual(occupancy, usual, now)
    : { usual: null, change: null, reason: book.isAway ? ('history-away' as const) : ('reading' as const) };
  return {
    hall: id,
    name: file.name,
    type: file.type,
    date: days.of(now).date,
    entered: occupancy.enteredToday,
    like: usual?.like.words ?? null,
    likeDays: usual?.days.length ?? null,
    ...against,
  };
}
