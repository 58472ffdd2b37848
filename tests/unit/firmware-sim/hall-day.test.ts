import { describe, expect, test } from 'vitest';
import { hallDayAt, zoneOpenings } from '../../../firmware-sim/model/hall-day.ts';
import { dayOf, simHall } from './halls.ts';

const hourMs = 3_600_000;
const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;

describe('T3: a hall day goes from emptyAt to emptyAt', () => {
  test('before emptyAt it is still yesterday', () => {
    const hall = simHall();
    expect(hallDayAt(hall, at('2026-11-24T03:59:59+08:00')).date).toBe('2026-11-23');
    expect(hallDayAt(hall, at('2026-11-24T04:00:00+08:00')).date).toBe('2026-11-24');
  });

  test('boot is the number of the day, one more each day', () => {
    expect(dayOf(simHall(), '1970-01-03').boot).toBe(2);
    expect(dayOf(simHall(), '2026-11-25').boot - dayOf(simHall(), '2026-11-24').boot).toBe(1);
  });

  test.each([
    ['2027-03-13', 23],
    ['2027-11-06', 25],
    ['2027-07-01', 24],
  ])('%s in New York has %i hours', (date, hours) => {
    const { from, to } = dayOf(simHall({ timeZone: 'America/New_York' }), date);
    expect(to - from).toBe(hours * hourMs);
  });
});

describe('opening hours', () => {
  const local = (date: string, hours: string) => {
    const day = dayOf(simHall({ hours }), date);
    const text = (ms: number) => new Date(ms + 8 * hourMs).toISOString().slice(5, 16);
    return day.open.map(({ from, to }) => `${text(from)} ${text(to)}`);
  };

  test('of the day, several a day, and past midnight as one', () => {
    expect(local('2026-11-24', '08:30-18:00')).toEqual(['11-24T08:30 11-24T18:00']);
    expect(local('2026-11-24', '09:00-12:00, 13:00-17:00')).toHaveLength(2);
    expect(local('2026-11-24', '00:00-02:00, 20:00-24:00')).toEqual(['11-24T20:00 11-25T02:00']);
    expect(local('2026-11-24', 'always')).toEqual(['11-24T04:00 11-25T04:00']);
    expect(local('2026-11-24', 'closed')).toEqual([]);
  });

  test('a day of the calendar goes before the week; a zone keeps its own hours', () => {
    const day = dayOf(simHall({}, 'jiefang', [['2026-11-24', 'closed']]));
    expect(day.open).toEqual([]);
    expect(zoneOpenings(day, 'business')).toEqual([]);
    expect(zoneOpenings(day, 'self-service')).toEqual([{ from: day.from, to: day.to }]);
  });
});
