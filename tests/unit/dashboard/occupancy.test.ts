import { describe, expect, it } from 'vitest';
import { freshnessOf } from '../../../dashboard/src/wall/freshness.ts';
import { occupancyView, withoutTicketSaid } from '../../../dashboard/src/wall/occupancy.ts';
import { at10, device, occupancy } from './hall-live.ts';

const doors = [device('main', 'door'), device('side', 'door')];

describe('people inside', () => {
  it('against the most allowed', () => {
    expect(occupancyView(occupancy(), doors)).toMatchObject({ value: 43, percent: 71, level: 'below', note: null });
    expect(occupancyView(occupancy({ value: 60 }), doors)).toMatchObject({ percent: 100, level: 'full' });
    expect(occupancyView(occupancy({ value: 67 }), doors)).toMatchObject({ percent: 111, level: 'over' });
    expect(occupancyView(occupancy({ value: 0 }), doors)).toMatchObject({ value: 0, percent: 0, level: 'below' });
  });

  it('of 1,999 in 2,000 is not yet full', () => {
    expect(occupancyView(occupancy({ value: 1_999, capacity: 2_000 }), doors).percent).toBe(99);
  });

  it('L3: not known is not zero, and says why', () => {
    const unheard = occupancy({ value: null, asOf: null, quality: 'unknown', reason: 'not-heard' });
    expect(occupancyView(unheard, doors)).toMatchObject({
      value: null,
      percent: null,
      level: null,
      note: 'occupancy.reason.not-heard',
    });
    expect(occupancyView({ ...unheard, reason: null }, doors).note).toBe('occupancy.unknown');
  });

  it('drifting stays bright and says so', () => {
    const view = occupancyView(occupancy({ quality: 'drifting', reason: 'counter-restarted' }), doors);
    expect(view).toMatchObject({ old: false, asOf: null, note: 'occupancy.reason.counter-restarted' });
    expect(occupancyView(occupancy({ quality: 'drifting' }), doors).note).toBe('occupancy.drifting');
  });

  it('from a silent door is old, with its time', () => {
    const silent = occupancy({ quality: 'unknown', reason: 'silent', asOf: at10 - 180_000 });
    expect(occupancyView(silent, doors)).toMatchObject({ old: true, asOf: at10 - 180_000 });
  });
});

describe('freshness', () => {
  const told = { asOf: at10, reason: null };

  it('needs every sensor of the kind online', () => {
    expect(freshnessOf(told, doors, 'door')).toEqual({ old: false, asOf: null, reason: null });
    const one = [doors[0] ?? device('main', 'door'), device('side', 'door', { online: false, reason: 'offline' })];
    expect(freshnessOf(told, one, 'door')).toEqual({ old: true, asOf: at10, reason: 'offline' });
  });

  it('is not disturbed by devices of other kinds', () => {
    const others = [...doors, device('queue', 'queue', { online: false, reason: 'silent' })];
    expect(freshnessOf(told, others, 'door').old).toBe(false);
    expect(freshnessOf(told, others, 'queue')).toMatchObject({ old: true, reason: 'silent' });
  });

  it('ends at night too, when sensors are off with their zone', () => {
    const night = doors.map((door) => ({ ...door, online: null, reason: 'zone-off' as const }));
    expect(freshnessOf(told, night, 'door')).toEqual({ old: true, asOf: at10, reason: 'zone-off' });
  });

  it('gives the reason of the numbers before that of a device', () => {
    const gone = [device('main', 'door', { online: false, reason: 'offline' })];
    expect(freshnessOf({ asOf: null, reason: 'not-heard' }, gone, 'door').reason).toBe('not-heard');
  });

  it('without a ticket are told as a range; with staff among them, unless it is known how many there are', () => {
    const range = { low: 4, high: 8 };
    expect(withoutTicketSaid(occupancy({ withoutTicket: range, staff: 9 }))).toEqual({
      key: 'occupancy.withoutTicket',
      range: '4–8',
    });
    expect(withoutTicketSaid(occupancy({ withoutTicket: range }))?.key).toBe('occupancy.withoutTicket.staff');
    expect(withoutTicketSaid(occupancy({ withoutTicket: { low: 0, high: 0 }, staff: 9 }))?.range).toBe('0');
    expect(withoutTicketSaid(occupancy())).toBeNull();
  });
});
