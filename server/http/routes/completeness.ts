import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Clock } from '../../clock.ts';
import { Completeness, CompletenessQuery, ErrorBody } from '../../contracts/http.ts';
import { HallwatchError } from '../../errors.ts';
import type { Halls } from '../../hall/halls.ts';
import { keptIntakeDays } from '../../hall/intake.ts';

/** GET /api/completeness?hall&day. */
export function completenessRoutes({ halls, clock }: { halls: Halls; clock: Clock }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/completeness',
      {
        schema: {
          summary: 'What each device of a hall sent on a local day, by its own numbering, and what of it is here',
          querystring: CompletenessQuery,
          response: { 200: Completeness, 400: ErrorBody, 404: ErrorBody },
        },
      },
      (request) => {
        const { hall: id, day } = request.query;
        const hall = halls.get(id);
        if (!hall)
          throw new HallwatchError('unknown-hall', {
            what: `there is no hall "${id}"`,
            fix: 'GET /api/halls lists them',
          });
        const now = clock.now();
        const { days } = hall.config;
        const today = days.of(now);
        const answer = hall.completeness(day ?? today.date, now);
        if (answer) return answer;
        const oldest = days.shift(today, 1 - keptIntakeDays).date;
        throw new HallwatchError('bad-request', {
          what: `"${day}" is no local date that is kept`,
          fix: `write a date from ${oldest} to ${today.date}, or leave day out for today`,
        });
      },
    );
  };
}
