// What is usual, from points in a real store to the answers of the server and the live picture.
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { manualClock } from '../../server/clock.ts';
import type { Today, Usual } from '../../server/contracts/usual.ts';
import type { UsualLookup } from '../../server/hall/halls.ts';
import { InfluxHistory } from '../../server/history/influx-history.ts';
import type { HistoryStore } from '../../server/history/port.ts';
import { SqliteHistory } from '../../server/history/sqlite-history.ts';
import { UsualBook } from '../../server/history/usual-book.ts';
import { tempFolder } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { at, hallConfig, hallWith } from '../support/hall-maker.ts';
import { freePort } from '../support/ports.ts';
import { connectLive, startServer } from '../support/server.ts';
import { slotPoints } from '../support/slots.ts';

const quarterMs = 900_000;
// 5 October was a holiday, and so it is no example of a Monday.
const mondays = [
  '2026-11-16',
  '2026-11-09',
  '2026-11-02',
  '2026-10-26',
  '2026-10-19',
  '2026-10-12',
  '2026-09-28',
  '2026-09-21',
  '2026-09-14',
];
const now = at('2026-11-23 10:05');

/** A server whose time is a Monday, 10:05. */
function onMonday() {
  return startServer({ HALLWATCH_SIMULATED: '1', HALLWATCH_CLOCK: `${now}@${Date.now()}x1` });
}

/** The nth Monday back: 10 + n people a quarter, 100 + n inside, 2 called after 60 s each. */
function mondayPoints(dates: string[], hall = 'jiefang') {
  return dates.flatMap((date, n) =>
    slotPoints(hall, { from: at(`${date} 08:30`), to: at(`${date} 18:00`) }, () => ({
      entered: 10 + n,
      occupancy: 100 + n,
      called: 2,
      waitS: 60,
    })),
  );
}

it('is told from the last eight like days, and shown in the live picture', async () => {
  const server = await onMonday();
  await server.app.history.store.write(mondayPoints([...mondays, '2026-10-05', '2026-11-17']));
  const { status, body } = await server.get('/api/halls/jiefang/usual');
  const usual = body as Usual;
  expect(status).toBe(200);
  expect(usual).toMatchObject({ hall: 'jiefang', date: '2026-11-23', kind: 'mon', isEnough: true, leftOut: [] });
  expect([usual.words['zh-CN'], usual.like.words.en]).toEqual(['周一', 'Mondays']);
  expect(usual.days).toEqual(mondays.slice(0, 8));
  const slot = usual.slots.find((one) => one.at === at('2026-11-23 10:00'));
  expect(slot).toEqual({
    at: at('2026-11-23 10:00'),
    entered: { low: 10.7, median: 13.5, high: 16.3 },
    // Seven quarters of an hour since 08:30.
    enteredBy: { low: 74.9, median: 94.5, high: 114.1 },
    occupancy: { low: 100.7, median: 103.5, high: 106.3 },
    waitS: { low: 60, median: 60, high: 60 },
  });
  expect(usual.slots[0]).toMatchObject({ entered: null, occupancy: null, waitS: null });
  await eventually(async () => (await server.hall('jiefang')).occupancy.usual, {
    accept: (value) => JSON.stringify(value) === JSON.stringify(slot?.occupancy),
  });
  expect((await server.hall('guanggu')).occupancy.usual).toBeNull();
});

