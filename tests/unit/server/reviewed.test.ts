// Cases that a hostile reading of the rules brought up: each was wrong once.
import { describe, expect, it } from 'vitest';
import { compileHall } from '../../../server/config/compile.ts';
import { OpeningHours, weekOf } from '../../../server/config/hours.ts';
import { decode } from '../../../server/devices/index.ts';
import { LocalDays } from '../../../server/local-days.ts';
import { at, door, hallConfig, hallWith, liveAt, queueEvents, reading, status } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const minute = 60_000;
const general = { service: 'general' };

describe('desks', () => {
  it.each(['desk-paused', 'desk-closed'] as const)(
    'stay %s when the customer they had leaves, until the next call',
    (word) => {
      const { ticket, desk } = queueEvents();
      const hall = hallWith([
        ticket('issued', 'A1', nine, general),
        ticket('started', 'A1', nine + minute, { desk: 'desk-1' }),
        desk(word, 'desk-1', nine + 2 * minute, { reason: 'shift', until: nine + 30 * minute }),
        ticket('finished', 'A1', nine + 5 * minute, { desk: 'desk-1' }),
      ]);
      const live = liveAt(hall, nine + 6 * minute);
      expect(live.desks[0]).toMatchObject({
        state: word.slice(5),
        ticket: null,
        reason: 'shift',
        since: nine + 2 * minute,
      });
      expect(live.services[0]?.desksServing).toBe(0);
      hall.apply(ticket('called', 'A2', nine + 8 * minute, { desk: 'desk-1' }));
      expect(liveAt(hall, nine + 8 * minute).desks[0]).toMatchObject({ state: 'calling', ticket: 'A2' });
    },
  );

  it('are free since the transfer, or since the no-show was presumed', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('started', 'A1', nine, { desk: 'desk-1', ...general }),
      ticket('transferred', 'A1', nine + 20 * minute, { toService: 'vip' }),
      ticket('called', 'A2', nine + minute, { desk: 'desk-2', ...general }),
    ]);
    const { desks } = liveAt(hall, nine + 30 * minute);
    expect(desks[0]).toMatchObject({ state: 'idle', since: nine + 20 * minute });
    expect(desks[1]).toMatchObject({ state: 'idle', since: nine + 4 * minute });
  });

  it('do not keep yesterday’s unfinished ticket, and today’s first call does not finish it', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([ticket('started', 'A9', at('2026-11-22 17:50'), { desk: 'desk-1', ...general })]);
    expect(liveAt(hall, nine).desks[0]).toMatchObject({ state: 'unknown', ticket: null });
    hall.apply(ticket('called', 'A1', nine, { desk: 'desk-1', ...general }));
    expect(liveAt(hall, nine).queue.servedToday).toBe(0);
  });

  it('take their newest word however many they said', () => {
    const { desk } = queueEvents();
    const words = Array.from({ length: 2_000 }, (_, i) => desk('desk-opened', 'desk-1', nine + i * 1000));
    const hall = hallWith([...words, desk('desk-closed', 'desk-1', nine + 3_000_000)]);
    expect(liveAt(hall, nine + 3_000_000).desks[0]?.state).toBe('closed');
  });
});

