// What every store of history must do: run on the real InfluxDB and on SQLite, by history.test.ts.
import { expect, it } from 'vitest';
import type { Point } from '../../server/history/points.ts';
import { rawAt } from '../../server/history/points.ts';
import type { HistoryStore, Selection } from '../../server/history/port.ts';
import { stepEdges } from '../../server/history/steps.ts';
import { parseProfile, profileText } from '../../server/insight/profile.ts';
import { LocalDays } from '../../server/local-days.ts';

const hourMs = 3_600_000;
/** Raw points must be young; a whole hour, so that expectations can be told. */
const now = Math.floor(Date.now() / hourMs) * hourMs;

export const keep = { raw: 30, minute: 90, slot: 3_650 };

export function door(at: number, fields: Point['fields'], tags = { hall: 'h', device: 'd' }): Point {
  return { measurement: 'door', tags, at, fields };
}

export function slot(atMs: number, fields: Point['fields'], hall = 'h'): Point {
  return { measurement: 'hall_slot', tags: { hall }, at: atMs * 1000, fields };
}

export async function all(store: HistoryStore, selection: Partial<Selection> = {}): Promise<Point[]> {
  return Array.fromAsync(store.points({ measurement: 'door', from: 0, to: now + 24 * hourMs, ...selection }));
}

