import { describe, expect, it } from 'vitest';
import { kindOfDay, kindsToTry } from '../../../server/config/day-kind.ts';
import { lunarNewYear } from '../../../server/config/spring-festival.ts';
import type { CalendarFile } from '../../../server/contracts/registry.ts';
import { likeDays } from '../../../server/insight/like-days.ts';
import { hallConfig } from '../../support/hall-maker.ts';

const words = (text: string) => ({ 'zh-CN': text, en: text });
const calendar: CalendarFile = {
  days: [
    { date: '2026-10-01', name: words('National Day') },
    { date: '2026-10-10', name: words('Working weekend'), kind: 'workday' },
    { date: '2026-11-09', name: words('Training'), kind: 'ordinary', hours: '10:00-18:00' },
    { date: '2026-11-02', name: words('Moving'), hours: 'closed' },
    { date: '2025-10-01', name: words('National Day') },
    { date: '2026-10-02', name: words('Elsewhere'), halls: ['another-hall'] },
  ],
  springFestival: { before: 14, after: 14 },
  monthly: [
    { kind: 'bill', day: 'last' },
    { kind: 'pay', day: 15 },
  ],
  schoolStart: [{ from: '2026-08-29', to: '2026-09-06' }],
  campaigns: [{ name: words('Big Sale'), from: '2026-11-06', to: '2026-11-08' }],
  leaveOut: [{ from: '2026-11-16', reason: words('Power cut') }],
};
const hall = hallConfig({}, calendar);
const keyOf = (date: string) => kindOfDay(hall, date).key;

describe('lunar new year by ICU', () => {
  it.each(['2024-02-10', '2025-01-29', '2026-02-17', '2027-02-06', '2028-01-26'])('falls on %s', (date) => {
    expect(lunarNewYear(Number(date.slice(0, 4))).toString()).toBe(date);
  });
});

describe('the kind of a day', () => {
  it.each([
    ['2026-11-23', 'mon'],
    ['2026-11-22', 'sun'],
    ['2026-10-01', 'holiday:national-day'],
    ['2026-10-02', 'fri'],
    ['2026-10-10', 'worked-sat'],
    ['2026-11-09', 'mon'],
    ['2026-11-02', 'closed'],
    ['2026-11-06', 'campaign:big-sale'],
    ['2026-11-08', 'campaign:big-sale'],
    ['2026-08-29', 'school-start'],
    ['2026-09-07', 'mon'],
    ['2026-11-30', 'bill'],
    ['2028-02-29', 'bill'],
    ['2027-02-28', 'bill'],
    ['2026-06-15', 'pay'],
    // The pay day gives way to school start, and all of them to Spring Festival.
    ['2026-08-31', 'school-start'],
    ['2026-02-15', 'spring-2'],
    ['2026-02-17', 'spring+0'],
    ['2026-02-02', 'mon'],
    ['2026-02-03', 'spring-14'],
    ['2026-03-03', 'spring+14'],
    ['2026-03-04', 'wed'],
    ['2027-01-23', 'spring-14'],
  ])('%s is %s', (date, key) => {
    expect(keyOf(date)).toBe(key);
  });

  it('has words for people, for one day and for several', () => {
    const said = (date: string) => {
      const { one, many } = kindOfDay(hall, date);
      return [one['zh-CN'], one.en, many['zh-CN'], many.en];
    };
    expect(said('2026-11-23')).toEqual(['周一', 'Monday', '周一', 'Mondays']);
    expect(said('2026-10-10').slice(0, 2)).toEqual(['调休上班的周六', 'Saturday worked as a weekday']);
    expect(said('2026-02-14').slice(0, 2)).toEqual(['春节前 3 天', '3 days before Spring Festival']);
    expect(said('2026-02-17')[0]).toBe('正月初一');
    expect(said('2026-02-26')[0]).toBe('正月初十');
    expect(said('2026-03-03')[0]).toBe('正月十五');
    expect(said('2026-11-30')).toEqual(['账单日', 'bill day', '账单日', 'bill days']);
  });

  it('names what stands in for it, from its own group to the day of the week', () => {
    const tried = (date: string) => kindsToTry(hall, date).map(({ key }) => key);
    expect(tried('2026-11-23')).toEqual(['mon', 'weekday']);
    expect(tried('2026-10-01')).toEqual(['holiday:national-day', 'holiday', 'weekend']);
    expect(tried('2026-10-10')).toEqual(['worked-sat', 'worked', 'weekday']);
    expect(tried('2026-11-30')).toEqual(['bill', 'mon', 'weekday']);
    expect(tried('2026-02-15')).toEqual(['spring-2', 'spring-before', 'pay', 'sun', 'weekend']);
    expect(tried('2026-11-02')).toEqual(['closed']);
  });
});

describe('like days', () => {
  it('are the earlier dates of the kind, the latest first, without those left out, special or closed', () => {
    const [mondays, weekdays] = likeDays(hall, '2026-11-23');
    // 16 November is left out, 2 November was closed; 9 November has other hours and is a Monday all the same.
    expect(mondays?.dates.slice(0, 3)).toEqual(['2026-11-09', '2026-10-26', '2026-10-19']);
    expect(mondays?.leftOut).toEqual([{ date: '2026-11-16', reason: words('Power cut') }]);
    expect(weekdays?.dates.slice(0, 2)).toEqual(['2026-11-20', '2026-11-19']);
    // A bill day that is a Monday is no plain Monday.
    expect(mondays?.dates).not.toContain('2026-08-31');
  });

  it('of what comes once a year are found in former years, as the lunar calendar moves them', () => {
    const [ofDay, before] = likeDays(hall, '2027-02-03');
    expect(ofDay?.dates.slice(0, 3)).toEqual(['2026-02-14', '2025-01-26', '2024-02-07']);
    expect(before?.dates[0]).toBe('2027-02-02');
    expect(likeDays(hall, '2026-10-01')[0]?.dates).toEqual(['2025-10-01']);
  });

  it('of one hall are not those of another', () => {
    expect(likeDays(hall, '2026-10-09')[0]?.dates[0]).toBe('2026-10-02');
  });
});