describe('Q2 and I3', () => {
  it('presumes the end of a ticket that was started without naming its desk', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('called', 'A1', nine, { desk: 'desk-2', ...general }),
      ticket('started', 'A1', nine + minute),
      ticket('called', 'A2', nine + 9 * minute, { desk: 'desk-2', ...general }),
    ]);
    expect(liveAt(hall, nine + 9 * minute).queue.servedToday).toBe(1);
  });

  it('takes the same number, issued again, for another ticket at its desk', () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A1', nine, general),
      ticket('started', 'A1', nine + minute, { desk: 'desk-1' }),
      ticket('issued', 'A1', nine + 10 * minute, general),
      ticket('started', 'A1', nine + 12 * minute, { desk: 'desk-1' }),
    ]);
    expect(liveAt(hall, nine + 13 * minute).queue).toMatchObject({ issuedToday: 2, servedToday: 1 });
  });

  it('gives a call to the issue of its own millisecond, whichever machine told it', () => {
    const machine = (id: string) => ({ id, zone: 'floor', name: { 'zh-CN': id, en: id }, system: 'main' });
    const config = hallConfig({ queueMachines: [machine('a-machine'), machine('b-machine')] });
    const [a, b] = [queueEvents('a-machine'), queueEvents('b-machine')];
    const hall = hallWith(
      [a.ticket('called', 'A1', nine, { desk: 'desk-1' }), b.ticket('issued', 'A1', nine, general)],
      config,
    );
    expect(liveAt(hall, nine).queue).toMatchObject({ waiting: 0, issuedToday: 1, calledToday: 1 });
    expect(liveAt(hall, nine).services[0]?.withinLimitToday).toBe(1);
  });

  it('counts a repeat once, however many boots ago its message was', () => {
    const events = Array.from({ length: 80 }, (_, i) =>
      queueEvents('queue', i + 1).ticket('issued', `A${i}`, nine + i, general),
    );
    const hall = hallWith(events);
    const [first] = events;
    if (first) for (let i = 0; i < 3; i++) hall.apply(first);
    expect(liveAt(hall, nine + minute).queue.issuedToday).toBe(80);
  });

  it('Q3: counts every number of a day, however many there are', () => {
    const { ticket } = queueEvents();
    const day = (start: number, count: number) =>
      Array.from({ length: count }, (_, i) => ticket('issued', `${start}-${i}`, start + i, general));
    const hall = hallWith([...day(at('2026-11-22 09:00'), 5_010), ...day(nine, 20)]);
    expect(liveAt(hall, nine + minute).queue.issuedToday).toBe(20);
    expect(liveAt(hall, at('2026-11-22 10:00')).queue.issuedToday).toBe(5_010);
  });

  it('refuses a transfer to nowhere', () => {
    const payload = Buffer.from(JSON.stringify({ boot: 1, seq: 1, event: 'transferred', ticket: 'A1' }));
    expect(decode('queue', payload)).toMatchObject({ fault: 'wrong-type' });
  });

  it('tells the same largest number waiting whoever looked when', () => {
    const { ticket } = queueEvents();
    const late = (i: number) => [
      ticket('issued', `A${i}`, at('2026-11-22 17:30') + i, general),
      ticket('called', `A${i}`, at('2026-11-22 17:50') + i, { desk: 'desk-1' }),
    ];
    const hall = hallWith([ticket('issued', 'B1', at('2026-11-23 00:01'), general)]);
    liveAt(hall, at('2026-11-23 00:05'));
    for (const one of [1, 2, 3].flatMap(late)) hall.apply(one);
    expect(liveAt(hall, nine).queue.maxWaitingToday).toBe(1);
  });
});

describe('P2: asOf is effective time', () => {
  it('of the message, not of its receipt', () => {
    const late = (device: string, seq: number, ins: number) =>
      reading(
        device,
        { kind: 'door', boot: 1, seq, in: ins, out: 0, ts: nine + seq },
        { receivedAt: nine + 60 * minute },
      );
    const hall = hallWith([late('door-a', 1, 0), late('door-b', 1, 0), late('door-a', 2, 5)]);
    const live = liveAt(hall, nine + 60 * minute);
    expect(live.occupancy).toMatchObject({ value: 5, asOf: nine + 1 });
    expect(live.devices[0]).toMatchObject({ asOf: nine + 2, online: true });
  });

  it('says nothing of today while only yesterday’s messages have come', () => {
    const late = (device: string) =>
      reading(
        device,
        { kind: 'door', boot: 1, seq: 1, in: 0, out: 0, ts: at('2026-11-22 17:00') },
        { receivedAt: nine },
      );
    const words = ['door-a', 'door-b'].map((device) => status(device, [1, 1], nine, { lastSeq: 500 }));
    const { occupancy } = liveAt(hallWith([...words, late('door-a'), late('door-b')]), nine + minute);
    expect(occupancy).toMatchObject({ value: null, enteredToday: null, quality: 'unknown' });
  });

  it('is moved on by a word of being online once everything it speaks of is here', () => {
    const hall = hallWith([door('door-a', [1, 1], [0, 0], nine), door('door-b', [1, 1], [0, 0], nine)]);
    for (const device of ['door-a', 'door-b']) hall.apply(status(device, [1, 1], nine + 30_000, { lastSeq: 1 }));
    expect(liveAt(hall, nine + minute).occupancy.asOf).toBe(nine + 30_000);
    hall.apply(status('door-b', [1, 1], nine + 60_000, { lastSeq: 2 }));
    hall.apply(status('door-a', [1, 1], nine + 60_000, { lastSeq: 1 }));
    expect(liveAt(hall, nine + minute).occupancy.asOf).toBe(nine);
  });
});

