// A region's halls today against their usual, over HTTP; what the peaks say of opening days, targets and typical days.
import { describe, expect, it } from 'vitest';
import type { Peaks } from '../../server/contracts/history.ts';
import type { HallToday, RegionToday } from '../../server/contracts/region.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/hall-maker.ts';
import { dayPoints } from '../support/history-world.ts';
import { freePort } from '../support/ports.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';
import { slotPoints } from '../support/slots.ts';

const now = at('2026-11-23 10:30');
const mondays = ['2026-11-16', '2026-11-09', '2026-11-02', '2026-10-26'];

function onMonday(env: Record<string, string> = {}) {
  return startServer({ HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${now}@${Date.now()}x1`, ...env });
}

/** Twelve or thirteen people a quarter of an hour: a hundred by 10:30. */
const likeDays = (hall: string, dates: string[]) =>
  dates.flatMap((date) =>
    slotPoints(hall, { from: at(`${date} 08:30`), to: at(`${date} 18:00`) }, (start) => ({
      entered: (start / 900_000) % 2 === 0 ? 12 : 13,
      occupancy: 20,
    })),
  );

async function enter(server: TestServer, people: number): Promise<void> {
  const device = await publisher(server.mqttUrl);
  for (const [door, seq, ins] of [
    ['jf-door-side', 1, 0],
    ['jf-door-main', 1, 0],
    ['jf-door-main', 2, people],
  ] as const) {
    await publish(device, topicOf('wuhan', 'jiefang', door, 'door'), { ts: now + seq, boot: 1, seq, in: ins, out: 0 });
  }
}

const today = async (server: TestServer) => (await server.get('/api/regions/wuhan/today')).body as RegionToday;

/** Asked until every hall's like days were read. */
function read(server: TestServer): Promise<RegionToday> {
  return eventually(() => today(server), { accept: ({ halls }) => halls.every(({ reason }) => reason !== 'reading') });
}

const rowOf = ({ halls }: RegionToday, id: string): Partial<HallToday> => halls.find(({ hall }) => hall === id) ?? {};

describe('a region today', () => {
  it('tells each hall against its usual of now, and why it doesn’t', async () => {
    const server = await onMonday();
    await server.app.history.store.write([...likeDays('jiefang', mondays), ...likeDays('guanggu', mondays.slice(2))]);
    await enter(server, 118);
    const told = await read(server);
    expect(told).toMatchObject({ region: 'wuhan', name: { en: 'Wuhan Branch' }, date: '2026-11-23', simulated: true });
    const jiefang = rowOf(told, 'jiefang');
    expect(jiefang).toMatchObject({
      entered: 118,
      reason: null,
      likeDays: 4,
      type: 'flagship',
      like: { en: 'Mondays' },
    });
    expect(jiefang.usual?.median).toBeGreaterThanOrEqual(100);
    expect(jiefang.usual?.median).toBeLessThan(102);
    expect(jiefang.change).toBeCloseTo(0.18, 1);
    expect(rowOf(told, 'guanggu')).toMatchObject({ usual: null, change: null, likeDays: 2, reason: 'few-days' });
    expect(rowOf(told, 'qingshan')).toMatchObject({ entered: null, likeDays: 0, reason: 'few-days' });
  });

  it('doesn’t wait for history: what was not read yet says so, and what is away too', async () => {
    const server = await onMonday();
    await server.app.history.store.write(likeDays('jiefang', mondays));
    expect((await today(server)).halls.map(({ reason }) => reason)).toEqual(['reading', 'reading', 'reading']);
    expect(rowOf(await read(server), 'jiefang').reason).toBe('not-counted');

    const away = await onMonday({ HALLWATCH_INFLUX_URL: `http://127.0.0.1:${await freePort()}/hallwatch` });
    await enter(away, 7);
    const told = await read(away);
    expect(told.halls.map(({ reason }) => reason)).toEqual(['history-away', 'history-away', 'history-away']);
    expect(rowOf(told, 'jiefang')).toMatchObject({ entered: 7, usual: null, change: null });
  });

  it('is of a region that there is', async () => {
    const server = await onMonday();
    expect(await server.get('/api/regions')).toEqual({
      status: 200,
      body: [{ id: 'wuhan', name: { 'zh-CN': '武汉分公司', en: 'Wuhan Branch' }, halls: 3 }],
    });
    expect(await server.get('/api/regions/nowhere/today')).toMatchObject({
      status: 404,
      body: { code: 'unknown-region' },
    });
    expect((await server.get('/api/regions/UPPER/today')).status).toBe(400);
  });
});

describe('the peaks of a region', () => {
  it('say when halls were to be open, which days are missing, their target and their typical day', async () => {
    const server = await onMonday();
    // A Sunday is missing; nothing is known of qingshan.
    await server.app.history.store.write(dayPoints('2026-11-01', 22));
    const { body } = await server.get('/api/regions/wuhan/peaks?from=2026-11-01&to=2026-12-01');
    const peaks = body as Peaks;
    expect(peaks.regionName.en).toBe('Wuhan Branch');
    // Open from 08:30 at the earliest; the 23rd, today, isn't over.
    expect([16, 17, 18].map((slot) => peaks.heat[0]?.[slot])).toMatchObject([
      { days: 0, openDays: 0, median: null },
      { days: 3, openDays: 3 },
      { days: 3, openDays: 3 },
    ]);
    const row = (id: string) => peaks.halls.find(({ hall }) => hall === id);
    expect(row('jiefang')).toMatchObject({ days: 21, openDays: 22, missingDays: 1, targetShare: 0.95 });
    expect(row('qingshan')).toMatchObject({ days: 0, missingDays: row('qingshan')?.openDays, entered: null });
    const typical = row('jiefang')?.typicalDay ?? [];
    expect([typical.length, typical[16], row('qingshan')?.typicalDay[20]]).toEqual([48, null, null]);
    expect(typical[20]).toBeCloseTo(41, 0);
  });
});
