// Tells one chapter after the other to the target: the points of each day, and that it is whole once all of its halls are.
import type { Config } from '../config/load.ts';
import type { PastPoints } from '../contracts/past.ts';
import { learnedVersion } from '../hall/lesson.ts';
import type { Retention } from '../history/catalogue.ts';
import { definitionOf } from '../history/catalogue.ts';
import type { Point } from '../history/points.ts';
import { knownFields } from '../history/points.ts';
import { textOfTaught } from '../journal/learned-store.ts';
import type { Chapter } from './plan.ts';
import type { Progress } from './progress.ts';
import { storyLines } from './story.ts';
import type { Target } from './target.ts';
import { Interrupted } from './target.ts';
import { Teller } from './teller.ts';

interface Parts {
  config: Config;
  target: Target;
  /** Epoch ms from which points are kept, by retention. */
  oldest: Readonly<Record<Retention, number>>;
  progress: Progress;
  ended: AbortSignal;
}

type HallDate = NonNullable<PastPoints['whole']>[number];

export async function tellChapter(chapter: Chapter, { config, target, oldest, progress, ended }: Parts): Promise<void> {
  const { story, wanted, args } = chapter;
  const days = [...wanted].flatMap(([hall, dates]) => dates.map((date) => ({ hall, date })));
  const untold = new Map(days.map((day) => [`${day.hall} ${day.date}`, day]));
  const left = new Map<string, number>();
  for (const dates of wanted.values()) for (const date of dates) left.set(date, (left.get(date) ?? 0) + 1);
  const whole = new Map<string, HallDate[]>();
  let page: Point[] = [];
  const flush = async (done: HallDate[] = []) => {
    const points = page.map(({ fields, ...point }) => ({
      ...point,
      fields: knownFields({ ...fields, simulated: true }),
    }));
    page = [];
    if (points.length + done.length > 0) progress.took(await target.take({ story, points, whole: done }));
  };
  const teller = new Teller(config);
  for await (const { hall, date, pages } of teller.days(storyLines(args, ended))) {
    if (ended.aborted) throw new Interrupted();
    if (!untold.delete(`${hall} ${date}`)) continue;
    for (const points of pages) {
      const kept = points.filter(({ measurement, at }) => at >= oldest[definitionOf(measurement).retention] * 1000);
      progress.add(kept);
      for (const point of kept) if (page.push(point) >= target.pageSize) await flush();
    }
    const ofDate = whole.getOrInsertComputed(date, () => []);
    ofDate.push({ hall, date });
    progress.dayDone();
    // Only then are they rolled up: a region is told of once.
    if (ofDate.length !== left.get(date)) continue;
    whole.delete(date);
    await flush(ofDate);
  }
  // Of a hall without devices there is nothing to tell: that is its past, and the rest of its region is whole without it.
  const rest = [...[...whole.values()].flat(), ...untold.values()];
  for (const ofDate of Map.groupBy(rest, ({ date }) => date).values()) await flush(ofDate);
  // Only the whole chapter: what it taught on the way is of days in order, from its first on.
  for (const [hall, dates] of wanted) {
    const lesson = teller.lesson(hall);
    const [from, until] = [dates[0], dates.at(-1)];
    if (!lesson || from === undefined || until === undefined) continue;
    const learned = { version: learnedVersion, learned: textOfTaught(lesson) };
    progress.taught(await target.teach({ story, hall, from, until, ...learned }));
  }
}