describe('L3: a queue machine that lives', () => {
  it('has zeros when it says that it sent nothing, and nothing known when it sent what we missed', () => {
    const queue = (lastSeq: number) => liveAt(hallWith([status('queue', [1, 1], nine, { lastSeq })]), nine).queue;
    expect(queue(0)).toMatchObject({ waiting: 0, issuedToday: 0 });
    expect(queue(500)).toMatchObject({ waiting: null, issuedToday: null, maxWaitingToday: null });
  });
});

describe('a queue machine that is heard from the middle of its day on', () => {
  it('has counts that say so until the next day', () => {
    const from = (seq: number, ts: number) =>
      reading('queue', { kind: 'ticket', boot: 1, seq, event: 'issued', ticket: `A${seq}`, ts, ...general });
    expect(liveAt(hallWith([from(1, nine), from(2, nine + minute)]), nine + minute).queue.reason).toBeNull();
    const hall = hallWith([from(300, nine), from(301, nine + minute)]);
    expect(liveAt(hall, nine + minute).queue).toMatchObject({ issuedToday: 2, reason: 'counting-since' });
    hall.apply(from(302, nine + 24 * 60 * minute));
    expect(liveAt(hall, nine + 24 * 60 * minute).queue).toMatchObject({ issuedToday: 1, reason: null });
  });
});

describe('T2', () => {
  const burst = (count: number, stepMs: number, lagMs: number) =>
    hallWith(
      Array.from({ length: count }, (_, i) =>
        reading(
          'door-a',
          { kind: 'door', boot: 1, seq: i + 1, in: i, out: 0, ts: nine - lagMs + i * stepMs },
          { receivedAt: nine + i },
        ),
      ),
    );
  const marks = (hall: ReturnType<typeof burst>) => liveAt(hall, nine + minute).devices[0]?.marks;

  it('takes an hour of one-second messages in one burst for late, not for a slow clock', () => {
    expect(marks(burst(200, 1_000, 3_600_000))).toEqual([]);
  });

  it('takes what is older than any outbox for a slow clock, at any pace', () => {
    expect(marks(burst(20, minute, 365 * 86_400_000))).toEqual(['clock']);
  });
});

describe('config', () => {
  const hours = (week: Parameters<typeof weekOf>[0], special: Record<string, string> = {}) =>
    new OpeningHours(new LocalDays('Asia/Shanghai', '04:00'), weekOf(week), new Map(Object.entries(special)));

  it('joins openings over as many midnights as there are', () => {
    const whole = '00:00-24:00';
    const week = { mon: whole, tue: whole, wed: whole, thu: whole, fri: whole, sat: 'closed', sun: 'closed' };
    expect(hours(week).state(nine)).toMatchObject({
      opensAt: at('2026-11-23 00:00'),
      closesAt: at('2026-11-28 00:00'),
    });
    expect(hours(week).state(at('2026-11-26 09:00')).opensAt).toBe(at('2026-11-23 00:00'));
  });

  it('never closes after a closed day in a hall that is otherwise always open', () => {
    const state = hours('always', { '2026-11-22': 'closed' }).state(nine);
    expect(state).toMatchObject({ open: true, closesAt: null });
  });

  it('does not know the day’s numbers when emptyAt is moved by day, until the journal was read again', () => {
    const hall = hallWith([
      door('door-a', [1, 1], [0, 0], at('2026-11-23 05:00')),
      door('door-b', [1, 1], [0, 0], at('2026-11-23 05:00')),
    ]);
    const { file } = hallConfig({ emptyAt: '06:00' });
    const settings = { regions: [{ id: 'test', name: { 'zh-CN': 'T', en: 'T' } }] };
    hall.reconfigure(compileHall(file, { settings, standards: { defaults: {} }, calendar: { days: [] } }));
    hall.apply(door('door-a', [1, 2], [4, 0], nine));
    hall.apply(door('door-b', [1, 2], [0, 0], nine));
    const { occupancy } = liveAt(hall, nine);
    expect(occupancy).toMatchObject({ value: null, enteredToday: null, quality: 'unknown', reason: 'reading-again' });
  });
});
