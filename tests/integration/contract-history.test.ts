// Every field that the contract of messages allows, at its extremes, through a real server into both stores and back.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import type { Visit } from '../../server/contracts/history.ts';
import { ticketNumber } from '../../server/hall/ticket-number.ts';
import { visitsOf } from '../../server/history/asking/visits.ts';
import type { MeasurementName } from '../../server/history/catalogue.ts';
import { InfluxHistory } from '../../server/history/influx-history.ts';
import type { Point } from '../../server/history/points.ts';
import { SqliteHistory } from '../../server/history/sqlite-history.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startInfluxd } from '../support/influxd.ts';
import { describeWith } from '../support/needs.ts';
import { publish, publisher } from '../support/publisher.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const most = Number.MAX_SAFE_INTEGER;
const latest = 8_640_000_000_000_000;
const hourMs = 3_600_000;
const slotMs = 900_000;
const longId = 'x'.repeat(40);
const names = Array.from({ length: 64 }, (_, n) => `part-${n}-${'p'.repeat(30)}`);
/** What a spreadsheet, a query language, JSON or UTF-8 may trip over: 32 characters at most, as tickets are. */
const tickets = [
  '"',
  "\\'",
  'a\\',
  '中文，号码',
  '=1+1',
  '👩‍👩‍👧‍👦🇨🇳',
  'a,b=c d',
  '\ud800',
  'e\u0301'.repeat(16),
  '$1; DROP',
];
const reasons = ['x', '午休\n第二行', 'tab\there', 'nul\u0000end', '"\\"', '\udfff', '𝕏'.repeat(80), '\u202Eabc'];
const scores = [0, 100, 5, 4.5, 0.1, 1e-7, 99.999_999_999, 5e-324];

type Said = [device: string, channel: string, body: object];

/** Messages in the order of their device's numbers. */
function* messages(): Generator<Said> {
  for (const boot of [0, 1, most])
    for (const [ins, out] of [
      [0, 0],
      [1, 0],
      [most, most],
      [0, most],
    ] as const)
      yield ['jf-door-main', 'door', { boot, in: ins, out }];
  for (const [n, ticket] of tickets.entries()) {
    yield ['jf-queue', 'queue', { boot: 1, event: 'issued', ticket }];
    yield ['jf-queue', 'queue', { boot: 1, event: 'called', ticket, desk: 'desk-1' }];
    yield ['jf-queue', 'queue', { boot: 1, event: 'finished', ticket, desk: 'desk-1' }];
    yield ['jf-queue', 'queue', { boot: 1, event: 'rated', ticket, score: scores[n % scores.length] }];
  }
  const all = { service: 'general', tier: longId, priority: 9, appointment: latest, item: longId };
  yield ['jf-queue', 'queue', { boot: most, event: 'issued', ticket: 'all', ...all, priority: true }];
  yield ['jf-queue', 'queue', { boot: most, event: 'called', ticket: 'all', ...all, desk: longId }];
  yield [
    'jf-queue',
    'queue',
    { boot: most, event: 'transferred', ticket: 'all', ...all, toService: longId, toDesk: longId },
  ];
  yield ['jf-queue', 'queue', { boot: most, event: 'no-show', ticket: 'all', ...all, desk: longId, appointment: 0 }];
  for (const reason of reasons)
    yield ['jf-queue', 'queue', { boot: most, event: 'desk-paused', desk: 'desk-2', reason, until: latest }];
  yield ['jf-queue', 'queue', { boot: most, event: 'desk-closed', desk: 'desk-2', until: 0 }];
  yield ['jf-pay-1', 'terminal', { boot: 0, state: 'in-service' }];
  yield [
    'jf-pay-1',
    'terminal',
    { boot: most, state: 'out-of-service', done: most, failed: most, busy: true, ...parts() },
  ];
  yield [
    'jf-pay-1',
    'terminal',
    { boot: most, state: 'supervisor', done: 0, failed: 0, busy: false, parts: {}, stock: {} },
  ];
}

function parts() {
  return {
    parts: Object.fromEntries(
      names.map((name, n) => [name, n % 2 === 0 ? '故障'.repeat(20) : '\ud800"\\\u0000'.repeat(10)]),
    ),
    stock: Object.fromEntries(names.map((name, n) => [name, n === 0 ? 5e-324 : (100 * n) / 64])),
  };
}

/** Demo time begins two hours ago and passes fast. */
async function startWith(env: Record<string, string>): Promise<TestServer> {
  const clock = `${Date.now() - 2 * hourMs}@${Date.now()}x150`;
  const server = await startServer({ HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: clock, ...env });
  await server.begun;
  const client = await publisher(server.mqttUrl);
  const seqs = new Map<string, number>();
  for (const [device, channel, body] of messages()) {
    const key = `${device} ${(body as { boot: number }).boot}`;
    const seq = (seqs.get(key) ?? 0) + 1;
    seqs.set(key, seq);
    await publish(client, `hallwatch/v1/wuhan/jiefang/${device}/${channel}`, { ...body, seq });
  }
  return server;
}

async function pointsOf({ app }: TestServer, measurement: MeasurementName): Promise<Point[]> {
  const points: Point[] = [];
  const tags: Record<string, string> = measurement === 'region_slot' ? { region: 'wuhan' } : { hall: 'jiefang' };
  const selection = { measurement, from: Date.now() - 4 * hourMs, to: Date.now() + hourMs, tags };
  for await (const point of app.history.store.points(selection)) points.push(point);
  return points;
}

const valuesOf = (points: readonly Point[], field: string) =>
  new Set(points.map(({ fields }) => fields[field]).filter((value) => value !== undefined));

