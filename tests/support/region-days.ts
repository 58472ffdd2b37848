// Weeks of a hall as history has them: quarters of an hour with waits, and each day's profile, told by a curve.
import type { Point } from '../../server/history/points.ts';
import { histogramOf, histogramText, mergeHistograms } from '../../server/insight/histogram.ts';
import { halfHours, profileText } from '../../server/insight/profile.ts';
import { at } from './hall-maker.ts';

export interface Quarter {
  entered: number;
  called: number;
  /** Of each one called. */
  waitS: number;
}

export interface HallWeeks {
  hall: string;
  /** Local dates, `to` excluded. */
  from: string;
  to: string;
  /** Quarters of the day from 00:00 in which the hall is open, `end` excluded. */
  open: { first: number; end: number };
  /** Null: nothing is known of the date. `weekday` 0 is Monday. */
  tell: (date: string, weekday: number) => ((quarter: number) => Quarter) | null;
}

const dayMs = 86_400_000;
const limitS = 900;

/** Points of `hall_slot` and `hall_day_profile`, in Shanghai, every quarter of the day: nobody comes while it is closed. */
export function* hallWeeks({ hall, from, to, open, tell }: HallWeeks): Generator<Point> {
  const first = Date.parse(`${from}T00:00:00Z`);
  const count = (Date.parse(`${to}T00:00:00Z`) - first) / dayMs;
  for (let i = 0; i < count; i++) {
    const stamp = first + i * dayMs;
    const date = new Date(stamp).toISOString().slice(0, 10);
    const day = tell(date, (stamp / dayMs + 3) % 7);
    if (!day) continue;
    const closed = { entered: 0, called: 0, waitS: 0 };
    const quarters = Array.from({ length: 96 }, (_, n) => (n >= open.first && n < open.end ? day(n) : closed));
    for (const [n, quarter] of quarters.entries()) yield slot(hall, at(`${date} 00:00`) + n * 900_000, quarter);
    yield profile(hall, stamp, quarters);
  }
}

function slot(hall: string, start: number, { entered, called, waitS }: Quarter): Point {
  const fields = {
    ...{
      entered,
      left: entered,
      occupancyS: entered * 900,
      occupancyMax: entered,
      knownS: 900,
      issued: called,
      called,
    },
    ...{ waited: called, waitS: called * waitS, withinLimit: within({ called, waitS }), waitingMax: called },
    ...{ waitHistogram: histogramText(waitsOf({ called, waitS })), simulated: true },
  };
  return { measurement: 'hall_slot', tags: { hall }, at: start * 1_000, fields };
}

const waitsOf = ({ called, waitS }: Pick<Quarter, 'called' | 'waitS'>) =>
  histogramOf(new Array<number>(called).fill(waitS));

const within = ({ called, waitS }: Pick<Quarter, 'called' | 'waitS'>) => (waitS <= limitS ? called : 0);

function profile(hall: string, stamp: number, quarters: readonly Quarter[]): Point {
  const halves = Array.from({ length: halfHours }, (_, n) => quarters.slice(2 * n, 2 * n + 2));
  const text = (of: (half: Quarter[]) => number | null) => profileText(halves.map(of));
  const sum = (half: Quarter[], of: (quarter: Quarter) => number) => half.reduce((total, one) => total + of(one), 0);
  const called = (half: Quarter[]) => sum(half, (one) => one.called);
  const fields = {
    entered: text((half) => sum(half, (one) => one.entered)),
    occupancyMax: text((half) => Math.max(...half.map((one) => one.entered))),
    issued: text(called),
    called: text(called),
    withinLimit: text((half) => sum(half, within)),
    waitMeanS: text((half) =>
      called(half) > 0 ? Math.round(sum(half, (one) => one.called * one.waitS) / called(half)) : null,
    ),
    waitingMax: text((half) => Math.max(...half.map((one) => one.called))),
    waitHistogram: histogramText(mergeHistograms(quarters.map(waitsOf))),
    simulated: true,
  };
  return { measurement: 'hall_day_profile', tags: { hall }, at: stamp * 1_000, fields };
}
