import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ErrorBody } from '../../contracts/http.ts';
import type { PastLesson as Told } from '../../contracts/past.ts';
import { Past, PastLesson, PastPoints, PastTaken, PastTaught } from '../../contracts/past.ts';
import { HallwatchError } from '../../errors.ts';
import type { Halls } from '../../hall/halls.ts';
import type { Taught } from '../../hall/lesson.ts';
import { learnedVersion } from '../../hall/lesson.ts';
import type { History } from '../../history/history.ts';
import type { PastBook } from '../../history/past/past-book.ts';
import { taughtOfText } from '../../journal/learned-store.ts';

interface Parts {
  halls: Halls;
  history: Pick<History, 'outbox' | 'state'>;
  past: PastBook;
  /** What the data folder holds (I5). */
  simulated: boolean;
  /** Hands a hall what a past taught; false where it has learned more. */
  teach: (hall: string, past: Taught) => boolean;
  /** The halls are current. */
  isLive: () => boolean;
}

/** So many points may wait for the store before others have to: far fewer than make live history late. */
const mostWaiting = 10_000;
const largestBody = 2 ** 20;
const largestLesson = 5 * 2 ** 20;

/** GET /api/history/past, POST /api/history/points and POST /api/history/lesson. */
export function pastRoutes({ halls, history, past, simulated, teach, isLive }: Parts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/history/past',
      {
        schema: {
          summary: 'Which days gone by history was told of afterwards',
          response: { 200: Past, 503: ErrorBody },
        },
      },
      async () => {
        checkReady(isLive());
        const answers: Past['halls'] = [];
        for (const id of halls.ids) {
          const hall = halls.get(id);
          if (hall) answers.push({ hall: id, livesFrom: await past.livesFrom(hall.config), told: past.told(id) });
        }
        return { simulated, pid: process.pid, oldest: past.oldest, halls: answers };
      },
    );
    app.post(
      '/api/history/points',
      {
        bodyLimit: largestBody,
        // Held back by what waits, not by the minute: that would shut out people's own changes.
        config: { rateLimit: false },
        schema: {
          summary: 'Takes points of simulated days gone by; only where the data folder is simulated',
          body: PastPoints,
          response: { 200: PastTaken, 400: ErrorBody, 409: ErrorBody, 503: ErrorBody },
        },
      },
      async (request) => {
        if (!simulated) throw notSimulated();
        checkReady(isLive());
        if (history.state === 'delayed' || history.outbox.waiting > mostWaiting)
          throw busy('points wait for the store');
        return past.take(request.body);
      },
    );
    app.post(
      '/api/history/lesson',
      {
        bodyLimit: largestLesson,
        config: { rateLimit: false },
        schema: {
          summary: 'Takes what simulated days gone by taught of a hall; only where the data folder is simulated',
          body: PastLesson,
          response: { 200: PastTaught, 400: ErrorBody, 404: ErrorBody, 409: ErrorBody, 503: ErrorBody },
        },
      },
      async ({ body }) => {
        if (!simulated) throw notSimulated();
        checkReady(isLive());
        const config = halls.get(body.hall)?.config;
        if (!config) throw noHall(body.hall);
        const learned = readLesson(body);
        return { taught: (await past.hasTold(config, body)) && teach(body.hall, learned) };
      },
    );
  };
}

function readLesson({ version, learned }: Told): Taught {
  const taught = version === learnedVersion ? taughtOfText(learned) : null;
  if (taught) return taught;
  throw new HallwatchError('bad-request', {
    what: 'learned is no lesson of this version',
    fix: `send one of version ${learnedVersion}, as npm run seed does`,
  });
}

function noHall(id: string): HallwatchError {
  return new HallwatchError('unknown-hall', { what: `there is no hall "${id}"`, fix: 'GET /api/halls lists them' });
}

function notSimulated(): HallwatchError {
  return new HallwatchError('not-simulated', {
    what: 'the data folder of this server holds real data, and a made-up past would be mixed into it',
    fix: 'name a server of simulated data',
  });
}

function checkReady(isLive: boolean): void {
  if (!isLive) throw busy('the halls are being brought back');
}

function busy(why: string): HallwatchError {
  return new HallwatchError('history-busy', {
    what: `no points of the past can be taken now: ${why}`,
    fix: 'try again in a moment',
  });
}