it('of another date says which days it rests on and why', async () => {
  const server = await onMonday();
  await server.app.history.store.write(
    mondayPoints(['2026-10-03', '2026-10-02', '2026-10-01', '2026-11-16', '2026-11-15']),
  );
  const asked = async (date: string) => (await server.get(`/api/halls/jiefang/usual?date=${date}`)).body as Usual;
  expect(await asked('2027-10-01')).toMatchObject({
    kind: 'holiday:national-day',
    like: { kind: 'holiday:national-day' },
    days: ['2026-10-03', '2026-10-02', '2026-10-01'],
    isEnough: true,
  });
  // No New Year's Day is known, so other holidays stand in.
  expect(await asked('2027-01-01')).toMatchObject({
    kind: 'holiday:new-year-s-day',
    like: { kind: 'holiday', words: { 'zh-CN': '节假日', en: 'holidays' } },
    isEnough: true,
  });
  const few = await asked('2026-11-23');
  expect(few).toMatchObject({ kind: 'mon', like: { kind: 'mon' }, days: ['2026-11-16'], isEnough: false });
  expect(few.slots.length).toBe(96);
  expect(few.slots.every(({ occupancy, entered }) => occupancy === null && entered === null)).toBe(true);
});

it('answers for halls and dates that there are', async () => {
  const server = await onMonday();
  expect(await server.get('/api/halls/nowhere/usual')).toMatchObject({ status: 404, body: { code: 'unknown-hall' } });
  expect(await server.get('/api/halls/nowhere/today')).toMatchObject({ status: 404 });
  for (const date of ['2026-02-30', '1926-01-01', 'today', '2026-11-23T00:00']) {
    const { status, body } = await server.get(`/api/halls/jiefang/usual?date=${date}`);
    expect([status, (body as { code: string }).code], date).toEqual([400, 'bad-request']);
  }
  expect((await server.get('/api/halls/jiefang/usual?day=2026-11-23')).status).toBe(400);
});

it('today so far comes by five minutes, by quarters where minutes are missing, with gaps where nothing is known', async () => {
  const server = await onMonday();
  const from = at('2026-11-23 09:30');
  await server.app.history.store.write([
    ...slotPoints('jiefang', { from: at('2026-11-23 08:30'), to: from }, () => ({ entered: 5, occupancy: 20 })),
    ...slotPoints('jiefang', { from, to: from + 600_000, measurement: 'hall_minute' }, (minute) => ({
      entered: 1,
      occupancy: minute < from + 300_000 ? 30 : 33,
    })),
  ]);
  const today = (await server.get('/api/halls/jiefang/today')).body as Today;
  expect(today).toMatchObject({
    date: '2026-11-23',
    from: at('2026-11-23 08:00'),
    to: at('2026-11-23 18:30'),
    open: [{ from: at('2026-11-23 08:30'), to: at('2026-11-23 18:00') }],
  });
  const inside = (local: string) => today.points.find((point) => point.at === at(`2026-11-23 ${local}`))?.occupancy;
  expect(inside('08:37:30')).toBe(20);
  expect(inside('09:32:30')).toBe(30);
  expect(inside('09:37:30')).toBe(33);
  expect(inside('09:42:30')).toBeNull();
  expect(inside('08:02:30')).toBeNull();
  expect(Math.max(...today.points.map((point) => point.at))).toBeLessThanOrEqual(now + 60_000);
});

it('P1: changes by itself when the quarter of an hour turns', () => {
  const slotEnds = at('2026-11-23 10:15');
  const usual = { occupancy: { low: 1, median: 2, high: 3 }, until: slotEnds };
  const hall = hallWith([]);
  const { live, nextChangeAt } = hall.live(now, { simulated: true, usual });
  expect([live.occupancy.usual, nextChangeAt]).toEqual([usual.occupancy, slotEnds]);
  expect(hall.live(now, { simulated: true }).live.occupancy.usual).toBeNull();
});

