// Today against the usual, and what a region's halls were to be open for.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { againstUsual as onTheWall } from '../../../dashboard/src/wall/usual.ts';
import { lowestTarget } from '../../../server/config/standards.ts';
import type { Usual } from '../../../server/contracts/usual.ts';
import { againstUsual } from '../../../server/insight/against-usual.ts';
import { dateOf, epochDayOf } from '../../../server/insight/day-grid.ts';
import { Openings } from '../../../server/insight/openings.ts';
import { at, hallConfig, standards } from '../../support/hall-maker.ts';

const start = at('2026-11-23 00:00');
const quarterMs = 900_000;

/** By the end of the nth quarter `by(n)` people have come, give or take a tenth. */
function usualOf(by: (n: number) => number | null): Usual {
  const words = { 'zh-CN': '周一', en: 'Mondays' };
  const band = (n: number) => {
    const median = by(n);
    return median === null ? null : { low: median * 0.9, median, high: median * 1.1 };
  };
  const slots = Array.from({ length: 96 }, (_, n) => ({
    at: start + n * quarterMs,
    entered: null,
    enteredBy: band(n),
    occupancy: null,
    waitS: null,
  }));
  return {
    hall: 'h',
    date: '2026-11-23',
    kind: 'mon',
    words,
    like: { kind: 'mon', words },
    days: ['2026-11-16', '2026-11-09', '2026-11-02'],
    leftOut: [],
    isEnough: true,
    slots,
  };
}

const counted = (enteredToday: number | null, quality: 'good' | 'unknown' = 'good') => ({ enteredToday, quality });

describe('today against the usual', () => {
  it('is told in proportion within the quarter of an hour', () => {
    const usual = usualOf((n) => n * 10);
    expect(againstUsual(counted(114), usual, start + 10.5 * quarterMs)).toEqual({
      usual: { low: 85.5, median: 95, high: 104.5 },
      change: 0.2,
      reason: null,
    });
  });

  it('says why there is nothing to say', () => {
    const now = start + 10.5 * quarterMs;
    const reasonOf = (people: ReturnType<typeof counted>, by: (n: number) => number | null) =>
      againstUsual(people, usualOf(by), now).reason;
    expect(reasonOf(counted(5), () => null)).toBe('few-days');
    expect(reasonOf(counted(null), (n) => n * 10)).toBe('not-counted');
    expect(reasonOf(counted(90, 'unknown'), (n) => n * 10)).toBe('not-counted');
    expect(reasonOf(counted(90), () => 9.9)).toBe('too-small');
    expect(reasonOf(counted(0), () => 10)).toBeNull();
    const flat = usualOf(() => 99);
    expect(againstUsual(counted(90), flat, start - 1)).toEqual({ usual: null, change: null, reason: 'few-days' });
  });

  it('is the number that the wall shows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 0, max: 60 }), { freq: 60 }), { minLength: 96, maxLength: 96 }),
        fc.option(fc.integer({ min: 0, max: 4_000 }), { freq: 9 }),
        fc.constantFrom('good' as const, 'drifting' as const, 'unknown' as const),
        fc.integer({ min: 0, max: 96 * quarterMs - 1 }),
        (steps, enteredToday, quality, ms) => {
          let sum = 0;
          const usual = usualOf((n) => {
            const step = steps[n] ?? null;
            if (n === 0) sum = 0;
            sum += step ?? 0;
            return step === null ? null : sum;
          });
          const occupancy = {
            enteredToday,
            quality,
            value: 1,
            capacity: 9,
            leftToday: 1,
            usual: null,
            staff: null,
            withoutTicket: null,
            asOf: 1,
            reason: null,
          };
          const wall = onTheWall(occupancy, usual, start + ms);
          const { change } = againstUsual(occupancy, usual, start + ms);
          if (wall === null || change === null) expect(change).toBe(wall);
          else expect(change).toBeCloseTo(wall, 4);
        },
      ),
    );
  });
});

describe('what halls were to be open for', () => {
  const monday = epochDayOf('2026-11-02');
  const openings = (today: string, ...halls: ReturnType<typeof hallConfig>[]) => {
    const made = new Openings({ firstDay: monday, dayCount: 14 });
    for (const { id, hours } of halls) made.add(id, { openOn: (date) => hours.onClock(date), today });
    return made;
  };

  it('is counted by weekday and half hour, over the halls, without dates that are not over', () => {
    const early = hallConfig({ id: 'early', hours: '08:15-12:00, 13:30-24:00' });
    const made = openings('2026-11-12', early, hallConfig({ id: 'noon', hours: '12:00-13:00' }));
    // Mondays to Wednesdays twice, Thursdays to Sundays once.
    expect([0, 2, 3, 6].map((weekday) => made.openDays(weekday, 17))).toEqual([2, 2, 1, 1]);
    expect([15, 16, 23, 24, 25, 26, 27, 47].map((slot) => made.openDays(0, slot))).toEqual([0, 2, 2, 2, 2, 0, 2, 2]);
    expect(made.ofHall('early')).toEqual({ openDays: 10, missingDays: 10 });
  });

  it('leaves holidays out, knows round the clock, and tells the days of which nothing came', () => {
    const closed = { days: [{ date: '2026-11-03', hours: 'closed', name: { 'zh-CN': '停业', en: 'Closed' } }] };
    const hall = hallConfig({ hours: 'always' }, closed);
    const made = openings('2026-12-01', hall);
    for (let day = monday; day < monday + 10; day++) made.know(hall.id, day);
    expect(made.ofHall(hall.id)).toEqual({ openDays: 13, missingDays: 4 });
    expect([made.openDays(1, 0), made.openDays(0, 47)]).toEqual([1, 2]);
    expect(made.ofHall('elsewhere')).toEqual({ openDays: 0, missingDays: 0 });
  });

  it('reads the clock as the opening times do', () => {
    const { hours, days } = hallConfig({ hours: '08:30-12:00, 13:00-18:15' });
    for (let day = monday; day < monday + 7; day++) {
      const date = dateOf(day);
      const midnight = days.onDate(date).start;
      const spans = hours
        .on(date)
        .map(({ from, to }) => ({ from: (from - midnight) / 60_000, to: (to - midnight) / 60_000 }));
      expect(hours.onClock(date)).toEqual(spans);
    }
  });
});

describe("a hall's target", () => {
  it('is the lowest of its services, and none without services', () => {
    expect(lowestTarget(hallConfig())).toBe(0.95);
    expect(lowestTarget(hallConfig({ standards: { services: { vip: { targetShare: 0.9 } } } }))).toBe(0.9);
    expect(lowestTarget(hallConfig({ standards: { all: { targetShare: 0.8 } } }))).toBe(0.8);
    expect(lowestTarget(hallConfig({ services: [], desks: [] }))).toBeNull();
    expect(standards.defaults.all?.targetShare).toBe(0.95);
  });
});
