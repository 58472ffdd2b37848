// Points a second into both stores, and what a region's page asks of them: profiles of 200 halls x 90 days.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../../server/clock.ts';
import { InfluxHistory } from '../../server/history/influx-history.ts';
import { Outbox } from '../../server/history/outbox.ts';
import type { Point } from '../../server/history/points.ts';
import type { HistoryStore } from '../../server/history/port.ts';
import { SqliteHistory } from '../../server/history/sqlite-history.ts';
import { parseProfile, profileText } from '../../server/insight/profile.ts';
import type { Influxd } from '../support/influxd.ts';
import { runInfluxd } from '../support/influxd.ts';
import { pathOf } from '../support/needs.ts';
import type { Bench, Figure } from './figures.ts';
import { askingFigures } from './history-asking.ts';

const dayMs = 86_400_000;
const [halls, days] = [200, 90];
const batch = 2_000;
const batches = 50;
const rounds = 7;
const today = Math.floor(Date.now() / dayMs) * dayMs;
const first = today - (days - 1) * dayMs;
const keep = { raw: 30, minute: 90, slot: 3_650 };
const clock = systemClock();

const doorBatch = (n: number): Point[] =>
  Array.from({ length: batch }, (_, i) => ({
    measurement: 'door',
    tags: { hall: `hall-${i % halls}`, device: `door-${i % (2 * halls)}` },
    at: (today - dayMs + n * 1_000) * 1_000 + i,
    fields: { in: n * batch + i, out: i, boot: 1, simulated: true },
  }));

/** A whole day each: open round the clock, the worst case. */
const profileDay = (day: number): Point[] =>
  Array.from({ length: halls }, (_, hall) => {
    const values = Array.from({ length: 48 }, (_, i) => (hall * 7 + day * 13 + i * 29) % 61);
    const waits = values.map((value) => value * 10);
    const fields = { entered: profileText(values), called: profileText(values), waitMeanS: profileText(waits) };
    return {
      measurement: 'hall_day_profile',
      tags: { hall: `hall-${hall}` },
      at: (first + day * dayMs) * 1_000,
      fields,
    };
  });

async function timed(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const tookMs: number[] = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    await work();
    tookMs.push(performance.now() - began);
  }
  return tookMs;
}

async function heatMap(store: HistoryStore, field: string): Promise<number> {
  const selection = { measurement: 'hall_day_profile' as const, from: first, to: today + dayMs, fields: [field] };
  let cells = 0;
  for (const { values } of await store.columns(selection)) {
    for (const text of values[field] ?? []) cells += parseProfile(String(text))?.length ?? 0;
  }
  return cells;
}

async function figuresOf(name: string, store: HistoryStore): Promise<Figure[]> {
  let next = 0;
  const writes = await timed(batches, () => store.write(doorBatch(next++)));
  for (let day = 0; day < days; day++) await store.write(profileDay(day));
  const cells = await heatMap(store, 'entered');
  const note = `${cells / 48} rows of 48`;
  return [
    { what: `${name}, door points a second`, unit: '/s', values: writes.map((ms) => (batch / ms) * 1_000) },
    {
      what: `${name}, heat map of ${halls} halls x ${days} days`,
      unit: 'ms',
      values: await timed(rounds, () => heatMap(store, 'entered')),
      note,
    },
    {
      what: `${name}, the same of waits, numbers of three digits`,
      unit: 'ms',
      values: await timed(rounds, () => heatMap(store, 'waitMeanS')),
      note,
    },
  ];
}

async function outboxFigures(folder: string): Promise<Figure[]> {
  const outbox = new Outbox({ path: join(folder, 'outbox.sqlite'), clock });
  let next = 0;
  const puts = await timed(batches, async () => outbox.put(doorBatch(next++), next));
  const takes = await timed(batches, async () => outbox.done(outbox.take(batch)?.upTo ?? 0));
  outbox.close();
  const perSecond = (tookMs: number[]) => tookMs.map((ms) => (batch / ms) * 1_000);
  return [
    { what: 'outbox, points put a second', unit: '/s', values: perSecond(puts) },
    { what: 'outbox, points taken and done with a second', unit: '/s', values: perSecond(takes) },
  ];
}

export const historyBench: Bench = {
  about: 'points into both stores and through the outbox; heat maps, series and files over HTTP (part: asking)',
  async run(say, only) {
    const folder = await mkdtemp(join(tmpdir(), 'hallwatch-bench-'));
    const figures: Figure[] = [];
    const influxd = existsSync(pathOf('influxd')) ? await runInfluxd(folder) : null;
    if (!influxd) say('InfluxDB is not installed: left out');
    try {
      if (only.length === 0) figures.push(...(await storeFigures(folder, influxd, say)));
      say('asking SQLite over HTTP');
      figures.push(...(await askingFigures('SQLite', folder, null)));
      if (influxd) {
        say('asking InfluxDB over HTTP');
        const url = `http://127.0.0.1:${influxd.address.port}/asking`;
        figures.push(...(await askingFigures('InfluxDB', folder, url)));
      }
    } finally {
      await influxd?.kill();
      await rm(folder, { recursive: true, force: true });
    }
    return figures;
  },
};

async function storeFigures(folder: string, influxd: Influxd | null, say: (line: string) => void): Promise<Figure[]> {
  say('outbox');
  const figures = await outboxFigures(folder);
  say('SQLite');
  const path = join(folder, 'history.sqlite');
  const sqlite = new SqliteHistory({ path, keep, clock, log: pino({ level: 'silent' }) });
  figures.push(...(await figuresOf('SQLite', sqlite)));
  await sqlite.close();
  if (influxd) {
    say('InfluxDB');
    figures.push(...(await figuresOf('InfluxDB', new InfluxHistory({ address: influxd.address, keep }))));
  }
  return figures;
}