it('asks once per hall and day, whoever asks; a store that is away blocks nobody and is asked again', async () => {
  const config = hallConfig();
  const clock = manualClock(now);
  const log = pino({ level: 'silent' });
  const keep = { raw: 30, minute: 90, slot: 3_650 };
  const path = join(await tempFolder(), 'history.sqlite');
  const present = new SqliteHistory({ path, keep, clock, log });
  onTestFinished(() => present.close());
  await present.write(mondayPoints(mondays, 'test-hall'));
  // Nobody listens there.
  const address = { protocol: 'http' as const, host: '127.0.0.1', port: await freePort(), database: 'h', user: null };
  let store: HistoryStore = new InfluxHistory({ address, keep });
  let asked = 0;
  const changed: string[] = [];
  const book = new UsualBook({
    store: {
      columns(selection) {
        asked++;
        return store.columns(selection);
      },
    },
    clock,
    log,
    changed: (hall) => changed.push(hall),
  });
  onTestFinished(() => book.close());
  const lookup: UsualLookup = (hall, moment) => book.at(hall, moment);
  expect(lookup(config, now)).toBeNull();
  await expect(book.of(config, '2026-11-23')).rejects.toMatchObject({ code: 'history-away' });
  expect(asked).toBe(1);
  expect(lookup(config, now)).toBeNull();
  store = present;
  // Nobody asks before the pause is over; then whoever watches is told to look again.
  await expect(book.of(config, '2026-11-23')).rejects.toMatchObject({ code: 'history-away' });
  expect([asked, changed]).toEqual([1, []]);
  clock.moveTo(now + 5_000);
  expect(changed).toEqual(['test-hall']);
  const all = await Promise.all([1, 2, 3].map(() => book.of(config, '2026-11-23')));
  expect(new Set(all).size).toBe(1);
  // Eight Mondays with data and one without, in this hall.
  expect(asked).toBe(10);
  expect(lookup(config, now)).toEqual({
    occupancy: { low: 100.7, median: 103.5, high: 106.3 },
    until: at('2026-11-23 10:15'),
  });
  expect(lookup(config, at('2026-11-23 10:15'))?.until).toBe(at('2026-11-23 10:15') + quarterMs);
  expect([asked, changed]).toEqual([10, ['test-hall', 'test-hall']]);
  // A new config may tell other kinds of day.
  expect(lookup(hallConfig(), now)).toBeNull();
  await eventually(() => asked === 19);
});

it('the push brings it to a watching screen as soon as it is read', async () => {
  const server = await onMonday();
  await server.app.history.store.write(mondayPoints(mondays));
  const client = connectLive(server.url);
  const usuals: unknown[] = [];
  client.on('hall', (live) => usuals.push(live.occupancy.usual));
  await client.timeout(5_000).emitWithAck('watch', { halls: ['jiefang'] });
  await eventually(() => usuals.at(-1));
  expect(usuals.at(-1)).toEqual({ low: 100.7, median: 103.5, high: 106.3 });
});

it('is read again when days before today arrive, and not when today goes on', async () => {
  const clock = manualClock(now);
  const log = pino({ level: 'silent' });
  const store = new SqliteHistory({
    path: join(await tempFolder(), 'history.sqlite'),
    keep: { raw: 30, minute: 90, slot: 3_650 },
    clock,
    log,
  });
  const changes: string[] = [];
  const book = new UsualBook({ store, clock, log, changed: (hall) => changes.push(hall) });
  onTestFinished(async () => {
    book.close();
    await store.close();
  });
  const config = hallConfig({ id: 'jiefang' });
  const days = async () => (await book.of(config, '2026-11-23')).days.length;
  const filled = (date: string) => {
    book.filled([{ hall: 'jiefang', at: Date.parse(date) }]);
    clock.moveTo(clock.now() + 6_000);
  };
  expect(await days()).toBe(0);
  await store.write(mondayPoints(mondays.slice(0, 3)));
  filled('2026-11-23');
  expect(await days()).toBe(0);
  changes.length = 0;
  filled('2026-11-16');
  expect(changes).toEqual(['jiefang']);
  expect(await days()).toBe(3);
  expect(book.at(config, clock.now())?.occupancy).toMatchObject({ median: 101 });
  await store.write(mondayPoints(mondays.slice(0, 4)));
  filled('2026-10-26');
  expect(await days()).toBe(4);
});
