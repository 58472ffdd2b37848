import { describe, expect, it } from 'vitest';
import { at, hallConfig, hallWith, liveAt, queueEvents } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const minute = 60_000;
const general = { service: 'general' };

function serviceOf(live: ReturnType<typeof liveAt>, id = 'general') {
  const row = live.services.find((service) => service.id === id);
  if (!row) throw new Error(`no service ${id}`);
  return row;
}

describe('Q1: a ticket is derived from its events', () => {
  it('waits, is called, served and gone', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([ticket('issued', 'A001', nine, general)]);
    expect(serviceOf(liveAt(hall, nine + minute))).toMatchObject({
      waiting: 1,
      longestSince: nine,
      issuedToday: 1,
      calledToday: 0,
    });
    hall.apply(ticket('called', 'A001', nine + 5 * minute, { desk: 'desk-1' }));
    expect(serviceOf(liveAt(hall, nine + 5 * minute))).toMatchObject({
      waiting: 0,
      longestSince: null,
      calledToday: 1,
      withinLimitToday: 1,
    });
    expect(liveAt(hall, nine + 5 * minute).desks[0]).toMatchObject({
      state: 'calling',
      ticket: 'A001',
      service: 'general',
    });
    hall.apply(ticket('started', 'A001', nine + 6 * minute, { desk: 'desk-1' }));
    expect(liveAt(hall, nine + 6 * minute).desks[0]).toMatchObject({
      state: 'serving',
      ticket: 'A001',
      since: nine + 6 * minute,
    });
    hall.apply(ticket('finished', 'A001', nine + 9 * minute, { desk: 'desk-1' }));
    expect(liveAt(hall, nine + 9 * minute).desks[0]).toMatchObject({
      state: 'idle',
      ticket: null,
      since: nine + 9 * minute,
    });
    expect(liveAt(hall, nine + 9 * minute).queue).toMatchObject({
      issuedToday: 1,
      calledToday: 1,
      servedToday: 1,
      abandonedToday: 0,
    });
  });

  it('tells nothing before a queue machine was heard, and zero means zero afterwards', () => {
    expect(liveAt(hallWith([]), nine).queue).toMatchObject({ waiting: null, issuedToday: null, reason: 'not-heard' });
    const { desk } = queueEvents();
    const hall = hallWith([desk('desk-opened', 'desk-1', nine)]);
    expect(liveAt(hall, nine).queue).toMatchObject({ waiting: 0, issuedToday: 0, reason: null });
  });

  it('counts a cancelled ticket as abandoned, whether it was called or not', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A001', nine, general),
      ticket('cancelled', 'A001', nine + minute),
      ticket('issued', 'A002', nine, general),
      ticket('called', 'A002', nine + minute, { desk: 'desk-1' }),
      ticket('cancelled', 'A002', nine + 2 * minute),
    ]);
    expect(serviceOf(liveAt(hall, nine + 3 * minute))).toMatchObject({
      waiting: 0,
      abandonedToday: 2,
      calledToday: 1,
      servedToday: 0,
    });
  });

  it('measures the share within the limit by service: 15 min for general, 5 for VIP', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A001', nine, general),
      ticket('called', 'A001', nine + 15 * minute, { desk: 'desk-1' }),
      ticket('issued', 'A002', nine, general),
      ticket('called', 'A002', nine + 15 * minute + 1, { desk: 'desk-2' }),
      ticket('issued', 'V001', nine, { service: 'vip' }),
      ticket('called', 'V001', nine + 6 * minute, { desk: 'desk-v' }),
    ]);
    const live = liveAt(hall, nine + 16 * minute);
    expect(serviceOf(live)).toMatchObject({ calledToday: 2, withinLimitToday: 1 });
    expect(serviceOf(live, 'vip')).toMatchObject({ calledToday: 1, withinLimitToday: 0 });
  });
});

