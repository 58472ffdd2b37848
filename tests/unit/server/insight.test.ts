// What is computed over history: heat maps, peaks, rows of halls, steps.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeakMeasure } from '../../../server/contracts/names.ts';
import { peakMeasures } from '../../../server/contracts/names.ts';
import { DayGrid, dateOf, epochDayOf, weekdayOf } from '../../../server/insight/day-grid.ts';
import { DayReader } from '../../../server/insight/day-profiles.ts';
import { HallTally } from '../../../server/insight/hall-tally.ts';
import { heatOf } from '../../../server/insight/heat-map.ts';
import { histogramOf } from '../../../server/insight/histogram.ts';
import { measures, profileFields } from '../../../server/insight/measures.ts';
import { regularPeaks, unusualPeaks, usualOf } from '../../../server/insight/peaks.ts';
import { halfHours, profileText } from '../../../server/insight/profile.ts';
import { rounded } from '../../../server/insight/rounding.ts';
import { fieldsOf, foldsFor, stepValue } from '../../../server/insight/series-columns.ts';

type Row = Partial<Record<(typeof profileFields)[number], (number | null)[]>>;

/** Half hour 20 has these values, the others aren't known. */
const only = (value: number | null) => Array.from({ length: halfHours }, (_, slot) => (slot === 20 ? value : null));
const valuesOf = (row: Row) =>
  new DayReader(profileFields).read((field) => {
    const profile = row[field as keyof Row];
    return profile && profileText(profile);
  });

/** A grid of the days from a Monday on; each day is a row a hall. */
function gridOf(measure: PeakMeasure, days: Row[][]): DayGrid {
  const firstDay = epochDayOf('2026-03-02');
  const grid = new DayGrid(measures[measure], { firstDay, dayCount: days.length });
  days.forEach((halls, i) => {
    for (const hall of halls) grid.add(firstDay + i, valuesOf(hall));
  });
  return grid;
}

const weeks = (mondays: (number | null)[]): Row[][] =>
  mondays.flatMap((value) => [[{ entered: only(value) }], ...new Array<Row[]>(6).fill([])]);

describe('local dates', () => {
  it('are days with a weekday, Monday first', () => {
    expect(weekdayOf(epochDayOf('2026-03-02'))).toBe(0);
    expect(weekdayOf(epochDayOf('2026-03-01'))).toBe(6);
    expect(dateOf(epochDayOf('2024-02-29'))).toBe('2024-02-29');
  });
});

describe('a grid of days', () => {
  it.each<{ measure: PeakMeasure; halls: Row[]; value: number }>([
    { measure: 'entered', halls: [{ entered: only(3) }, { entered: only(4) }, { entered: only(null) }], value: 7 },
    { measure: 'waitingMax', halls: [{ waitingMax: only(3) }, { waitingMax: only(9) }], value: 9 },
    {
      measure: 'waitMeanS',
      halls: [
        { waitMeanS: only(100), called: only(1) },
        { waitMeanS: only(400), called: only(2) },
        { waitMeanS: only(9_999), called: only(null) },
        { called: only(0) },
      ],
      value: 300,
    },
    {
      measure: 'withinLimitShare',
      halls: [
        { withinLimit: only(1), called: only(4) },
        { withinLimit: only(2), called: only(2) },
      ],
      value: 0.5,
    },
  ])('joins halls by $measure', ({ measure, halls, value }) => {
    const grid = gridOf(measure, [halls]);
    expect(grid.value(grid.firstDay, 20)).toBe(value);
    expect(grid.value(grid.firstDay, 19)).toBeNaN();
  });

  it('knows no share and no mean where nobody was called', () => {
    const grid = gridOf('withinLimitShare', [[{ withinLimit: only(0), called: only(0) }]]);
    expect(grid.value(grid.firstDay, 20)).toBeNaN();
  });

  it('has fields for every measure there is', () => {
    for (const measure of peakMeasures) {
      const grid = gridOf(measure, [[Object.fromEntries(profileFields.map((field) => [field, only(1)])) as Row]]);
      expect(grid.value(grid.firstDay, 20), measure).toBe(1);
    }
  });
});

