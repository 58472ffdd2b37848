// What like days look like, and today as it went so far: what a wall draws its curve and band of.
import type { Static } from 'typebox';
import Type from 'typebox';
import { Words } from './http.ts';
import { Nullable } from './schema.ts';

/** P10, median and P90 of like days; null where fewer than three of them tell. */
export const Band = Type.Object({ low: Type.Number(), median: Type.Number(), high: Type.Number() });
export type Band = Static<typeof Band>;

export const DayQuery = Type.Object(
  {
    date: Type.Optional(
      Type.String({ maxLength: 40, description: 'Local date of the hall, YYYY-MM-DD; today without it' }),
    ),
  },
  { additionalProperties: false },
);

/** A quarter of an hour that begins at `at` (epoch ms). `enteredBy`: people who had entered that day by its end. */
export const UsualSlot = Type.Object({
  at: Type.Integer(),
  entered: Nullable(Band),
  enteredBy: Nullable(Band),
  occupancy: Nullable(Band),
  waitS: Nullable(Band),
});
export type UsualSlot = Static<typeof UsualSlot>;

/**
 * The usual of a hall's local date, of kind `kind`, told from `days`, the latest first. `like` says what those are: days of the
 * same kind, or of another where there are too few. `isEnough`: three at least; without them every band is null.
 */
export const Usual = Type.Object({
  hall: Type.String(),
  date: Type.String(),
  kind: Type.String(),
  words: Words,
  like: Type.Object({ kind: Type.String(), words: Words }),
  days: Type.Array(Type.String()),
  leftOut: Type.Array(Type.Object({ date: Type.String(), reason: Words })),
  isEnough: Type.Boolean(),
  slots: Type.Array(UsualSlot),
});
export type Usual = Static<typeof Usual>;

/**
 * Today so far: the mean number inside by spans of five minutes (of a quarter of an hour where minutes aren't there), each with
 * the middle of its span as `at`; null where it isn't known. `from` to `to`: the hours that a screen shows, epoch ms; `open`: when
 * the hall is open in them.
 */
export const Today = Type.Object({
  hall: Type.String(),
  date: Type.String(),
  from: Type.Integer(),
  to: Type.Integer(),
  open: Type.Array(Type.Object({ from: Type.Integer(), to: Type.Integer() })),
  points: Type.Array(Type.Object({ at: Type.Integer(), occupancy: Nullable(Type.Number()) })),
});
export type Today = Static<typeof Today>;
