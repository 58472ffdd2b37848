import { describe, expect, it } from 'vitest';
import {
  chartTop,
  curveColumns,
  hourTicks,
  peopleTicks,
  unknownSpans,
} from '../../../dashboard/src/charts/day-curve.ts';
import { curvePoints, curveSaid, dayHours } from '../../../dashboard/src/wall/day.ts';
import { againstUsual, usuallyEntered, usualSaid } from '../../../dashboard/src/wall/usual.ts';
import type { Usual, UsualSlot } from '../../../server/contracts/usual.ts';
import { at10, hallLive, occupancy } from './hall-live.ts';

const minute = 60_000;
const quarter = 15 * minute;
const hour = 60 * minute;
const words = { 'zh-CN': '周一', en: 'Mondays' };
const band = (median: number) => ({ low: median - 1, median, high: median + 1 });

/** Quarters from `first`, by whose ends so many have entered (median), with 30 inside. */
function usualOf(enteredBy: (number | null)[], first = at10 - quarter): Usual {
  const slots = enteredBy.map(
    (n, i): UsualSlot => ({
      at: first + i * quarter,
      entered: null,
      enteredBy: n === null ? null : band(n),
      occupancy: band(30),
      waitS: null,
    }),
  );
  const days = ['2026-11-15', '2026-11-08', '2026-11-01'];
  const like = { kind: 'mon', words };
  return {
    hall: 'h',
    date: '2026-11-22',
    kind: 'mon',
    words,
    like,
    days,
    leftOut: [],
    isEnough: true,
    slots,
  };
}

describe('today against the usual', () => {
  it('is the share by which more, or fewer, entered than usually have by now', () => {
    const usual = usualOf([100, 200, 260]);
    expect(usuallyEntered(usual, at10)).toBe(100);
    expect(usuallyEntered(usual, at10 + 3 * minute)).toBe(120);
    expect(againstUsual(occupancy({ enteredToday: 118 }), usual, at10)).toBeCloseTo(0.18);
    expect(againstUsual(occupancy({ enteredToday: 60 }), usual, at10 + 3 * minute)).toBe(-0.5);
    // The day is over: its last quarter stays.
    expect(usuallyEntered(usual, at10 + 9 * hour)).toBe(260);
  });

  it('is told of nothing that is not known', () => {
    const usual = usualOf([100, 200]);
    expect(againstUsual(occupancy({ enteredToday: null }), usual, at10)).toBeNull();
    expect(againstUsual(occupancy({ quality: 'unknown' }), usual, at10)).toBeNull();
    expect(againstUsual(occupancy(), null, at10)).toBeNull();
    expect(againstUsual(occupancy(), usualOf([100, null]), at10)).toBeNull();
    expect(againstUsual(occupancy(), usualOf([null, 200]), at10)).toBeNull();
    expect(againstUsual(occupancy(), usual, at10 - hour)).toBeNull();
  });

  it('is not told while usually fewer than ten have come', () => {
    expect(againstUsual(occupancy({ enteredToday: 20 }), usualOf([9.9, 20]), at10)).toBeNull();
    expect(againstUsual(occupancy({ enteredToday: 20 }), usualOf([10, 20]), at10)).toBe(1);
  });

  it('says which days it rests on, or why there is none', () => {
    const said = (usual: Usual | null, failed = false, now: Parameters<typeof usualSaid>[0]['now'] = null) =>
      usualSaid({ usual, failed, now, pick: ({ en }) => en });
    expect(said(null).key).toBe('usual.loading');
    expect(said(null, true).key).toBe('usual.away');
    expect(said({ ...usualOf([1]), days: ['2026-11-15'], isEnough: false })).toEqual({
      key: 'usual.few',
      params: { n: 1, days: 'Mondays' },
    });
    expect(said(usualOf([1])).key).toBe('usual.days');
    expect(said(usualOf([1]), true, { low: 24.6, median: 30, high: 38.4 })).toEqual({
      key: 'usual.now',
      params: { n: 3, days: 'Mondays', low: 25, high: 38 },
    });
  });
});