async function expectAll(server: TestServer, startedAt: number): Promise<void> {
  const { outbox } = server.app.history;
  const visits = () => pointsOf(server, 'visit');
  await eventually(async () => outbox.waiting === 0 && (await visits()).length === tickets.length + 1, {
    what: 'all visits are stored',
  });
  // All that is made of it, too: sums of absurd counts are bounded.
  await eventually(() => outbox.work.rolledUntil > startedAt + slotMs, {
    what: 'the quarter is over',
    withinMs: 60_000,
  });
  const { put } = outbox.ids;
  await eventually(() => outbox.ids.done >= put, { what: 'all is stored' });
  await eventually(async () => (await pointsOf(server, 'region_slot')).length > 0, { what: 'the region is rolled up' });
  expect(outbox.dead.latest(10), 'dead letters').toEqual([]);
  const stored = await visits();
  expect([...valuesOf(stored, 'ticket')].sort()).toEqual(
    [...tickets.map((one) => ticketNumber(one).toWellFormed()), 'ALL'].sort(),
  );
  for (const { fields } of stored) expect(fields.outcome).toBe(fields.ticket === 'ALL' ? 'no-show' : 'served');
  expect([...valuesOf(stored, 'score')].sort()).toEqual([...new Set(scores)].sort());
  expect(stored.find(({ fields }) => fields.ticket === 'ALL')?.fields).toMatchObject({ tier: longId, item: longId });
  const doors = await pointsOf(server, 'door');
  expect(doors.length).toBe(12);
  expect(valuesOf(doors, 'in')).toEqual(new Set([0, 1, most]));
  expect(valuesOf(doors, 'boot')).toEqual(new Set([0, 1, most]));
  const desks = await pointsOf(server, 'desk');
  expect(valuesOf(desks, 'reason')).toEqual(new Set(reasons.map((reason) => reason.toWellFormed())));
  expect(valuesOf(desks, 'untilAt')).toEqual(new Set([0, latest]));
  const terminals = await pointsOf(server, 'terminal');
  const full = terminals.find(({ fields }) => fields.done === most);
  expect(JSON.parse(String(full?.fields.parts))).toEqual(parts().parts);
  expect(JSON.parse(String(full?.fields.stock))).toEqual(parts().stock);
  expect(full?.fields).toMatchObject({ boot: most, failed: most, busy: true });
  // Read as people read it.
  const from = Date.now() - 4 * hourMs;
  const { status, body } = await server.get(`/api/halls/jiefang/visits?from=${from}&to=${Date.now() + hourMs}`);
  expect(status).toBe(200);
  expect(new Set((body as Visit[]).map(({ rating }) => rating))).toEqual(new Set([...scores, null]));
}

describeWith(['influxd'], 'what the contract allows, history takes and gives back', () => {
  it('SQLite and InfluxDB', { timeout: 120_000 }, async () => {
    const { address } = await startInfluxd();
    const influx = `http://${address.host}:${address.port}/${address.database}`;
    const startedAt = Date.now() - 2 * hourMs;
    const servers = [await startWith({}), await startWith({ HALLWATCH_INFLUX_URL: influx })];
    for (const server of servers) await expectAll(server, startedAt);
  });

  it('a field of another type there keeps no newer version of a visit out', async () => {
    const influxd = await startInfluxd();
    const store = new InfluxHistory({ address: influxd.address, keep: { raw: 30, minute: 90, slot: 365 } });
    await store.prepare();
    const at = (Date.now() - hourMs) * 1000;
    const tags = { hall: 'jiefang', service: 'general', device: 'jf-queue' };
    const series = 'visit,hall=jiefang,service=general,device=jf-queue';
    await influxd.write('raw', `${series} rating=4.5,outcome="no-show" ${at}`);
    const served = { outcome: 'served', score: 4.5, rating: 5 };
    const other = { ...tags, device: 'jf-queue-2' };
    const { refused } = await store.write([
      { measurement: 'visit', tags, at, fields: served },
      { measurement: 'visit', tags: other, at, fields: { outcome: 'cancelled' } },
    ]);
    expect(refused.map(({ point }) => point.fields)).toEqual([{ rating: 5 }]);
    const stored: Point[] = [];
    const selection = { measurement: 'visit' as const, from: at / 1000, to: Date.now() };
    for await (const point of store.points(selection)) stored.push(point);
    expect(stored.map(({ fields }) => [fields.outcome, fields.score]).sort()).toEqual([
      ['cancelled', undefined],
      ['served', 4.5],
    ]);
  });

  it('a file of before there was a score: old ratings are read, new scores are taken', async () => {
    const path = join(await tempFolder(), 'history.sqlite');
    const log = pino({ level: 'silent' });
    const open = () => new SqliteHistory({ path, keep: { raw: 30, minute: 90, slot: 365 }, clock: systemClock(), log });
    const ms = Date.now() - hourMs;
    const visit = (n: number, fields: Point['fields']): Point => ({
      ...{ measurement: 'visit', tags: { hall: 'jiefang', service: 'general', device: 'q' }, at: ms * 1000 + n },
      fields: { outcome: 'served', ...fields },
    });
    const before = open();
    await before.write([visit(1, { rating: 4 })]);
    await before.close();
    const file = new DatabaseSync(path);
    file.exec('ALTER TABLE visit DROP COLUMN score');
    file.close();
    const store = open();
    await store.write([visit(2, { rating: 5, score: 4.5 })]);
    const ratings: unknown[] = [];
    for await (const { rating } of visitsOf(store, { hall: 'jiefang', from: ms, to: Date.now() })) ratings.push(rating);
    expect(ratings).toEqual([4, 4.5]);
    await store.close();
  });
});