describe('I3: numbers restart and repeat', () => {
  it('gives an event to the latest issue of its number at or before it', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A001', nine, general),
      ticket('called', 'A001', nine + minute, { desk: 'desk-1' }),
      ticket('finished', 'A001', nine + 4 * minute),
      ticket('issued', 'A001', nine + 60 * minute, general),
      ticket('called', 'A001', nine + 70 * minute, { desk: 'desk-2' }),
    ]);
    expect(liveAt(hall, nine + 71 * minute).queue).toMatchObject({
      issuedToday: 2,
      calledToday: 2,
      servedToday: 1,
      waiting: 0,
    });
  });

  it('keeps a ticket whose issue is more than 24 h back, or was never heard, as one of unknown issue', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A001', nine, general),
      ticket('called', 'A001', nine + 24 * 60 * minute + 1, { desk: 'desk-1', ...general }),
      ticket('finished', 'A009', nine + 24 * 60 * minute + 2, general),
    ]);
    const live = liveAt(hall, nine + 24 * 60 * minute + minute);
    expect(live.queue).toMatchObject({ waiting: 0, issuedToday: 0, calledToday: 1, servedToday: 1 });
    expect(serviceOf(live)).toMatchObject({ calledToday: 1, withinLimitToday: 0 });
  });

  it('counts each event on its own local day', () => {
    const config = hallConfig({ hours: 'always' });
    const { ticket } = queueEvents();
    const hall = hallWith(
      [
        ticket('issued', 'A001', at('2026-11-23 23:58'), general),
        ticket('called', 'A001', at('2026-11-24 00:05'), { desk: 'desk-1' }),
      ],
      config,
    );
    expect(liveAt(hall, at('2026-11-24 00:06')).queue).toMatchObject({
      issuedToday: 0,
      calledToday: 1,
      waiting: 0,
      maxWaitingToday: 1,
    });
  });

  it('counts one system over several machines', () => {
    const machine = (id: string) => ({ id, zone: 'floor', name: { 'zh-CN': id, en: id }, system: 'main' });
    const config = hallConfig({ queueMachines: [machine('queue'), machine('queue-2')] });
    const first = queueEvents('queue');
    const second = queueEvents('queue-2');
    const hall = hallWith(
      [
        first.ticket('issued', 'A001', nine, general),
        second.ticket('called', 'A001', nine + minute, { desk: 'desk-1' }),
      ],
      config,
    );
    expect(liveAt(hall, nine + minute).queue).toMatchObject({ issuedToday: 1, calledToday: 1, waiting: 0 });
  });
});

describe('Q2: what is presumed', () => {
  it('ends a ticket when its desk calls another one, until a real end replaces that', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A001', nine, general),
      ticket('issued', 'A002', nine, general),
      ticket('called', 'A001', nine + minute, { desk: 'desk-1' }),
      ticket('started', 'A001', nine + minute, { desk: 'desk-1' }),
      ticket('called', 'A002', nine + 7 * minute, { desk: 'desk-1' }),
    ]);
    expect(liveAt(hall, nine + 7 * minute).queue).toMatchObject({ servedToday: 1 });
    expect(liveAt(hall, nine + 7 * minute).desks[0]).toMatchObject({ ticket: 'A002', state: 'calling' });
    hall.apply(ticket('finished', 'A001', at('2026-11-24 00:10')));
    expect(liveAt(hall, at('2026-11-24 00:11')).queue.servedToday).toBe(1);
    expect(liveAt(hall, nine + 8 * minute).queue.servedToday).toBe(0);
  });

  it('presumes a no-show when nobody comes for 3 min, without a message, and takes it back when someone does', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A001', nine, general),
      ticket('called', 'A001', nine + minute, { desk: 'desk-1' }),
    ]);
    const { nextChangeAt } = hall.live(nine + minute, { simulated: true });
    expect(nextChangeAt).toBeLessThanOrEqual(nine + 4 * minute);
    expect(liveAt(hall, nine + 4 * minute - 1).queue.abandonedToday).toBe(0);
    expect(liveAt(hall, nine + 4 * minute).queue.abandonedToday).toBe(1);
    expect(liveAt(hall, nine + 4 * minute).desks[0]).toMatchObject({ state: 'idle', ticket: null });
    hall.apply(ticket('started', 'A001', nine + 5 * minute, { desk: 'desk-1' }));
    expect(liveAt(hall, nine + 5 * minute).queue.abandonedToday).toBe(0);
    expect(liveAt(hall, nine + 5 * minute).desks[0]).toMatchObject({ state: 'serving', ticket: 'A001' });
  });

  it('waits on after a recall', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A001', nine, general),
      ticket('called', 'A001', nine + minute, { desk: 'desk-1' }),
      ticket('recalled', 'A001', nine + 3 * minute, { desk: 'desk-1' }),
    ]);
    expect(liveAt(hall, nine + 5 * minute).queue).toMatchObject({ abandonedToday: 0, calledToday: 1 });
    expect(liveAt(hall, nine + 6 * minute).queue.abandonedToday).toBe(1);
  });

  it('books a no-show, not a service, when the desk turns to the next after the time was up', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('called', 'A001', nine, { desk: 'desk-1', ...general }),
      ticket('called', 'A002', nine + 10 * minute, { desk: 'desk-1', ...general }),
    ]);
    expect(liveAt(hall, nine + 11 * minute).queue).toMatchObject({ servedToday: 0, abandonedToday: 1 });
  });

  it('restarts the wait on a transfer, to the limit of the new service', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A001', nine, general),
      ticket('called', 'A001', nine + 4 * minute, { desk: 'desk-1' }),
      ticket('transferred', 'A001', nine + 6 * minute, { toService: 'vip' }),
    ]);
    const live = liveAt(hall, nine + 7 * minute);
    expect(serviceOf(live)).toMatchObject({ waiting: 0, calledToday: 1, issuedToday: 1 });
    expect(serviceOf(live, 'vip')).toMatchObject({ waiting: 1, longestSince: nine + 6 * minute, issuedToday: 0 });
    expect(live.desks[0]).toMatchObject({ ticket: null, state: 'idle' });
    hall.apply(ticket('called', 'A001', nine + 10 * minute, { desk: 'desk-v' }));
    expect(serviceOf(liveAt(hall, nine + 10 * minute), 'vip')).toMatchObject({ calledToday: 1, withinLimitToday: 1 });
  });
});

