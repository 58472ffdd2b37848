import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Clock } from '../../clock.ts';
import type { HallConfig } from '../../config/hall-config.ts';
import { isDate } from '../../config/places.ts';
import type { RollupBody } from '../../contracts/history.ts';
import { RollupBody as Body, HistoryStatus } from '../../contracts/history.ts';
import { ErrorBody } from '../../contracts/http.ts';
import { HallwatchError } from '../../errors.ts';
import type { Halls } from '../../hall/halls.ts';
import type { History } from '../../history/history.ts';
import type { DayRoller } from '../../ingest/day-roller.ts';

interface Parts {
  halls: Halls;
  clock: Clock;
  history: History;
  days: DayRoller;
}

const mostDays = 31;

/** GET /api/history and POST /api/history/rollup. */
export function rollupRoutes({ halls, clock, history, days }: Parts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/history',
      {
        schema: {
          summary: 'How history is, and what of it is still to be rolled up',
          response: { 200: HistoryStatus },
        },
      },
      () => statusOf(history, days),
    );
    app.post(
      '/api/history/rollup',
      {
        schema: {
          summary: 'Rolls days of a hall up again from the journal; GET /api/history says how far that is',
          body: Body,
          response: { 200: HistoryStatus, 400: ErrorBody, 404: ErrorBody },
        },
      },
      (request) => {
        const { hall } = request.body;
        const config = halls.get(hall)?.config;
        if (!config)
          throw new HallwatchError('unknown-hall', {
            what: `there is no hall "${hall}"`,
            fix: 'GET /api/halls lists them',
          });
        const dates = datesOf(request.body, config, clock.now(), days);
        const { outbox } = history;
        outbox.put([], outbox.position, () => {
          for (const date of dates) outbox.work.addDue({ kind: 'day', subject: hall, at: Date.parse(date) });
        });
        outbox.settle();
        return statusOf(history, days);
      },
    );
  };
}

/** The dates from `from` to `to`, when the journal holds them whole. Throws `bad-request`. */
function datesOf({ from, to }: RollupBody, { days }: HallConfig, now: number, roller: DayRoller): string[] {
  const today = days.of(now).date;
  const refuse = (what: string, fix: string) => new HallwatchError('bad-request', { what, fix });
  if (!isDate(from) || !isDate(to) || from > to || to > today)
    throw refuse(`"${from}" to "${to}" are no local dates up to today`, `write dates up to ${today}, from before to`);
  const dates: string[] = [];
  for (let day = days.onDate(from); day.date <= to; day = days.shift(day, 1)) {
    dates.push(day.date);
    if (dates.length > mostDays)
      throw refuse(`${from} to ${to} are more than ${mostDays} days`, 'ask for fewer at once');
  }
  if (roller.holds(days.onDate(from).start)) return dates;
  throw refuse(
    `the journal no longer holds ${from} whole`,
    'ask for later days; journal: {keepDays} in hallwatch.yaml says how long it is kept',
  );
}

function statusOf({ status, state, outbox }: History, { progress }: DayRoller): HistoryStatus {
  const { waiting, oldestAt, lastError, dead, tooOld } = status;
  const { work } = outbox;
  return {
    state,
    waiting,
    oldestAt,
    lastError,
    dead,
    tooOld,
    givenUp: outbox.holes.reduce((sum, { count }) => sum + count, 0),
    due: {
      slots: work.dueCount('slot'),
      days: work.dueCount('day'),
      profiles: work.dueCount('profile'),
      regions: work.dueCount('region'),
    },
    rolling: progress,
  };
}