describe('the curve of a day', () => {
  const range = { from: at10 - hour, to: at10 + hour };
  const point = (minutes: number, people: number | null) => ({ at: at10 + minutes * minute, occupancy: people });
  const peopleAt = (columns: ReturnType<typeof curveColumns>, minutes: number) =>
    columns.people[columns.at.indexOf(at10 + minutes * minute)];

  it('joins neighbours, and leaves gaps where nothing is known', () => {
    const columns = curveColumns(
      [],
      [point(-20, 10), point(-10, 20), point(-5, null), point(0, 30), point(30, 40)],
      range,
    );
    expect(columns.people).toEqual([null, 10, 20, null, 30, 40, null]);
    // Half an hour apart: what was between isn't known.
    const slots = usualOf([1, 2, 3, 4], at10 + 7.5 * minute - quarter).slots;
    const both = curveColumns(slots, [point(-20, 10), point(-10, 20), point(30, 40)], range);
    expect(peopleAt(both, 0)).toBeNull();
    expect(peopleAt(both, 15)).toBeNull();
  });

  it('has the band in the middle of each quarter, up to its ends, and nowhere else', () => {
    const columns = curveColumns(usualOf([1, 2], at10).slots, [point(0, 5), point(29, 6)], range);
    expect(columns.at.map((at) => (at - at10) / minute)).toEqual([-60, 0, 7.5, 22.5, 29, 60]);
    expect(columns.low).toEqual([null, 29, 29, 29, 29, null]);
    expect(columns.high).toEqual([null, 31, 31, 31, 31, null]);
  });

  it('tells the stretches of opening hours that are not known', () => {
    const open = [{ from: at10 - hour, to: at10 + hour }];
    const spans = (points: Parameters<typeof unknownSpans>[0]) =>
      unknownSpans(points, open, at10).map(({ from, to }) => [(from - at10) / minute, (to - at10) / minute]);
    expect(spans([])).toEqual([[-60, 0]]);
    expect(spans([point(-55, 1), point(-40, 1), point(-30, null), point(-10, 1)])).toEqual([[-40, -10]]);
    expect(unknownSpans([], [], at10)).toEqual([]);
  });

  it('is as high as what it shows, with the capacity where that does not press it flat', () => {
    expect(chartTop(40, 60)).toEqual({ top: 67.2, showsCapacity: true });
    expect(chartTop(90, 60).top).toBeGreaterThan(90);
    expect(chartTop(40, 1_000)).toEqual({ top: 46, showsCapacity: false });
    expect(chartTop(0, 60)).toEqual({ top: 4, showsCapacity: false });
    expect(peopleTicks(67, 60)).toEqual([20, 40]);
    expect(peopleTicks(1_500, null)).toEqual([500, 1_000]);
    expect(peopleTicks(4, null)).toEqual([1, 2, 3]);
  });

  it('has full hours of the clock on the wall below it', () => {
    const clock = (at: number) => new Date(at + 8 * hour).toISOString().slice(11, 16);
    const texts = (from: number, to: number) => hourTicks({ from, to }, clock).map(({ text }) => text);
    expect(texts(at10 - 1.5 * hour, at10 + 8.5 * hour)).toEqual(['10:00', '12:00', '14:00', '16:00', '18:00']);
    expect(texts(at10 - hour, at10 + hour)).toEqual(['09:00', '10:00', '11:00']);
  });

  it('goes on from history by the live numbers, and reaches now', () => {
    const live = hallLive();
    const today = {
      hall: 'h',
      date: live.dayDate,
      from: at10 - hour,
      to: at10 + hour,
      open: [],
      points: [point(-20, 12), point(-15, null)],
    };
    const samples = [point(-30, 99), point(-10, 14)];
    expect(curvePoints(live, { today, samples }, at10)).toEqual([point(-20, 12), point(-10, 14), point(0, 43)]);
    // Yesterday's answer is no curve of today, and an unknown number no point.
    const unknown = hallLive({ occupancy: occupancy({ quality: 'unknown' }) });
    expect(curvePoints(unknown, { today: { ...today, date: '2026-11-21' }, samples: [] }, at10)).toEqual([
      point(0, null),
    ]);
    expect(dayHours(live, today, null)).toEqual({ from: today.from, to: today.to });
    expect(dayHours(live, null, null)).toEqual({ from: live.opensAt, to: live.closesAt });
    expect(curveSaid([point(-5, 3), point(-4, 9), point(0, null)])).toEqual({ most: 9, at: at10 - 4 * minute });
    expect(curveSaid([point(0, null)])).toBeNull();
  });
});