describe('Q3 and Q4: days, and the largest number waiting', () => {
  it('reads the largest number waiting after all events of the same second', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A001', nine, general),
      ticket('issued', 'A002', nine + 100, general),
      ticket('cancelled', 'A001', nine + 200),
      ticket('issued', 'A003', nine + 5_000, general),
    ]);
    expect(liveAt(hall, nine + minute).queue.maxWaitingToday).toBe(2);
    hall.apply(ticket('cancelled', 'A002', nine + 5_900));
    expect(liveAt(hall, nine + minute).queue.maxWaitingToday).toBe(1);
  });

  it('lets nobody wait past the emptying of a closed hall, or 24 h in one that never closes', () => {
    const { ticket } = queueEvents();
    const forgotten = [ticket('issued', 'A001', at('2026-11-23 17:50'), general)];
    expect(liveAt(hallWith(forgotten), at('2026-11-24 03:59')).queue.waiting).toBe(1);
    expect(liveAt(hallWith(forgotten), at('2026-11-24 04:00')).queue).toMatchObject({ waiting: 0, abandonedToday: 0 });
    const always = hallConfig({ hours: 'always' });
    expect(liveAt(hallWith(forgotten, always), at('2026-11-24 17:49')).queue.waiting).toBe(1);
    expect(liveAt(hallWith(forgotten, always), at('2026-11-24 17:50')).queue.waiting).toBe(0);
  });

  it('keeps today and yesterday, and says when something is too late', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A001', at('2026-11-21 10:00'), general),
      ticket('issued', 'A002', at('2026-11-22 10:00'), general),
      ticket('issued', 'A003', at('2026-11-23 10:00'), general),
    ]);
    expect([...hall.state.tickets.keys()]).toEqual(['queue|A002', 'queue|A003']);
    expect(hall.apply(ticket('called', 'A001', at('2026-11-21 11:00'))).notes).toContain('too-late');
  });
});

describe('desks', () => {
  it('shows planned pauses with their reason and return, and closing', () => {
    const { desk } = queueEvents();
    const until = nine + 30 * minute;
    const hall = hallWith([desk('desk-opened', 'desk-1', nine)]);
    expect(liveAt(hall, nine).desks.map(({ state }) => state)).toEqual(['idle', 'unknown', 'unknown']);
    hall.apply(desk('desk-paused', 'desk-1', nine + minute, { reason: 'lunch', until }));
    expect(liveAt(hall, nine + minute).desks[0]).toMatchObject({
      state: 'paused',
      since: nine + minute,
      until,
      reason: 'lunch',
    });
    hall.apply(desk('desk-closed', 'desk-1', nine + 2 * minute));
    expect(liveAt(hall, nine + 2 * minute).desks[0]).toMatchObject({ state: 'closed', until: null });
  });

  it('counts the desks at work for a service: busy with it, or idle and ready for it', () => {
    const { ticket, desk } = queueEvents();
    const hall = hallWith([
      desk('desk-opened', 'desk-1', nine),
      desk('desk-opened', 'desk-2', nine),
      ticket('issued', 'V001', nine, { service: 'vip' }),
      ticket('started', 'V001', nine + minute, { desk: 'desk-2' }),
    ]);
    const live = liveAt(hall, nine + minute);
    expect(serviceOf(live).desksServing).toBe(1);
    expect(serviceOf(live, 'vip').desksServing).toBe(1);
  });

  it('claims nothing of a desk that was last heard before the hall was empty', () => {
    const { desk } = queueEvents();
    const hall = hallWith([desk('desk-opened', 'desk-1', nine)]);
    expect(liveAt(hall, at('2026-11-24 08:00')).desks[0]).toMatchObject({ state: 'unknown', since: null });
  });
});
