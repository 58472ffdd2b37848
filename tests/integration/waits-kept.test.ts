// J5: what was learned of waits stays over a kill and a rebuild; how right quotes were is in history and in the region's table.
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HallLive } from '../../server/contracts/hall-live.ts';
import type { Peaks } from '../../server/contracts/history.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const opens = Date.parse('2026-11-20T00:30:00Z');
const now = opens + 2 * 3_600_000;
const minute = 60_000;

/** A queue machine's morning: a customer a minute, each called 6 min later at desk 1. */
function morning(count: number): object[] {
  const steps = Array.from({ length: count }, (_, i) => {
    const ticket = `A${String(i).padStart(3, '0')}`;
    const issued = opens + i * minute;
    return [
      { at: issued, event: 'issued', ticket },
      { at: issued + 6 * minute, event: 'called', ticket, desk: 'desk-1' },
      { at: issued + 6 * minute + 50_000, event: 'finished', ticket, desk: 'desk-1' },
    ];
  }).flat();
  return steps
    .sort((a, b) => a.at - b.at)
    .map(({ at, ...said }, i) => ({ ts: at, boot: 1, seq: i + 1, service: 'general', ...said }));
}

const generalOf = async ({ get }: TestServer) =>
  ((await get('/api/halls/jiefang')).body as HallLive).services.find(({ id }) => id === 'general');

it('quotes after a rebuild are those of before', { timeout: 120_000 }, async () => {
  const data = await tempFolder();
  const started = Date.now();
  const env = (at: number) => ({
    HALLWATCH_DATA: data,
    HALLWATCH_SIMULATED: '1',
    HALLWATCH_CLOCK: `${at}@${started}x1`,
  });
  const first = await startServer(env(now));
  const machine = await publisher(first.mqttUrl);
  const messages = morning(100);
  for (const message of messages) {
    await machine.publishAsync('hallwatch/v1/wuhan/jiefang/jf-queue/queue', JSON.stringify(message), { qos: 1 });
  }
  await eventually(async () => (await generalOf(first))?.calledToday === 100);
  const told = (await generalOf(first))?.quote;
  expect(told).not.toBeNull();
  const lesson = first.app.halls.get('jiefang')?.lesson;
  expect(lesson?.waits.card.get('2026-11-20')?.get('general')).toMatchObject({ n: 100 });
  await first.close();

  // Without snapshots the halls are read from the journal again: nothing of it is learned twice.
  await rm(join(data, 'state.sqlite'));
  const second = await startServer(env(now));
  await eventually(() => second.app.pipeline.rereading === null && second.app.pipeline.isLive);
  expect(second.app.halls.get('jiefang')?.lesson).toEqual(lesson);
  const after = (await generalOf(second))?.quote;
  // A clock that went on by some seconds.
  expect(Math.abs((after?.s ?? 0) - (told?.s ?? Number.NaN))).toBeLessThan(20);
  // A start tells history of all that it knows; later each minute does.
  const { app } = second;
  await eventually(async () => {
    for await (const { fields } of app.history.store.points({ measurement: 'quote_day', from: 0, to: now })) {
      if (fields.n === 100) return true;
    }
    return false;
  });
  await second.close();

  // The next morning: yesterday's check on the wall, and in the region's table.
  const third = await startServer(env(now + 24 * 3_600_000));
  const check = (await generalOf(third))?.quoteCheck;
  expect(check).toMatchObject({ date: '2026-11-20', n: 100 });
  const { body } = await third.get('/api/regions/wuhan/peaks?from=2026-11-20&to=2026-11-21');
  const rows = (body as Peaks).halls;
  const row = rows.find(({ hall }) => hall === 'jiefang');
  expect(row?.quoteOffS).toBeCloseTo(check?.offS ?? Number.NaN, -1);
  expect(row?.quoteCoverage).toBeCloseTo(check?.coverage ?? Number.NaN, 2);
  expect(rows.find(({ hall }) => hall === 'guanggu')).toMatchObject({ quoteOffS: null, quoteCoverage: null });
  expect((body as Peaks).total.quoteOffS).toBe(row?.quoteOffS);
  await third.close();
});

it('begins anew where what was learned can not be read, and keeps that aside', { timeout: 60_000 }, async () => {
  const data = await tempFolder();
  const env = { HALLWATCH_DATA: data };
  const first = await startServer(env);
  await first.close();
  await writeFile(join(data, 'learned.sqlite'), 'rubbish');
  const second = await startServer(env);
  expect((await readdir(data)).filter((name) => name.startsWith('learned.sqlite.damaged'))).toHaveLength(1);
  expect(second.app.halls.get('jiefang')?.lesson?.waits.card.size).toBe(0);
  expect((await second.get('/readyz')).status).toBe(200);
});
