// What is asked of history, over HTTP, from both stores: right, and the same byte for byte.

import Type from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { Peaks, Series, Visit } from '../../server/contracts/history.ts';
import { berlin, berlinConfig, dayPoints, spanPoints, visitPoints } from '../support/history-world.ts';
import { startInfluxd } from '../support/influxd.ts';
import { describeWith } from '../support/needs.ts';
import type { TestServer } from '../support/server.ts';
import { startServer } from '../support/server.ts';

const visitsFrom = berlin.at('2026-03-28', '23:00');

async function filledServer(env: Record<string, string> = {}): Promise<TestServer> {
  const server = await startServer({ HALLWATCH_CONFIG: await berlinConfig(), ...env });
  const points = [...spanPoints(), ...dayPoints('2026-01-01', 60), ...visitPoints(5_000, visitsFrom)];
  for (let at = 0; at < points.length; at += 5_000) {
    expect(await server.app.history.store.write(points.slice(at, at + 5_000))).toEqual({ refused: [] });
  }
  return server;
}

async function seriesOf(server: TestServer, query: string): Promise<Series> {
  const { status, body } = await server.get(`/api/halls/jiefang/series?${query}`);
  expect(body).toMatchObject({ hall: 'jiefang' });
  expect(status).toBe(200);
  return body as Series;
}

const hourMs = 3_600_000;

