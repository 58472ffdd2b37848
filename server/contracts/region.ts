// A region's halls, and how today compares with what is usual in each. Times are epoch ms, null is what isn't known.
import type { Static } from 'typebox';
import Type from 'typebox';
import { Words } from './http.ts';
import { againstReasons, hallTypes } from './names.ts';
import { Nullable } from './schema.ts';
import { Band } from './usual.ts';

export const RegionInfo = Type.Object({ id: Type.String(), name: Words, halls: Type.Integer() });
export type RegionInfo = Static<typeof RegionInfo>;

/**
 * A hall's day so far against like days: `entered` people, `usual` of those who have entered by now on `like` days, of which there
 * are `likeDays`. `change` 0.18 is +18 %; null for `reason`.
 */
export const HallToday = Type.Object({
  hall: Type.String(),
  name: Words,
  type: Type.Enum([...hallTypes]),
  date: Type.String({ description: 'the hall’s local date' }),
  entered: Nullable(Type.Integer()),
  usual: Nullable(Band),
  like: Nullable(Words),
  likeDays: Nullable(Type.Integer()),
  change: Nullable(Type.Number()),
  reason: Nullable(Type.Enum([...againstReasons])),
});
export type HallToday = Static<typeof HallToday>;

export const RegionToday = Type.Object({
  region: Type.String(),
  name: Words,
  at: Type.Integer({ description: 'epoch ms' }),
  date: Type.String({ description: 'local date of the first hall' }),
  timeZone: Type.String({ description: 'of the first hall' }),
  simulated: Type.Boolean(),
  halls: Type.Array(HallToday),
});
export type RegionToday = Static<typeof RegionToday>;
