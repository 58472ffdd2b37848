// Days gone by that history is told of afterwards: what a folder of simulated data knows of them, and how points are handed to it.
import type { Static } from 'typebox';
import Type from 'typebox';
import { idPattern } from './names.ts';

export const mostPastPoints = 1_000;
const strict = { additionalProperties: false };
const Id = Type.String({ pattern: idPattern });
const LocalDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Value = Type.Union([Type.Number(), Type.String({ maxLength: 64_000 }), Type.Boolean(), Type.Null()]);

/** A point of docs/history.md; `at` is epoch microseconds. */
const PastPoint = Type.Object(
  {
    measurement: Type.String({ maxLength: 40 }),
    tags: Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 200 })),
    at: Type.Integer({ minimum: 0 }),
    fields: Type.Record(Type.String({ maxLength: 40 }), Value),
  },
  strict,
);

/**
 * Some points of simulated days gone by. `story` names what tells them: a date that one story began is no other's. `whole`: dates of
 * which all points are there with these; their profiles and their region's slots are rolled up.
 */
export const PastPoints = Type.Object(
  {
    story: Type.String({ minLength: 1, maxLength: 200 }),
    points: Type.Array(PastPoint, { maxItems: mostPastPoints }),
    whole: Type.Optional(Type.Array(Type.Object({ hall: Id, date: LocalDate }, strict), { maxItems: 5_000 })),
  },
  strict,
);
export type PastPoints = Static<typeof PastPoints>;

/** How many points will be kept, and why the others won't. */
export const PastTaken = Type.Object({
  taken: Type.Integer(),
  refused: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() })),
});
export type PastTaken = Static<typeof PastTaken>;

/**
 * What the days from `from` to `until` taught whoever told them, in order, to a hall that knew nothing before: `learned` as
 * learned.sqlite keeps it, in base64, of layout `version`.
 */
export const PastLesson = Type.Object(
  {
    story: Type.String({ minLength: 1, maxLength: 200 }),
    hall: Id,
    from: LocalDate,
    until: LocalDate,
    version: Type.Integer(),
    learned: Type.String({ maxLength: 4_000_000 }),
  },
  strict,
);
export type PastLesson = Static<typeof PastLesson>;

/** `taught`: the hall goes on with it. It doesn't where it has learned from more itself, or if these days aren't all told, before it lived. */
export const PastTaught = Type.Object({ taught: Type.Boolean() });
export type PastTaught = Static<typeof PastTaught>;

/**
 * What of the past is there. `livesFrom`: the first local date that isn't to be written, since the hall lived then, or since it is today.
 * `told`: dates that were told of afterwards, by their story; `whole` once all of their points are in. `oldest`: epoch ms from which
 * points are kept, by retention. `pid`: the server's process, as in server.pid of its data folder.
 */
export const Past = Type.Object({
  simulated: Type.Boolean(),
  pid: Type.Integer(),
  oldest: Type.Object({ raw: Type.Number(), minute: Type.Number(), slot: Type.Number() }),
  halls: Type.Array(
    Type.Object({
      hall: Type.String(),
      livesFrom: Type.String(),
      told: Type.Array(Type.Object({ date: Type.String(), story: Type.String(), whole: Type.Boolean() })),
    }),
  ),
});
export type Past = Static<typeof Past>;
