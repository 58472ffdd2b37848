import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { Today, Usual } from '../../../server/contracts/usual.ts';
import type { CurvePoint } from '../charts/day-curve.ts';

interface Told {
  today: Today | null;
  samples: readonly CurvePoint[];
}

/** Today's points in order: history's, then the live numbers noted since, then the one of now, so that the curve reaches it. */
export function curvePoints(live: HallLive, { today, samples }: Told, now: number): CurvePoint[] {
  const told = today?.date === live.dayDate ? today.points : [];
  const known = told.slice(0, told.findLastIndex(({ occupancy }) => occupancy !== null) + 1);
  const until = known.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  const { value, quality } = live.occupancy;
  const here = { at: Math.max(now, live.at), occupancy: quality === 'unknown' ? null : value };
  const since = samples.filter(({ at }) => at > until && at < here.at);
  return [...known, ...since, here];
}

/** The hours to show: the server's, or while it hasn't told them those of the usual, or six around now. */
export function dayHours(live: HallLive, today: Today | null, usual: Usual | null): { from: number; to: number } {
  if (today?.date === live.dayDate) return { from: today.from, to: today.to };
  if (live.open && live.opensAt !== null && live.closesAt !== null) return { from: live.opensAt, to: live.closesAt };
  const [first, last] = [usual?.slots[0]?.at, usual?.slots.at(-1)?.at];
  if (first !== undefined && last !== undefined) return { from: first, to: last };
  return { from: live.at - 3 * 3_600_000, to: live.at + 3 * 3_600_000 };
}

/** The most there were inside, and when; null where nothing is known. */
export function curveSaid(points: readonly CurvePoint[]): { most: number; at: number } | null {
  return points.reduce<{ most: number; at: number } | null>(
    (best, { at, occupancy }) =>
      occupancy !== null && occupancy > (best?.most ?? -1) ? { most: occupancy, at } : best,
    null,
  );
}
