import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Clock } from '../../clock.ts';
import type { HallConfig } from '../../config/hall-config.ts';
import { isDate } from '../../config/places.ts';
import { ErrorBody, HallParams } from '../../contracts/http.ts';
import { DayQuery, Today, Usual } from '../../contracts/usual.ts';
import { HallwatchError } from '../../errors.ts';
import type { Halls } from '../../hall/halls.ts';
import type { HistoryStore } from '../../history/port.ts';
import { readToday } from '../../history/today.ts';
import type { UsualBook } from '../../history/usual-book.ts';

interface Parts {
  halls: Halls;
  clock: Clock;
  usual: UsualBook;
  history: HistoryStore;
}

/** How far from today a date may lie: what history keeps, and what a calendar can know. */
const oldestDays = 3_660;
const furthestDays = 400;

/** GET /api/halls/:hall/usual?date and /api/halls/:hall/today. */
export function usualRoutes({ halls, clock, usual, history }: Parts): FastifyPluginAsyncTypebox {
  const configOf = (id: string): HallConfig => {
    const hall = halls.get(id);
    if (hall) return hall.config;
    throw new HallwatchError('unknown-hall', { what: `there is no hall "${id}"`, fix: 'GET /api/halls lists them' });
  };
  const errors = { 400: ErrorBody, 404: ErrorBody, 503: ErrorBody };
  return async (app) => {
    app.get(
      '/api/halls/:hall/usual',
      {
        schema: {
          summary:
            'What the last like days of a hall’s local date looked like: median, P10 and P90 by quarters of an hour',
          params: HallParams,
          querystring: DayQuery,
          response: { 200: Usual, ...errors },
        },
      },
      ({ params, query }) => {
        const config = configOf(params.hall);
        return usual.of(config, dateIn(query.date, config, clock.now()));
      },
    );
    app.get(
      '/api/halls/:hall/today',
      {
        schema: {
          summary: 'How many people were inside today, by spans of five minutes, as far as history has it',
          params: HallParams,
          response: { 200: Today, ...errors },
        },
      },
      ({ params }) => readToday(history, configOf(params.hall), clock.now()),
    );
  };
}

function dateIn(text: string | undefined, { days }: HallConfig, now: number): string {
  const today = days.of(now);
  if (text === undefined) return today.date;
  const [oldest, furthest] = [days.shift(today, -oldestDays).date, days.shift(today, furthestDays).date];
  if (isDate(text) && text >= oldest && text <= furthest) return text;
  throw new HallwatchError('bad-request', {
    what: `"${text}" is no date that can be asked for`,
    fix: `write a date from ${oldest} to ${furthest}, or leave it out for today`,
  });
}
