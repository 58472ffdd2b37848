// Which days of which halls are to be told, by which story, a region at a time.
import type { HallConfig } from '../config/hall-config.ts';
import type { Past } from '../contracts/past.ts';
import { HallwatchError } from '../errors.ts';
import type { Options } from './options.ts';

/** Halls that are told together, since their region is rolled up of all of them. */
export interface Chapter {
  story: string;
  /** Local dates by hall, the oldest first. */
  wanted: ReadonlyMap<string, readonly string[]>;
  /** What the simulator's program is asked. */
  args: readonly string[];
}

type PastHall = Past['halls'][number];

interface Known {
  config: readonly HallConfig[];
  folder: string;
  past: Past;
}

export function hallDays(chapters: readonly Chapter[]): number {
  return chapters.reduce(
    (sum, { wanted }) => sum + [...wanted.values()].reduce((all, dates) => all + dates.length, 0),
    0,
  );
}

/** A simulated past of these halls: a chapter a region. Throws `unknown-hall` or `bad-setting`. */
export function simulatedChapters({ config, folder, past }: Known, options: Options): Chapter[] {
  const { days, until, seed, scenario } = options;
  const story = `simulated, seed ${seed}, ${scenario}`;
  const chapters: Chapter[] = [];
  for (const halls of Map.groupBy(config, ({ region }) => region).values()) {
    const wanted = new Map<string, string[]>();
    for (const { id } of halls) {
      const known = pastOf(past, id);
      const last = lastDate(known, until);
      const dates = Array.from({ length: days }, (_, i) => shifted(last, i + 1 - days));
      const missing = missingDates(known, dates, story);
      if (missing.length > 0) wanted.set(id, missing);
    }
    if (wanted.size > 0)
      chapters.push({
        story,
        wanted,
        args: [...simulatedArgs(wanted, folder), '--seed', `${seed}`, '--scenario', scenario],
      });
  }
  return chapters;
}

/** The past that records tell of a hall; `dates` are those they come to. Throws `bad-setting`. */
export function recordedChapters(
  { config, past }: Known,
  { args, story, dates }: { args: readonly string[]; story: string; dates: { from: string; to: string } },
): Chapter[] {
  const id = config[0]?.id ?? '';
  const all: string[] = [];
  for (let date = dates.from; date <= dates.to; date = shifted(date, 1)) all.push(date);
  const missing = missingDates(pastOf(past, id), all, story);
  return missing.length === 0 ? [] : [{ story, wanted: new Map([[id, missing]]), args }];
}

/** The last date that may be told: the one before the hall began to live. */
export function lastDate({ livesFrom }: PastHall, until: string | null): string {
  const last = shifted(livesFrom, -1);
  return until !== null && until < last ? until : last;
}

export function pastOf(past: Past, id: string): PastHall {
  const known = past.halls.find(({ hall }) => hall === id);
  if (known) return known;
  throw new HallwatchError('unknown-hall', {
    what: `the server doesn't know the hall ${id}`,
    fix: 'start it with the same HALLWATCH_CONFIG',
  });
}

/** Dates that aren't told yet, and may be. A date that another story began can't be told by this one: they would mix. */
function missingDates({ hall, told, livesFrom }: PastHall, dates: readonly string[], story: string): string[] {
  const byDate = new Map(told.map((one) => [one.date, one]));
  const other = dates.map((date) => byDate.get(date)).find((one) => one && !one.whole && one.story !== story);
  if (other) {
    throw new HallwatchError('bad-setting', {
      what: `the past of ${hall} on ${other.date} was begun as another story (${other.story})`,
      fix: 'tell that one to its end first, by the options it was begun with',
    });
  }
  return dates.filter((date) => date < livesFrom && byDate.get(date)?.whole !== true);
}

/** A day more before the first: what goes on over midnight is then known. */
function simulatedArgs(wanted: ReadonlyMap<string, readonly string[]>, folder: string): string[] {
  const dates = [...wanted.values()].flat().sort();
  const [first = '', last = ''] = [dates[0], dates.at(-1)];
  const halls = [...wanted.keys()].flatMap((id) => ['--hall', id]);
  return ['--config', folder, '--from', shifted(first, -1), '--to', last, ...halls];
}

function shifted(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}