describe('a series', () => {
  it('of hours has 23 of them on the day that clocks go forward, and 25 when they go back', async () => {
    const server = await filledServer();
    const spring = await seriesOf(server, 'from=2026-03-29&to=2026-03-30&step=1h');
    expect(spring.steps.length).toBe(23);
    expect(spring).toMatchObject({ source: 'hall_slot', timeZone: 'Europe/Berlin', stepS: 3600, simulated: false });
    const autumn = await seriesOf(server, 'from=2025-10-26&to=2025-10-27&step=1h');
    expect(autumn.steps.length).toBe(25);
    expect(autumn.end - (autumn.steps[0]?.start ?? 0)).toBe(25 * hourMs);
    const days = await seriesOf(server, 'from=2025-10-24&to=2025-10-29&step=1d');
    expect(days.steps.map(({ knownS }) => knownS)).toEqual(await knownByDay(server));
    expect(days.steps.map(({ start }) => start)).toEqual(
      [24, 25, 26, 27, 28].map((day) => berlin.onDate(`2025-10-${day}`).start),
    );
  });
  it('is null where nothing was written, 0 where 0 was, and knows no mean of nobody', async () => {
    const server = await filledServer();
    const { steps } = await seriesOf(server, 'from=2026-03-27&to=2026-03-28&step=15m');
    expect(steps.length).toBe(96);
    expect(new Set(Object.values({ ...steps[19], start: null }))).toEqual(new Set([null]));
    expect(steps[0]).toMatchObject({ entered: 0, called: 0, occupancyMean: null, waitMeanS: null, waitP90S: null });
    expect(steps[4]).toMatchObject({ entered: 4, called: 4, occupancyMean: 4, waitMeanS: 307.5, waitMaxS: 375 });
    for (const q of [steps[4]?.waitP50S, steps[4]?.waitP90S]) expect(q).toBeGreaterThan(280);
    const future = await seriesOf(server, 'from=2027-01-01&to=2027-01-02&step=1h&fields=called,entered');
    expect(future.steps.length).toBe(24);
    expect(future.steps[0]).toEqual({ start: berlin.onDate('2027-01-01').start, entered: null, called: null });
  });

  it('of minutes is read from minutes alone, of a service and of a terminal from theirs', async () => {
    const server = await filledServer();
    const minutes = await seriesOf(server, 'from=2026-03-29T01:30&to=2026-03-29T04:00&step=5m');
    expect(minutes.source).toBe('hall_minute');
    // From 02:00 to 03:00 there was no time.
    expect(minutes.steps.length).toBe(18);
    expect(minutes.steps.every(({ entered }) => entered !== null)).toBe(true);
    expect((await seriesOf(server, 'from=2026-03-28&to=2026-03-29&step=5m')).steps[0]?.entered).toBeNull();
    const service = await seriesOf(server, 'from=2026-03-29&to=2026-03-30&step=1d&service=vip');
    expect(service).toMatchObject({ source: 'service_slot', service: 'vip', simulated: false });
    expect(Object.keys(service.steps[0] ?? {})).not.toContain('entered');
    expect(service.steps[0]?.issued).toBeGreaterThan(100);
    const terminal = await seriesOf(server, 'from=2026-03-29&to=2026-03-30&step=1d&terminal=jf-pay-1');
    expect(terminal).toMatchObject({ source: 'terminal_slot', simulated: true });
    expect(terminal.steps[0]?.inServiceS).toBeGreaterThan(0);
  });

  it.each([
    { query: 'from=2026-03-29&to=2026-03-29', says: /not before/, fix: /to is excluded/ },
    { query: 'from=2026-02-30&to=2026-03-29', says: /from is "2026-02-30"/, fix: /local date/ },
    { query: 'from=1795312800&to=1795316400', says: /seconds/, fix: /epoch ms/ },
    { query: 'from=2026-03-01&to=2026-03-29&step=7m30s', says: /step is/, fix: /15m/ },
    { query: 'from=2026-03-01&to=2026-03-29&step=20m', says: /step is/, fix: /whole quarters/ },
    { query: 'from=2026-03-01&to=2026-03-29&step=1m', says: /40320 steps/, fix: /step=5m.*series\.csv/ },
    { query: 'from=2020-01-01&to=2026-03-29&step=1d', says: /2279 days/, fix: /732 days/ },
    { query: 'from=2026-03-01&to=2026-03-02&fields=entred', says: /"entred"/, fix: /entered,left/ },
    { query: 'from=2026-03-01&to=2026-03-02&service=general&fields=entered', says: /"entered"/, fix: /issued,/ },
    { query: 'from=2026-03-01&to=2026-03-02&service=genral', says: /no service "genral"/, fix: /general, payment/ },
    { query: 'from=2026-03-01&to=2026-03-02&terminal=jf-queue', says: /no terminal/, fix: /jf-pay-1/ },
    { query: 'from=2026-03-01&to=2026-03-02&step=5m&service=vip', says: /quarter of an hour/, fix: /15m/ },
    { query: 'from=2026-03-01&to=2026-03-02&service=vip&terminal=jf-pay-1', says: /both/, fix: /leave one/ },
  ])('answers $query with what to write instead', async ({ query, says, fix }) => {
    const server = await startServer({ HALLWATCH_CONFIG: await berlinConfig() });
    expect(await server.get(`/api/halls/jiefang/series?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'bad-request', message: expect.stringMatching(says), fix: expect.stringMatching(fix) },
    });
  });

  it('takes times as people write them, the plus of an offset as browsers spoil it too', async () => {
    const server = await startServer({ HALLWATCH_CONFIG: await berlinConfig() });
    const at = berlin.at('2026-11-23', '09:00');
    for (const from of [
      '2026-11-23T09:00',
      '2026-11-23 09:00:00',
      `${at}`,
      '2026-11-23T08:00Z',
      '2026-11-23T09:00+01:00',
    ]) {
      expect((await seriesOf(server, `from=${from}&to=2026-11-24`)).from).toBe(at);
    }
  });
});

describe('the peaks of a region', () => {
  it('are the half hours far above the usual, week for week and of single days; unknown days are no zeros', async () => {
    const server = await filledServer();
    const { status, body } = await server.get('/api/regions/wuhan/peaks?from=2026-01-01&to=2026-03-02');
    expect(status).toBe(200);
    const peaks = body as Peaks;
    // 2026-01-01 is a Thursday; nothing is known of the 11th, a Sunday.
    expect(peaks.heat.map((cells) => cells[20]?.days)).toEqual([8, 8, 8, 9, 9, 9, 8]);
    expect(peaks.heat[0]?.[0]).toEqual({ days: 0, openDays: 0, median: null, p10: null, p90: null });
    expect(peaks.heat[0]?.[20]?.median).toBeGreaterThan(75);
    expect(peaks.regular.length).toBe(7);
    expect(peaks.regular[0]).toMatchObject({ from: '10:00', to: '10:30' });
    expect(peaks.unusual).toMatchObject([{ date: '2026-02-05', weekday: 'thu', from: '08:30', to: '18:00' }]);
    expect(peaks.halls.map(({ hall, days }) => [hall, days])).toEqual([
      ['guanggu', 59],
      ['jiefang', 59],
      ['qingshan', 0],
    ]);
    expect(peaks.halls[2]).toMatchObject({ entered: null, called: null, withinLimitShare: null, waitP90S: null });
    expect(peaks.halls.map(({ waitP90S }) => waitP90S)).toEqual([null, expect.closeTo(900, -2), null]);
    expect(peaks.total.entered).toBe((peaks.halls[0]?.entered ?? 0) + (peaks.halls[1]?.entered ?? 0));
    expect(peaks.total.withinLimitShare).toBeLessThan(0.96);
    expect(peaks.waitP90Reason).toBeNull();
  });

  it.each([
    { path: 'nowhere/peaks?from=2026-01-01&to=2026-02-01', status: 404, code: 'unknown-region' },
    { path: 'wuhan/peaks?from=2026-01-01&to=2026-02-01&hall=elsewhere', status: 404, code: 'unknown-hall' },
    { path: 'wuhan/peaks?from=2026-02-01&to=2026-02-01', status: 400, code: 'bad-request' },
    { path: 'wuhan/peaks?from=2026-02-30&to=2026-03-01', status: 400, code: 'bad-request' },
    { path: 'wuhan/peaks?from=2020-01-01&to=2026-03-01', status: 400, code: 'bad-request' },
    { path: 'wuhan/peaks?from=2026-01-01&to=2026-02-01&measure=fun', status: 400, code: 'bad-request' },
    { path: 'wuhan/peaks?from=2026-01-01&to=2026-02-01&mesure=entered', status: 400, code: 'bad-request' },
  ])('answers $path with $code', async ({ path, status, code }) => {
    const server = await startServer();
    expect(await server.get(`/api/regions/${path}`)).toMatchObject({ status, body: { code } });
  });
});

/** Every route, over days of 23, 24 and 25 hours. */
const questions = [
  ...['2025-10-24&to=2025-10-29', '2026-03-27&to=2026-04-01', '2026-03-29T01:10&to=2026-03-29T05:50'].flatMap(
    (period) =>
      ['15m', '1h', '6h', '1d', '2d'].flatMap((step) => [
        `halls/jiefang/series?from=${period}&step=${step}`,
        `halls/jiefang/series.csv?from=${period}&step=${step}&service=general`,
        `halls/jiefang/series?from=${period}&step=${step}&terminal=jf-pay-1`,
      ]),
  ),
  'halls/jiefang/series?from=2026-03-29&to=2026-03-30&step=1m',
  'halls/jiefang/series.csv?from=2026-03-29&to=2026-03-30&step=5m',
  'halls/jiefang/series?from=2026-03-27&to=2026-03-30&step=1h&fields=waitP50S,entered',
  'halls/jiefang/series?from=2026-03-27&to=2026-03-30&step=1h&fields=waitP90S',
  'halls/qingshan/series?from=2026-03-27&to=2026-03-30&step=1h',
  'halls/jiefang/visits?from=2026-03-28&to=2026-03-31',
  'halls/jiefang/visits?from=2026-03-28&to=2026-03-31&service=vip',
  'halls/jiefang/visits.csv?from=2026-03-28&to=2026-03-31',
  'halls/qingshan/visits?from=2026-03-28&to=2026-03-31',
  ...['entered', 'occupancyMax', 'issued', 'called', 'withinLimitShare', 'waitMeanS', 'waitingMax'].map(
    (measure) => `regions/wuhan/peaks?from=2026-01-01&to=2026-03-02&measure=${measure}`,
  ),
  'regions/wuhan/peaks?from=2026-03-01&to=2026-04-01&hall=jiefang',
  'regions/wuhan/peaks?from=2025-03-01&to=2026-04-01',
];

describeWith(['influxd'], 'SQLite and InfluxDB', () => {
  it('answer every question with the same bytes, and as the contract says', async () => {
    const influxd = await startInfluxd();
    const { host, port, database } = influxd.address;
    const [sqlite, influx] = [
      await filledServer(),
      await filledServer({ HALLWATCH_INFLUX_URL: `http://${host}:${port}/${database}` }),
    ];
    for (const question of questions) {
      const ask = async ({ url }: TestServer) => (await fetch(`${url}/api/${question}`)).text();
      const [ours, theirs] = [await ask(sqlite), await ask(influx)];
      expect(theirs, question).toBe(ours);
      expect(ours.length, question).toBeGreaterThan(question.includes('qingshan/visits') ? 1 : 150);
      if (/csv/.test(question)) continue;
      const kind = question.includes('/peaks') ? Peaks : question.includes('/series') ? Series : Type.Array(Visit);
      expect(Value.Errors(kind, JSON.parse(ours)).slice(0, 3), question).toEqual([]);
    }
    await influxd.kill();
    for (const question of [
      'halls/jiefang/series?from=2026-03-29&to=2026-03-30',
      ...questions.slice(-3),
      'halls/jiefang/visits.csv?from=2026-03-28&to=2026-03-31',
    ]) {
      expect(await influx.get(`/api/${question}`), question).toMatchObject({
        status: 503,
        body: { code: 'history-away', message: expect.stringContaining('InfluxDB') },
      });
    }
  });
});

/** The same sums out of the points, counted here. */
async function knownByDay(server: TestServer): Promise<number[]> {
  const sums = new Map<string, number>();
  const selection = { measurement: 'hall_slot' as const, from: 0, to: berlin.onDate('2025-10-29').start };
  for await (const { at, fields } of server.app.history.store.points({ ...selection, tags: { hall: 'jiefang' } })) {
    const { date } = berlin.of(at / 1000);
    sums.set(date, (sums.get(date) ?? 0) + Number(fields.knownS));
  }
  return [...sums.values()];
}
