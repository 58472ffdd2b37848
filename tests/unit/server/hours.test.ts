import { describe, expect, it } from 'vitest';
import { OpeningHours, weekOf } from '../../../server/config/hours.ts';
import { LocalDays } from '../../../server/local-days.ts';

const at = (text: string, zone = '+08:00') => Date.parse(`${text}:00${zone}`);

function hoursOf(week: Parameters<typeof weekOf>[0], special: Record<string, string> = {}, timeZone = 'Asia/Shanghai') {
  return new OpeningHours(new LocalDays(timeZone, '04:00'), weekOf(week), new Map(Object.entries(special)));
}

describe('opening hours', () => {
  it('says when a closed hall opens next, and an open one closes', () => {
    const hours = hoursOf('08:30-12:00, 13:00-18:00');
    expect(hours.state(at('2026-11-23T08:29'))).toMatchObject({
      open: false,
      opensAt: at('2026-11-23T08:30'),
      closesAt: at('2026-11-23T12:00'),
    });
    expect(hours.state(at('2026-11-23T08:30'))).toMatchObject({ open: true, nextChangeAt: at('2026-11-23T12:00') });
    expect(hours.state(at('2026-11-23T12:30'))).toMatchObject({ open: false, opensAt: at('2026-11-23T13:00') });
    expect(hours.state(at('2026-11-23T18:00'))).toMatchObject({ open: false, opensAt: at('2026-11-24T08:30') });
  });

  it('keeps holidays and skips closed days', () => {
    const hours = hoursOf('09:00-18:00', { '2027-02-05': '09:00-13:00', '2027-02-06': 'closed' });
    expect(hours.state(at('2027-02-05T12:59'))).toMatchObject({ open: true, closesAt: at('2027-02-05T13:00') });
    expect(hours.state(at('2027-02-05T13:00'))).toMatchObject({ open: false, opensAt: at('2027-02-07T09:00') });
  });

  it('is one opening across midnight, and never ends when it is always', () => {
    const late = hoursOf({
      mon: '20:00-24:00',
      tue: '00:00-02:00',
      wed: 'closed',
      thu: 'closed',
      fri: 'closed',
      sat: 'closed',
      sun: 'closed',
    });
    expect(late.state(at('2026-11-23T23:00'))).toMatchObject({
      open: true,
      opensAt: at('2026-11-23T20:00'),
      closesAt: at('2026-11-24T02:00'),
    });
    expect(hoursOf('always').state(at('2026-11-23T23:59'))).toEqual({
      open: true,
      since: null,
      opensAt: null,
      closesAt: null,
      nextChangeAt: null,
    });
  });

  it('closes an always-open hall on a day that the calendar closes', () => {
    const hours = hoursOf('always', { '2026-11-24': 'closed' });
    expect(hours.state(at('2026-11-23T10:00'))).toMatchObject({ open: true, closesAt: at('2026-11-24T00:00') });
    expect(hours.state(at('2026-11-24T10:00'))).toMatchObject({ open: false, opensAt: at('2026-11-25T00:00') });
  });

  it('finds no opening where there is none', () => {
    expect(hoursOf('closed').state(at('2026-11-23T10:00'))).toMatchObject({
      open: false,
      opensAt: null,
      nextChangeAt: null,
    });
  });

  it('follows local time over a change of the clocks', () => {
    const hours = hoursOf('01:30-04:00', {}, 'Europe/Berlin');
    expect(hours.state(at('2024-03-31T01:45', '+01:00')).closesAt).toBe(at('2024-03-31T04:00', '+02:00'));
    expect(hours.state(at('2024-10-27T01:45', '+02:00')).closesAt).toBe(at('2024-10-27T04:00', '+01:00'));
  });

  it('answers the same however often and in whatever order it is asked', () => {
    const hours = hoursOf('08:30-18:00');
    const moments = [
      '2026-11-23T12:00',
      '2026-11-23T07:00',
      '2026-11-24T19:00',
      '2026-11-23T12:00',
      '2026-11-23T18:00',
    ].map((text) => at(text));
    const fresh = moments.map((moment) => hoursOf('08:30-18:00').state(moment));
    expect(moments.map((moment) => hours.state(moment))).toEqual(fresh);
  });
});

describe('local days', () => {
  it('has emptyAt at the first moment after a gap, when the day skips it', () => {
    const day = new LocalDays('Europe/Berlin', '02:30').onDate('2024-03-31');
    expect(day.emptyAt).toBe(at('2024-03-31T03:30', '+02:00'));
  });

  it('begins a day that has no midnight at its first moment', () => {
    const days = new LocalDays('America/Havana', '04:00');
    expect(days.onDate('2024-03-10').start).toBe(at('2024-03-10T01:00', '-04:00'));
    expect(days.of(at('2024-03-10T01:00', '-04:00') - 1).date).toBe('2024-03-09');
  });

  it('finds the last emptying before and after its time', () => {
    const days = new LocalDays('Asia/Shanghai', '04:00');
    expect(days.lastEmptyAt(at('2026-11-23T03:59'))).toBe(at('2026-11-22T04:00'));
    expect(days.lastEmptyAt(at('2026-11-23T04:00'))).toBe(at('2026-11-23T04:00'));
  });
});