/** The contract; `open` makes an empty store for a test. */
export function historyContract(open: () => Promise<HistoryStore>): void {
  it('answers nothing of empty ranges and of what was never written', async () => {
    const store = await open();
    expect(await all(store)).toEqual([]);
    await store.prepare();
    expect(await all(store)).toEqual([]);
    await store.write([door(rawAt(now, 1), { in: 1 })]);
    expect(await all(store, { from: now + 1 })).toEqual([]);
    expect(await all(store, { to: now })).toEqual([]);
    expect(await all(store, { tags: { hall: 'another' } })).toEqual([]);
    expect(await all(store, { tags: { hall: [] } })).toEqual([]);
    const none = { measurement: 'hall_slot' as const, edges: [now, now + hourMs], read: {} };
    expect(await store.fold({ ...none, read: { n: { field: 'entered', fold: 'sum' } } })).toEqual([]);
    expect(await store.columns({ measurement: 'hall_slot', from: 0, to: now, fields: ['entered'] })).toEqual([]);
  });

  it('H1: two events of one millisecond are two points, and integers stay integers', async () => {
    const store = await open();
    const points = [
      door(rawAt(now, 7), { in: 2 ** 40, out: 3, boot: 1, simulated: true }),
      door(rawAt(now, 8), { in: 2 ** 40 + 1, out: 3, boot: 1, simulated: false }),
    ];
    expect(await store.write(points)).toEqual({ refused: [] });
    expect(await all(store)).toEqual(points);
  });

  it('overwrites a point by its identity, keeping fields that are not written again', async () => {
    const store = await open();
    const at = rawAt(now, 1);
    await store.write([door(at, { in: 1, out: 2 }), door(at, { in: 9 }, { hall: 'h', device: 'e' })]);
    await store.write([door(at, { in: 5, boot: null, simulated: undefined })]);
    await store.write([door(at, { boot: 4 })]);
    expect(await all(store, { tags: { device: 'd' } })).toEqual([door(at, { in: 5, out: 2, boot: 4 })]);
    await store.write([door(at, { in: 1 }), door(at, { in: 2 })]);
    expect((await all(store, { tags: { device: 'd' } }))[0]?.fields.in).toBe(2);
  });

  it('takes points in any order and gives them in order of time, over all series', async () => {
    const store = await open();
    const points = [5, 1, 4, 2, 3].map((n) => door(rawAt(now + n, n), { in: n }, { hall: 'h', device: `d${n % 2}` }));
    await store.write(points);
    const got = await all(store);
    expect(got.map(({ fields }) => fields.in)).toEqual([1, 2, 3, 4, 5]);
    expect(await all(store, { tags: { device: ['d0', 'd1'] } })).toEqual(got);
    expect((await all(store, { tags: { device: 'd0' } })).map(({ fields }) => fields.in)).toEqual([2, 4]);
  });

  it('keeps any text, in tags and in fields', async () => {
    const store = await open();
    const texts = [`it's "quoted"`, 'a, b = c', '营业厅 武汉', 'emoji 🏦', '$1 %41 {} ;--'];
    const fieldTexts = [...texts, 'two\nlines\r\nand a\ttab', `a\\'b \\" \\\\ \\n end\\`, ''];
    const points = fieldTexts.map((ticket, i) => ({
      measurement: 'visit' as const,
      tags: { hall: texts[i] ?? 'h', service: 'general', device: 'queue 1' },
      at: rawAt(now, i),
      fields: { ticket, outcome: 'served', waitS: i },
    }));
    expect(await store.write(points)).toEqual({ refused: [] });
    expect(await all(store, { measurement: 'visit' })).toEqual(points);
    for (const hall of texts) {
      expect((await all(store, { measurement: 'visit', tags: { hall } })).map(({ tags }) => tags.hall)).toEqual([hall]);
    }
  });

  it('refuses what does not fit, point by point, and stores the rest', async () => {
    const store = await open();
    const good = [0, 1, 2].map((n) => door(rawAt(now, n), { in: n }));
    const bad: [Point, RegExp][] = [
      [door(rawAt(now, 10), { in: 'text' }), /type conflict: in/],
      [door(rawAt(now, 11), { in: 1.5 }), /type conflict: in/],
      [door(rawAt(now, 12), { in: Number.NaN }), /type conflict: in/],
      [door(rawAt(now - 40 * 24 * hourMs, 13), { in: 1 }), /beyond retention policy/],
      [door(rawAt(now, 14), { nonsense: 1 }), /no field nonsense/],
      [door(rawAt(now, 15), { in: null }), /no field is known/],
      [door(rawAt(now, 16), { in: 1 }, { hall: 'two\nlines', device: 'd' }), /tag hall has a line break/],
      [door(rawAt(now, 17), { in: 1 }, { hall: '', device: 'd' }), /tag hall is missing/],
      [door(now + 0.5, { in: 1 }), /not in microseconds/],
      [{ ...door(rawAt(now, 18), { in: 1 }), measurement: 'no such' as 'door' }, /no measurement/],
    ];
    const mixed = [good[0], ...bad.slice(0, 5), good[1], ...bad.slice(5), good[2]].map((one) =>
      Array.isArray(one) ? one[0] : one,
    );
    const { refused } = await store.write(mixed.filter((point) => point !== undefined));
    for (const [point, reason] of bad) {
      expect(refused.find((one) => one.point === point)?.reason).toMatch(reason);
    }
    expect(refused.length).toBe(bad.length);
    expect(await all(store)).toEqual(good);
  });

  it('takes 5,000 points at once, and gives back any number in order', async () => {
    const store = await open();
    for (const part of [0, 1]) {
      const points = Array.from({ length: 5_000 }, (_, i) =>
        // Every fourth shares its microsecond with its neighbours, of other devices.
        door(rawAt(now, Math.floor((part * 5_000 + i) / 4)), { in: i }, { hall: 'h', device: `d${i % 4}` }),
      );
      for (const point of points) (point as { at: number }).at += part * 2_000_000;
      expect(await store.write(points)).toEqual({ refused: [] });
    }
    const times = (await all(store)).map(({ at }) => at);
    expect(times.length).toBe(8_000);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it.each([
    { timeZone: 'Europe/Berlin', date: '2026-03-29', hours: 23 },
    { timeZone: 'Europe/Berlin', date: '2025-10-26', hours: 25 },
    { timeZone: 'America/New_York', date: '2026-03-08', hours: 23 },
    { timeZone: 'America/New_York', date: '2025-11-02', hours: 25 },
    { timeZone: 'Asia/Shanghai', date: '2026-03-29', hours: 24 },
    { timeZone: 'Asia/Kolkata', date: '2026-03-29', hours: 24 },
  ])('folds local days of $timeZone, $date with $hours h', async ({ timeZone, date, hours }) => {
    const store = await open();
    const days = new LocalDays(timeZone, '04:00');
    const day = days.onDate(date);
    const [from, to] = [days.shift(day, -2).start, days.shift(day, 3).start];
    const points: Point[] = [];
    for (let at = from; at < to; at += hourMs / 4) {
      points.push(slot(at, { entered: 1, occupancyMax: points.length }), slot(at, { entered: 10 }, 'other'));
    }
    await store.write(points);
    const read = {
      entered: { field: 'entered', fold: 'sum' },
      most: { field: 'occupancyMax', fold: 'max' },
      slots: { field: 'entered', fold: 'count' },
    } as const;
    const byDay = stepEdges({ from, to, stepMs: 24 * hourMs }, days);
    const [one, two, ...more] = await store.fold({ measurement: 'hall_slot', edges: byDay, read, by: ['hall'] });
    const slots = [96, 96, hours * 4, 96, 96];
    expect(one).toEqual({
      tags: { hall: 'h' },
      values: {
        entered: slots,
        slots,
        most: slots.map((_, i) => 2 * slots.slice(0, i + 1).reduce((a, b) => a + b) - 2),
      },
    });
    expect(two?.values.entered).toEqual(slots.map((n) => 10 * n));
    expect(more).toEqual([]);
    const byHour = stepEdges({ from: day.start, to: day.end, stepMs: hourMs }, days);
    const [hourly] = await store.fold({ measurement: 'hall_slot', edges: byHour, read, tags: { hall: 'h' } });
    expect(hourly?.values.entered).toEqual(new Array(hours).fill(4));
  });

  it('folds several series into one, and says null where nothing was', async () => {
    const store = await open();
    await store.write([slot(now, { entered: 1, waitMaxS: 5 }), slot(now, { entered: 2 }, 'g')]);
    await store.write([slot(now + 2 * hourMs, { entered: 4 })]);
    const edges = [now, now + hourMs, now + 2 * hourMs, now + 3 * hourMs];
    const read = {
      sum: { field: 'entered', fold: 'sum' },
      mean: { field: 'entered', fold: 'mean' },
      least: { field: 'entered', fold: 'min' },
      longest: { field: 'waitMaxS', fold: 'max' },
      count: { field: 'entered', fold: 'count' },
    } as const;
    expect(await store.fold({ measurement: 'hall_slot', edges, read })).toEqual([
      {
        tags: {},
        values: {
          sum: [3, null, 4],
          mean: [1.5, null, 4],
          least: [1, null, 4],
          longest: [5, null, null],
          count: [2, 0, 1],
        },
      },
    ]);
  });

  it('H2: gives the rows of heat maps by series, every measurement under its own name', async () => {
    const store = await open();
    const midnight = Date.UTC(2026, 2, 29);
    const profile = Array.from({ length: 48 }, (_, i) => (i < 17 || i > 35 ? null : i * 10));
    await store.write(
      ['b', 'a'].flatMap((hall) =>
        [0, 1].map((n) => ({
          measurement: 'hall_day_profile' as const,
          tags: { hall },
          at: (midnight + n * 24 * hourMs) * 1000,
          fields: { entered: profileText(profile), ...(n === 1 ? { issued: profileText([1]) } : {}) },
        })),
      ),
    );
    const rows = await store.columns({
      measurement: 'hall_day_profile',
      from: midnight,
      to: midnight + 48 * hourMs,
      fields: ['entered', 'issued'],
    });
    expect(rows.map(({ tags }) => tags)).toEqual([{ hall: 'a' }, { hall: 'b' }]);
    expect(rows[0]?.at).toEqual([midnight * 1000, (midnight + 24 * hourMs) * 1000]);
    expect(parseProfile(String(rows[0]?.values.entered?.[1]))).toEqual(profile);
    expect(rows[0]?.values.issued).toEqual([null, profileText([1])]);
    expect(await store.size()).toBeGreaterThanOrEqual(0);
  });
}
