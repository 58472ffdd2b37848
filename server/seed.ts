// `npm run seed`: gives simulated halls a past.
import './node-version.ts';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { readBasics } from './config/settings.ts';
import type { Past } from './contracts/past.ts';
import { HallwatchError, oneLine } from './errors.ts';
import { makeLog } from './log.ts';
import type { Cast } from './seeding/halls.ts';
import { castOf } from './seeding/halls.ts';
import { holdFolder, openFolder, openServer } from './seeding/open-target.ts';
import type { Options } from './seeding/options.ts';
import { help, readOptions } from './seeding/options.ts';
import type { Chapter } from './seeding/plan.ts';
import { hallDays, lastDate, pastOf, recordedChapters, simulatedChapters } from './seeding/plan.ts';
import { Progress } from './seeding/progress.ts';
import { linesOf } from './seeding/story.ts';
import type { Target } from './seeding/target.ts';
import { Interrupted } from './seeding/target.ts';
import { tellChapter } from './seeding/tell.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const lowestPriority = 19;
const ending = new AbortController();
const ended = ending.signal;
const run: { progress: Progress | null } = { progress: null };

async function seed(options: Options): Promise<void> {
  if (options.inBackground) setPriority(lowestPriority);
  const env = process.env;
  const held = options.url === null ? await holdFolder(env) : null;
  const cast = await castOf(readBasics(env), options, ended);
  const parts = { env, options, log: makeLog(env.LOG_LEVEL ?? 'warn'), ended };
  const target = await (held ? openFolder(cast.config, parts) : openServer(cast.config, parts));
  try {
    await tell(target, cast, options);
  } finally {
    await target.close();
    held?.release();
  }
}

async function tell(target: Target, cast: Cast, options: Options): Promise<void> {
  const past = await target.past();
  const chapters = await chaptersOf(past, cast, options);
  const total = hallDays(chapters);
  if (total === 0) {
    if (!options.inBackground) say('These days have their past already.');
    return;
  }
  const halls = new Set(chapters.flatMap(({ wanted }) => [...wanted.keys()])).size;
  say(`The past of ${halls} ${halls === 1 ? 'hall' : 'halls'} is being told, ${total} days of halls in all`);
  const progress = new Progress(total, options.inBackground ? () => {} : say);
  run.progress = progress;
  for (const chapter of chapters)
    await tellChapter(chapter, { config: cast.config, target, oldest: past.oldest, progress, ended });
  await target.settle((points) => progress.waiting(points));
  const [head = '', ...more] = progress.lines();
  for (const line of options.inBackground ? [head] : [head, ...more]) say(line);
  if (cast.note) say(`  ${cast.note}`);
}

async function chaptersOf(past: Past, { halls, folder }: Cast, options: Options): Promise<Chapter[]> {
  const known = { config: halls, folder, past };
  const [hall] = halls;
  if (options.records.length === 0 || !hall) return simulatedChapters(known, options);
  const until = lastDate(pastOf(past, hall.id), options.until);
  const records = options.records.flatMap((file) => ['--records', file]);
  const args = ['--config', folder, ...records, '--hall', hall.id, '--until', until];
  let dates = { from: '', to: '' };
  for await (const line of linesOf('past/main.ts', [...args, '--dates'], ended)) dates = JSON.parse(line);
  return recordedChapters(known, {
    args,
    dates,
    story: `records ${options.records.map((one) => basename(one)).join(', ')}`,
  });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());
const ownExit = { interrupted: 130, other: 1 };
try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(help);
  else await seed(options);
} catch (error) {
  if (error instanceof Interrupted) {
    if (run.progress) say(`Ended: ${run.progress.soFar}. The same command goes on from there.`);
    process.exit(ownExit.interrupted);
  }
  process.stderr.write(`${oneLine(error)}\n`);
  process.exit(error instanceof HallwatchError ? error.exit : ownExit.other);
}
