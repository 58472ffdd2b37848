// `npm run history -- size`: what history takes on disk, in each store that is there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfigOrThrow } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { readBasics, readSettings } from '../config/settings.ts';
import { definitionOf, measurementNames } from '../history/catalogue.ts';
import { countValues } from '../history/copying/count.ts';
import { InfluxHistory } from '../history/influx-history.ts';
import { historyFile } from '../history/open-store.ts';
import { SqliteReader } from '../history/sqlite-reader.ts';
import type { Command, Given } from './command.ts';
import { grouped, placeText, readOptions, sizeText } from './command.ts';

const usage = 'size [--data FOLDER] [--counts]';
const dayMs = 86_400_000;
/** Counting reads the whole file: a few seconds up to here. */
const countedBytes = 2 ** 30;

export const size: Command = {
  usage,
  about: 'bytes on disk, and points by measurement (--counts: also where counting takes long)',
  async run({ args, env, say }) {
    const { data, counts } = readOptions(args, { data: { type: 'string' }, counts: { type: 'boolean' } }, usage);
    const basics = readBasics(env);
    const config = await loadConfigOrThrow(basics.config);
    const settings = readSettings(env, config.settings);
    const file = join(data ?? basics.data, historyFile);
    if (existsSync(file)) sizeOfSqlite(file, { counts: counts === true, say });
    else say(`SQLite  ${file}: not there`);
    const halls = { hall: [...config.halls.keys()], region: [...config.regions.keys()] };
    if (settings.influx) await sizeOfInflux(settings, { counts: counts === true, say, halls });
  },
};

function sizeOfSqlite(file: string, { counts, say }: { counts: boolean; say: Given['say'] }): void {
  const reader = new SqliteReader(file);
  say(`SQLite  ${file}: ${sizeText(reader.bytes)}`);
  if (counts || reader.bytes <= countedBytes) {
    for (const name of measurementNames) say(pointsLine(name, reader.count(name), reader.series(name).length));
  } else say('  points are not counted in a file of this size; write --counts to count them all the same');
  reader.close();
}

async function sizeOfInflux(
  { influx, historyDays }: Settings,
  { counts, say, halls }: { counts: boolean; say: Given['say']; halls: { hall: string[]; region: string[] } },
): Promise<void> {
  if (!influx) return;
  const store = new InfluxHistory({ address: influx, keep: historyDays });
  const bytes = await store.size();
  say(`InfluxDB  ${placeText(influx)}: ${bytes === null ? 'does not say' : sizeText(bytes)}`);
  if (!counts) return;
  const now = Date.now();
  for (const name of measurementNames) {
    const { retention, tags } = definitionOf(name);
    const first = (now - historyDays[retention] * dayMs) * 1000;
    const places = tags[0] === 'region' ? halls.region : halls.hall;
    const values = await countValues(store, name, { first, last: (now + dayMs) * 1000, places });
    // Every point has `simulated`; of one that doesn't, the field that most have.
    say(pointsLine(name, Math.max(...Object.values(values)), null));
  }
}

function pointsLine(name: string, points: number, series: number | null): string {
  return `  ${name.padEnd(18)}${grouped(points).padStart(15)} points${series === null ? '' : ` in ${grouped(series)} series`}`;
}
