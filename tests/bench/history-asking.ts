// What is asked of history over HTTP, from either store: a region's heat map, a year of a hall, files of 100,000 rows.
import { join } from 'node:path';
import { pino } from 'pino';
import type { Point } from '../../server/history/points.ts';
import { rawAt } from '../../server/history/points.ts';
import { histogramOf, histogramText } from '../../server/insight/histogram.ts';
import { profileText } from '../../server/insight/profile.ts';
import type { RunningServer } from '../../server/serve.ts';
import { serve } from '../../server/serve.ts';
import { freePort } from '../support/ports.ts';
import type { Figure } from './figures.ts';
import { hallId, region, writeWorld } from './ingest/world.ts';

const dayMs = 86_400_000;
const [halls, days, yearDays, visits] = [200, 90, 365, 100_000];
const slotMs = 900_000;
const rounds = 7;
const today = Math.floor(Date.now() / dayMs) * dayMs;
const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const hall = hallId(0);

/** A day of all halls, by half hours from 08:30 to 18:00, or round the clock. */
function profiles(day: number, isAlways: boolean): Point[] {
  return Array.from({ length: halls }, (_, n): Point => {
    const isOpen = (slot: number) => isAlways || (slot >= 17 && slot < 36);
    const of = (times: number) =>
      profileText(
        Array.from({ length: 48 }, (_, slot) => (isOpen(slot) ? ((n * 7 + day * 13 + slot * 29) % 61) * times : null)),
      );
    const counts = of(1);
    const waits = Array.from({ length: 300 }, (_, i) => (n * 37 + day * 11 + i * 97) % 1_500);
    const waitHistogram = histogramText(histogramOf(waits));
    return {
      measurement: 'hall_day_profile',
      tags: { hall: hallId(n) },
      at: (today - (days - day) * dayMs) * 1_000,
      fields: {
        entered: counts,
        issued: counts,
        called: counts,
        withinLimit: counts,
        waitMeanS: of(10),
        waitingMax: counts,
        waitHistogram,
        occupancyMax: counts,
        simulated: false,
      },
    };
  });
}

/** A year of quarters of an hour of one hall, each with ten waits. */
function yearOfSlots(): Point[] {
  return Array.from({ length: yearDays * 96 }, (_, n): Point => {
    const waits = Array.from({ length: 10 }, (_, i) => (n * 37 + i * 97) % 1_500);
    const sum = waits.reduce((a, b) => a + b);
    return {
      measurement: 'hall_slot',
      tags: { hall },
      at: (today - yearDays * dayMs + n * slotMs) * 1_000,
      fields: {
        ...{ entered: n % 40, left: n % 39, occupancyS: 900 * (n % 50), occupancyMax: n % 60, knownS: 900 },
        ...{ issued: 10, called: 10, served: 10, givenUp: 0, waitS: sum, waitMaxS: Math.max(...waits), withinLimit: 9 },
        ...{ waitHistogram: histogramText(histogramOf(waits)), waitingMax: n % 17, serviceS: 3_000 },
        ...{ desksOpenS: 3_600, desksBusyS: 3_000, simulated: false },
      },
    };
  });
}

const dayOfVisits = (): Point[] =>
  Array.from({ length: visits }, (_, n): Point => {
    const at = today - 2 * dayMs + n * 1_000;
    return {
      measurement: 'visit',
      tags: { hall, service: 'general', device: `${hall}-queue` },
      at: rawAt(at, n),
      fields: {
        ...{ ticket: `A${n}`, outcome: 'served', presumed: false, issuedAt: at, calledAt: at + 300_000, waitS: 300 },
        ...{ endedAt: at + 600_000, serviceS: 300, limitS: 900, desk: 'desk-1', simulated: false },
      },
    };
  });

async function write({ app }: RunningServer, points: readonly Point[]): Promise<void> {
  for (let at = 0; at < points.length; at += 5_000) await app.history.store.write(points.slice(at, at + 5_000));
}

/** Times a question over HTTP, after one that isn't counted. */
async function ask({ url }: RunningServer, what: string, path: string, read: string, times = rounds): Promise<Figure> {
  const values: number[] = [];
  let bytes = 0;
  for (let i = 0; i <= times; i++) {
    const began = performance.now();
    const answer = await fetch(`${url}/api/${path}`);
    bytes = (await answer.arrayBuffer()).byteLength;
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    if (i > 0) values.push(performance.now() - began);
  }
  return { what, unit: 'ms', values, note: `${read} read, ${Math.ceil(bytes / 1024)} KiB` };
}

/** `influxUrl`: null for SQLite. */
export async function askingFigures(name: string, folder: string, influxUrl: string | null): Promise<Figure[]> {
  const config = join(folder, `${name}-config`);
  await writeWorld(config, halls);
  const env = {
    HALLWATCH_CONFIG: config,
    HALLWATCH_DATA: join(folder, `${name}-data`),
    HALLWATCH_HTTP: `127.0.0.1:${await freePort()}`,
    HALLWATCH_MQTT_LISTEN: `127.0.0.1:${await freePort()}`,
    ...(influxUrl ? { HALLWATCH_INFLUX_URL: influxUrl } : {}),
  };
  const server = await serve(env, pino({ level: 'silent' }));
  const period = (count: number) => `from=${dateOf(today - count * dayMs)}&to=${dateOf(today)}`;
  const year = `halls/${hall}/series?${period(yearDays)}`;
  const [profilesRead, slotsRead] = [`${halls * days} profiles of 5 fields`, `${yearDays * 96} slots`];
  const figures: Figure[] = [];
  const measure = async (...[what, path, read]: [string, string, string]) =>
    figures.push(await ask(server, `${name}, ${what}`, path, read));
  await server.begun;
  const heat = `regions/${region}/peaks?${period(days)}`;
  for (const isAlways of [false, true]) {
    for (let day = 0; day < days; day++) await write(server, profiles(day, isAlways));
    const open = isAlways ? 'round the clock' : '08:30 to 18:00';
    await measure(`peaks of ${halls} halls x ${days} days, ${open}`, heat, profilesRead);
  }
  await write(server, yearOfSlots());
  await measure('a year of a hall by days', `${year}&step=1d`, slotsRead);
  await measure('the same without P50 and P90', `${year}&step=1d&fields=entered,called,waitMeanS`, slotsRead);
  await measure('a year of a hall by hours', `${year}&step=1h`, slotsRead);
  await measure(
    'peaks of one hall x 90 days, P90 with them',
    `${heat}&hall=${hall}`,
    `${days} profiles, ${days * 96} slots`,
  );
  const file = year.replace('series?', 'series.csv?');
  await measure('series.csv of a year by quarters of an hour', `${file}&step=15m`, slotsRead);
  await write(server, dayOfVisits());
  await measure(
    `visits.csv of ${visits} rows`,
    `halls/${hall}/visits.csv?${period(4).replace(/to=.*/, `to=${dateOf(today + dayMs)}`)}`,
    `${visits} visits`,
  );
  await server.close();
  return figures;
}
