// What alerts cost for a province: the same readings with and without them, by CPU time.
import type { HallConfig } from '../../../server/config/hall-config.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import type { Figure } from '../figures.ts';
import { inventedHalls, livedDay, readingOf } from './week.ts';
import { benchWorld } from './world.ts';

const planned = 20;
const copies = 100;
const date = '2026-09-07';
/** A busy ten minutes, after ten that bring every hall to life. Local time; the halls are in one zone. */
const measured = { from: '10:00', minutes: 10, before: 10 };
const minuteMs = 60_000;

/** A hall again under another name: its devices keep theirs, which nothing here looks up across halls. */
function copyOf(config: HallConfig, i: number): HallConfig {
  return i === 0 ? config : { ...config, id: `${config.id}-${i}` };
}

export async function costFigures(say: (line: string) => void): Promise<Figure[]> {
  const halls = await inventedHalls(planned);
  const begin = halls[0]?.config.days.at(date, measured.from) ?? 0;
  const until = begin + measured.minutes * minuteMs;
  const readings = halls
    .flatMap((hall) => livedDay(hall, Temporal.PlainDate.from(date), 1).lines)
    .filter(({ time }) => time >= begin - measured.before * minuteMs && time < until)
    .sort((a, b) => a.time - b.time)
    .map(readingOf);
  const configs = halls.flatMap(({ config }) => Array.from({ length: copies }, (_, i) => copyOf(config, i)));
  const cpuMs = async (isAlerting: boolean) => {
    const world = await benchWorld(configs, begin - measured.before * minuteMs, isAlerting);
    let began: NodeJS.CpuUsage | null = null;
    let n = 0;
    for (const reading of readings) {
      if (began === null && reading.receivedAt >= begin) began = process.cpuUsage();
      for (let i = 0; i < copies; i++) {
        await world.take(copiedTo(reading, i));
        if (began) n++;
      }
    }
    const { user, system } = process.cpuUsage(began ?? undefined);
    await world.close();
    return { ms: (user + system) / 1_000, n };
  };
  say(`${configs.length} halls, ${measured.minutes} minutes, without alerts`);
  const without = await cpuMs(false);
  say('the same with alerts');
  const withAlerts = await cpuMs(true);
  const wallMs = measured.minutes * minuteMs;
  return [
    {
      what: 'halls',
      unit: '',
      values: [configs.length],
      note: `${Math.round((1_000 * without.n) / wallMs)} messages a second`,
    },
    { what: 'a core, applying alone', unit: '%', values: [(100 * without.ms) / wallMs] },
    {
      what: 'a core, for alerts',
      unit: '%',
      values: [(100 * (withAlerts.ms - without.ms)) / wallMs],
      note: 'goal: under 5',
    },
  ];
}

function copiedTo(reading: Reading, i: number): Reading {
  return i === 0 ? reading : { ...reading, hall: `${reading.hall}-${i}` };
}
