// `npm run history -- copy --from sqlite --to http://...`: from the data folder's SQLite file into an InfluxDB.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfigOrThrow } from '../config/load.ts';
import type { InfluxPlace } from '../config/settings.ts';
import { influxPlace, readBasics, readSettings } from '../config/settings.ts';
import { HallwatchError } from '../errors.ts';
import type { MeasurementName } from '../history/catalogue.ts';
import { measurementNames } from '../history/catalogue.ts';
import type { CopyParts } from '../history/copying/copy.ts';
import { copyHistory, oldestSent } from '../history/copying/copy.ts';
import { newProgress, ProgressFile } from '../history/copying/progress.ts';
import { InfluxHistory } from '../history/influx-history.ts';
import { historyFile } from '../history/open-store.ts';
import { SqliteReader } from '../history/sqlite-reader.ts';
import type { Command, Given } from './command.ts';
import { badOption, grouped, placeText, readOptions } from './command.ts';
import { verify } from './verify-copy.ts';

const usage =
  'copy --from sqlite --to http://user:password@host:8086/database [--data FOLDER] [--since DATE] [--again]';
const options = {
  from: { type: 'string' },
  to: { type: 'string' },
  data: { type: 'string' },
  since: { type: 'string' },
  again: { type: 'boolean' },
} as const;
const progressName = 'history-copy.json';
const dayMs = 86_400_000;
const sayEveryMs = 1_000;

export const copy: Command = {
  usage,
  about: 'copies history out of SQLite, also while a server runs; ended in the middle and run again, it goes on',
  async run({ args, env, say }) {
    const { from, to, data, since = null, again } = readOptions(args, options, usage);
    if (from !== 'sqlite') throw badOption(`--from is "${from ?? ''}"`, usage);
    const basics = readBasics(env);
    const { settings: file } = await loadConfigOrThrow(basics.config);
    const place = targetOf(to ?? env.HALLWATCH_INFLUX_URL);
    const sinceAt = sinceMs(since);
    const folder = data ?? basics.data;
    const source = openSource(join(folder, historyFile));
    const progressFile = new ProgressFile(join(folder, progressName));
    if (again) await progressFile.remove();
    const copied = { to: placeText(place), since };
    const unfinished = await progressFile.read(copied);
    const progress = unfinished ?? newProgress(copied);
    const { historyDays: keep } = readSettings(env, file);
    const target = new InfluxHistory({ address: place, keep });
    // InfluxDB judges what is too old by its own clock, which is real also where ours is simulated.
    const parts = { source, target, keep, now: Date.now(), since: sinceAt, progress };
    const before = measurementNames.reduce((sum, name) => sum + (progress.copied[name]?.points ?? 0), 0);
    say(
      `${unfinished ? `goes on after ${grouped(before)} points` : 'begins'}: ${join(folder, historyFile)} to ${copied.to}`,
    );
    try {
      await target.prepare();
      await copyHistory({ ...parts, saved: told(parts, progressFile, say) });
      await verify(parts, say);
    } catch (error) {
      throw whileCopying(error);
    }
    await progressFile.remove();
    source.close();
  },
};

function targetOf(text: string | undefined): InfluxPlace {
  const place = text === undefined ? null : influxPlace(text);
  // Never says what was wrong with it: the address may hold a password.
  if (!place) throw badOption('--to is not the address of an InfluxDB and its database', usage);
  return place;
}

/** What waits for a server's writer doesn't wait here: it is copied when this is run again. */
function whileCopying(error: unknown): unknown {
  if (!(error instanceof HallwatchError) || error.code !== 'history-away') return error;
  const fix = 'see that InfluxDB runs and takes our user, then write the same command again: it goes on from here';
  return new HallwatchError('history-away', { what: error.message, fix });
}

function openSource(path: string): SqliteReader {
  if (existsSync(path)) return new SqliteReader(path);
  throw new HallwatchError('data-folder', {
    what: `there is no ${path}`,
    fix: 'name the folder that the server runs on with --data, or HALLWATCH_DATA',
  });
}

/** A day before the date: it is some hall's local date. */
function sinceMs(date: string | null): number {
  if (date === null) return 0;
  const at = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) throw badOption(`--since is "${date}", and a date is asked for, such as 2026-11-23`, usage);
  return at - dayMs;
}

/** Writes progress down after each batch, and tells of it every second. */
function told(parts: Omit<CopyParts, 'saved'>, progressFile: ProgressFile, say: Given['say']): CopyParts['saved'] {
  const totals = new Map<MeasurementName, number>();
  let saidAt = performance.now();
  let points = 0;
  let beganWith: number | null = null;
  const began = performance.now();
  return async (measurement, copied) => {
    await progressFile.write(parts.progress);
    points = measurementNames.reduce((sum, name) => sum + (parts.progress.copied[name]?.points ?? 0), 0);
    beganWith ??= points;
    if (performance.now() - saidAt < sayEveryMs) return;
    saidAt = performance.now();
    const total = totals.getOrInsertComputed(measurement, (name) => parts.source.count(name, oldestSent(parts, name)));
    const rate = (points - beganWith) / ((saidAt - began) / 1_000);
    say(`${measurement}: ${grouped(copied.points)} of ${grouped(total)} points, ${grouped(Math.round(rate))} a second`);
  };
}
