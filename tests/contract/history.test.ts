// One contract, two stores.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import { InfluxHistory } from '../../server/history/influx-history.ts';
import type { Point } from '../../server/history/points.ts';
import { SqliteHistory } from '../../server/history/sqlite-history.ts';
import { tempFolder } from '../support/cleanup.ts';
import type { Influxd } from '../support/influxd.ts';
import { runInfluxd } from '../support/influxd.ts';
import { describeWith } from '../support/needs.ts';
import { all, door, historyContract, keep, slot } from './history.contract.ts';

const log = pino({ level: 'silent' });
const dayMs = 86_400_000;

async function openSqlite(clock = systemClock()): Promise<SqliteHistory> {
  const store = new SqliteHistory({ path: join(await tempFolder(), 'history.sqlite'), keep, clock, log });
  onTestFinished(() => store.close());
  return store;
}

describe('history in SQLite', () => {
  historyContract(openSqlite);

  it('drops what is older than its days, and gives the room back', async () => {
    let now = Date.now();
    const store = await openSqlite({ ...systemClock(), now: () => now });
    const points = Array.from({ length: 20_000 }, (_, i) =>
      door(now * 1000 + i, { in: i }, { hall: 'h', device: `d${i % 3}` }),
    );
    await store.write([...points, door((now + 2 * dayMs) * 1000, { in: 1 }), slot(now, { entered: 1 })]);
    const before = await store.size();
    now += 29 * dayMs;
    expect(await store.trim()).toBe(0);
    now += 2 * dayMs;
    expect(await store.trim()).toBe(20_000);
    expect((await all(store, { to: now })).length).toBe(1);
    expect((await all(store, { measurement: 'hall_slot', to: now })).length).toBe(1);
    expect(await store.size()).toBeLessThan(before / 2);
  });
});

describeWith(['influxd'], 'history in InfluxDB', () => {
  let influxd: Influxd;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hallwatch-'));
    influxd = await runInfluxd(folder);
  });
  afterAll(async () => {
    await influxd.kill();
    await rm(folder, { recursive: true, force: true });
  });
  const open = async () => {
    await influxd.ask('DROP DATABASE hallwatch');
    return new InfluxHistory({ address: influxd.address, keep });
  };

  historyContract(open);

  it('makes its database and policies, alters them, and makes them again when they are gone', async () => {
    const store = await open();
    await store.write([door(Date.now() * 1000, { in: 1 })]);
    expect(await policies()).toEqual(['raw 720h0m0s default', 'minute 2160h0m0s', 'slot 87600h0m0s']);
    const other = new InfluxHistory({ address: influxd.address, keep: { ...keep, raw: 10, minute: 20 } });
    await other.prepare();
    expect(await policies()).toEqual(['raw 240h0m0s default', 'minute 480h0m0s', 'slot 87600h0m0s']);
    await open();
    expect(await store.write([door(Date.now() * 1000, { in: 1 })])).toEqual({ refused: [] });
    expect((await all(store)).length).toBe(1);
    await influxd.ask('DROP RETENTION POLICY "minute" ON hallwatch');
    const minute: Point = {
      measurement: 'hall_minute',
      tags: { hall: 'h' },
      at: Date.now() * 1000,
      fields: { entered: 1 },
    };
    await expect(async () => store.write([minute])).rejects.toMatchObject({ code: 'history-away' });
    expect(await store.write([minute])).toEqual({ refused: [] });
  });

  it('finds the points whose type another writer fixed otherwise, and stores the rest', async () => {
    const store = await open();
    await store.prepare();
    const now = Date.now() * 1000;
    await influxd.write('raw', `door,hall=h,device=d in=1.5 ${now - 1}`);
    const points = Array.from({ length: 300 }, (_, i) => door(now + i, i % 100 === 7 ? { in: i } : { out: i }));
    const { refused } = await store.write(points);
    expect(refused.map(({ point }) => point.fields.in)).toEqual([7, 107, 207]);
    expect(refused[0]?.reason).toMatch(/field type conflict/);
    expect((await all(store)).length).toBe(298);
  });

  it('says that it is away, in words that hold no password', async () => {
    const address = { ...influxd.address, port: 1, user: { name: 'u', password: 'secret!' } };
    const store = new InfluxHistory({ address, keep });
    const error = await store.write([door(Date.now() * 1000, { in: 1 })]).catch((said: unknown) => said);
    expect(error).toMatchObject({ code: 'history-away' });
    expect(JSON.stringify(error) + String(error) + String((error as Error).cause)).not.toContain('secret!');
  });

  async function policies(): Promise<string[]> {
    const { results } = (await influxd.ask('SHOW RETENTION POLICIES ON hallwatch')) as {
      results: { series: { values: [string, string, string, number, boolean][] }[] }[];
    };
    const rows = results[0]?.series[0]?.values ?? [];
    return rows.map(([name, duration, , , isDefault]) => `${name} ${duration}${isDefault ? ' default' : ''}`);
  }
});
