// What alerts cost for a province: the same readings with and without them, by CPU time.
import type { Reading } from '../../../server/contracts/readings.ts';
import type { Figure } from '../figures.ts';
import { inventedHalls, livedDay, readingOf } from './week.ts';
import { benchWorld } from './world.ts';

const planned = 20;
/** Invented halls repeat in shape every so many: each lives the day of the one it is like, under its own names. */
const halls = 2_000;
const date = '2026-09-07';
/** A busy ten minutes, after ten that bring every hall to life. Local time; the halls are in one zone. */
const measured = { from: '10:00', minutes: 10, before: 10 };
const minuteMs = 60_000;

export async function costFigures(say: (line: string) => void): Promise<Figure[]> {
  const all = await inventedHalls(halls);
  const configs = all.map(({ config }) => config);
  const begin = configs[0]?.days.at(date, measured.from) ?? 0;
  const until = begin + measured.minutes * minuteMs;
  const readings = all
    .slice(0, planned)
    .flatMap((hall, i) => {
      const like = configs.filter((_, k) => k % planned === i);
      return livedDay(hall, Temporal.PlainDate.from(date), 1).lines.map((line) => ({ line, like }));
    })
    .filter(({ line: { time } }) => time >= begin - measured.before * minuteMs && time < until)
    .sort((a, b) => a.line.time - b.line.time)
    .map(({ line, like }) => ({ reading: readingOf(line), like }));
  const cpuMs = async (isAlerting: boolean) => {
    const world = await benchWorld(configs, begin - measured.before * minuteMs, isAlerting);
    let began: NodeJS.CpuUsage | null = null;
    let n = 0;
    for (const { reading, like } of readings) {
      if (began === null && reading.receivedAt >= begin) began = process.cpuUsage();
      for (const { id } of like) {
        await world.take(livedBy(id, reading));
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

/** Devices are named after their hall. */
function livedBy(hall: string, reading: Reading): Reading {
  return { ...reading, hall, device: reading.device.replace(reading.hall, hall) };
}