describe('a heat map', () => {
  it('takes the median of the days that are known, zeros with them', () => {
    const [monday] = heatOf(gridOf('entered', weeks([10, null, 0, 20, 14])));
    expect(monday?.[20]).toMatchObject({ days: 4, median: 12, p10: 0, p90: 20 });
    expect(monday?.[21]).toMatchObject({ days: 0, median: null, p10: null, p90: null });
  });

  it('lies between the least and the most, whatever the days', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 20 }), (days) => {
        const cell = heatOf(gridOf('entered', weeks(days)))[0]?.[20];
        const told = [Math.min(...days), cell?.p10 ?? -1, cell?.median ?? -1, cell?.p90 ?? -1, Math.max(...days)];
        expect(told).toEqual(told.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('peaks', () => {
  const peaksOf = (
    measure: PeakMeasure,
    days: Row[][],
    counts: (weekday: number, slot: number) => boolean = () => true,
  ) => {
    const grid = gridOf(measure, days);
    const heat = heatOf(grid);
    return {
      usual: usualOf(heat, counts),
      regular: regularPeaks(heat, measures[measure], counts),
      unusual: unusualPeaks(grid, heat, measures[measure]),
    };
  };
  const day = (at: Record<number, number>, else_ = 20) =>
    Array.from({ length: halfHours }, (_, slot) => (slot < 17 || slot > 35 ? null : (at[slot] ?? else_)));

  it('of every week are joined over neighbouring half hours, and told by the farthest', () => {
    const { usual, regular, unusual } = peaksOf(
      'entered',
      new Array<Row[]>(28).fill([{ entered: day({ 20: 60, 21: 80, 22: 61, 30: 29 }) }]),
    );
    expect(usual).toBe(20);
    expect(regular.length).toBe(7);
    expect(regular[0]).toEqual({ weekday: 'mon', from: '10:00', to: '11:30', value: 80, usual: 20 });
    expect(unusual).toEqual([]);
  });

  it('of a single day need four days of its weekday, and half as much again as usual', () => {
    const mondays = (last: number, count: number) =>
      Array.from({ length: count * 7 }, (_, i): Row[] => [{ entered: day({}, i === (count - 1) * 7 ? last : 20) }]);
    expect(peaksOf('entered', mondays(60, 5)).unusual).toEqual([
      { date: '2026-03-30', weekday: 'mon', from: '08:30', to: '18:00', value: 60, usual: 20 },
    ]);
    expect(peaksOf('entered', mondays(33, 5)).unusual).toEqual([]);
    expect(peaksOf('entered', mondays(60, 3)).unusual).toEqual([]);
  });

  it('are not what chance makes of small numbers', () => {
    const few = Array.from({ length: 70 }, (_, i): Row[] => [{ entered: day({}, i % 3) }]);
    expect(peaksOf('entered', few)).toMatchObject({ regular: [], unusual: [] });
  });

  it('of the share within the limit are where it is low', () => {
    const called = day({}, 40);
    const days = new Array<Row[]>(28).fill([{ called, withinLimit: day({ 20: 20 }, 38) }]);
    expect(peaksOf('withinLimitShare', days).regular).toHaveLength(7);
    expect(peaksOf('withinLimitShare', days).regular[0]).toMatchObject({ from: '10:00', value: 0.5, usual: 0.95 });
  });

  it('are measured against business hours, not against the nights of a zone that never closes', () => {
    const always = Array.from({ length: halfHours }, (_, slot) => (slot < 17 || slot > 35 ? 2 : slot === 20 ? 60 : 20));
    const days = new Array<Row[]>(28).fill([{ entered: always }]);
    const { usual, regular } = peaksOf('entered', days, (_weekday, slot) => slot >= 17 && slot <= 35);
    expect(usual).toBe(20);
    expect(regular[0]).toEqual({ weekday: 'mon', from: '10:00', to: '10:30', value: 60, usual: 20 });
  });

  it('are none of nothing', () => {
    expect(peaksOf('entered', [[], []])).toEqual({ usual: null, regular: [], unusual: [] });
  });
});

describe('the row of a hall', () => {
  it('weighs waits and shares with those called, and knows nothing of days without a word', () => {
    const tally = new HallTally();
    expect(tally.row(null)).toMatchObject({ days: 0, entered: null, called: null, waitMeanS: null });
    tally.add(valuesOf({ entered: only(5), called: only(1), withinLimit: only(1), waitMeanS: only(100) }));
    tally.add(valuesOf({ entered: only(7), called: only(3), withinLimit: only(0), waitMeanS: only(500) }));
    tally.add(valuesOf({}));
    tally.add(valuesOf({ called: only(2) }));
    expect(tally.row(histogramOf([100]))).toMatchObject({
      days: 3,
      entered: 12,
      called: 6,
      withinLimitShare: 0.25,
      waitMeanS: 400,
    });
    expect(tally.row(histogramOf([100])).waitP90S).toBeCloseTo(100, -1);
  });
});

describe('a step', () => {
  it('has every field of its subject, null where nothing was', () => {
    for (const subject of ['hall', 'service', 'terminal'] as const) {
      const fields = fieldsOf(subject);
      expect(Object.keys(foldsFor(subject, fields)).length).toBeGreaterThan(5);
      for (const field of fields) {
        expect(stepValue(subject, field, { numbers: () => null, waits: null }), field).toBeNull();
      }
    }
  });

  it('has no mean of nobody, and a mean of zero of some', () => {
    const stepOf = (numbers: Record<string, number>) =>
      stepValue('hall', 'waitMeanS', { numbers: (field) => numbers[field] ?? null, waits: null });
    expect(stepOf({ waitS: 0, waited: 0 })).toBeNull();
    expect(stepOf({ waitS: 0, waited: 2 })).toBe(0);
    expect(stepOf({ waitS: 100, waited: 3 })).toBe(33.33);
    expect([rounded(0.123456), rounded(12.3456), rounded(null)]).toEqual([0.1235, 12.35, null]);
  });
});
