// I3: which visit an event is of, where a number stands for several customers, and two machines have two clocks.
import { describe, expect, it } from 'vitest';
import type { HallConfig } from '../../../server/config/hall-config.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import { at, hallConfig, hallWith, liveAt, queueEvents } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const minute = 60_000;
const [general, vip] = [{ service: 'general' }, { service: 'vip' }];

const machine = (id: string) => ({ id, zone: 'floor', name: { 'zh-CN': id, en: id }, system: 'main' });
const twoMachines = hallConfig({ queueMachines: [machine('queue'), machine('queue-2')] });

function queueAt(readings: Reading[], now: number, config?: HallConfig) {
  const live = liveAt(hallWith(readings, config), now);
  const row = (id: string) => live.services.find((service) => service.id === id);
  return { ...live, general: row('general'), vip: row('vip') };
}

describe('a number in two services', () => {
  const { ticket } = queueEvents();
  const issues = [ticket('issued', '12', nine, general), ticket('issued', '12', nine + minute, vip)];

  it('is called for the service that the desk serves', () => {
    const {
      general: mine,
      vip: other,
      desks,
    } = queueAt([...issues, ticket('called', '12', nine + 2 * minute, { desk: 'desk-1' })], nine + 2 * minute);
    expect(mine).toMatchObject({ waiting: 0, calledToday: 1 });
    expect(other).toMatchObject({ waiting: 1, calledToday: 0, longestSince: nine + minute });
    expect(desks[0]).toMatchObject({ ticket: '12', service: 'general' });
  });

  it('is called for the service that the event names, whatever the desk serves', () => {
    const { general: mine, vip: other } = queueAt(
      [...issues, ticket('called', '12', nine + 2 * minute, { desk: 'desk-2', ...vip })],
      nine + 2 * minute,
    );
    expect(mine).toMatchObject({ waiting: 1 });
    expect(other).toMatchObject({ waiting: 0, calledToday: 1 });
  });

  it('is called for who came first where nothing tells the two apart', () => {
    const { general: mine, vip: other } = queueAt(
      [...issues, ticket('called', '12', nine + 2 * minute, { desk: 'desk-2' })],
      nine + 2 * minute,
    );
    expect([mine?.waiting, other?.waiting]).toEqual([0, 1]);
  });

  it('is served at both desks at once, each word belonging to the desk it comes from', () => {
    const both = [
      ...issues,
      ticket('called', '12', nine + 2 * minute, { desk: 'desk-1' }),
      ticket('called', '12', nine + 3 * minute, { desk: 'desk-v' }),
      ticket('started', '12', nine + 3 * minute + 1, { desk: 'desk-v' }),
      ticket('started', '12', nine + 3 * minute + 2, { desk: 'desk-1' }),
    ];
    expect(queueAt(both, nine + 4 * minute).desks.map(({ state, service }) => [state, service])).toEqual([
      ['serving', 'general'],
      ['unknown', null],
      ['serving', 'vip'],
    ]);
    const one = queueAt([...both, ticket('finished', '12', nine + 5 * minute, { desk: 'desk-1' })], nine + 5 * minute);
    expect(one.desks.map(({ state }) => state)).toEqual(['idle', 'unknown', 'serving']);
    expect(one.general).toMatchObject({ servedToday: 1 });
    expect(one.vip).toMatchObject({ servedToday: 0 });
  });

  it('gives a call that fits no waiting customer to the issue that comes within minutes', () => {
    const [first, second] = [queueEvents('queue'), queueEvents('queue-2')];
    const told = [
      first.ticket('issued', '12', nine, general),
      second.ticket('called', '12', nine + 2 * minute, { desk: 'desk-v' }),
      first.ticket('issued', '12', nine + 3 * minute, vip),
    ];
    const { general: mine, vip: other } = queueAt(told, nine + 3 * minute, twoMachines);
    expect(mine).toMatchObject({ waiting: 1, calledToday: 0 });
    expect(other).toMatchObject({ waiting: 0, calledToday: 1, issuedToday: 1 });
  });
});

describe('a number as it is written', () => {
  it.each(['a001', 'A001 ', ' A 001', 'Ａ００１', 'ａ００１\u3000', '\u200bA001'])('takes "%s" for A001', (other) => {
    const { ticket } = queueEvents();
    const told = [
      ticket('issued', 'A001', nine, general),
      ticket('called', other, nine + minute, { desk: 'desk-1' }),
      ticket('finished', 'A001', nine + 2 * minute),
    ];
    expect(queueAt(told, nine + 3 * minute).queue).toMatchObject({ issuedToday: 1, waiting: 0, servedToday: 1 });
    expect(queueAt(told.slice(0, 2), nine + minute).desks[0]?.ticket).toBe('A001');
  });

  it('takes A1 for another number than A001, and 12 for another than A12', () => {
    const { ticket } = queueEvents();
    const told = [
      ticket('issued', 'A001', nine, general),
      ticket('called', 'A1', nine + minute, { desk: 'desk-1' }),
      ticket('issued', 'A12', nine, general),
      ticket('called', '12', nine + minute, { desk: 'desk-2' }),
    ];
    expect(queueAt(told, nine + 2 * minute).queue).toMatchObject({ waiting: 2, calledToday: 2 });
  });
});

describe('a number that is issued again while its bearer is at a desk', () => {
  const { ticket } = queueEvents();
  const served = [
    ticket('issued', '07', nine, general),
    ticket('called', '07', nine + minute, { desk: 'desk-1' }),
    ticket('started', '07', nine + 2 * minute, { desk: 'desk-1' }),
    ticket('issued', '07', nine + 3 * minute, general),
  ];

  it.each([{ desk: 'desk-1' }, {}])('ends its bearer, and the new one waits (%o)', (fields) => {
    const told = [...served, ticket('finished', '07', nine + 4 * minute, fields)];
    const { queue, general: row } = queueAt(told, nine + 5 * minute);
    expect(queue).toMatchObject({ issuedToday: 2, servedToday: 1, waiting: 1 });
    expect(row).toMatchObject({ longestSince: nine + 3 * minute });
  });

  it('then serves the new one', () => {
    const told = [
      ...served,
      ticket('finished', '07', nine + 4 * minute),
      ticket('called', '07', nine + 6 * minute, { desk: 'desk-2' }),
      ticket('started', '07', nine + 6 * minute, { desk: 'desk-2' }),
      ticket('finished', '07', nine + 9 * minute, { desk: 'desk-2' }),
    ];
    expect(queueAt(told, nine + 9 * minute).queue).toMatchObject({ waiting: 0, servedToday: 2, calledToday: 2 });
  });

  it('gives up the new one, not who is served', () => {
    const told = [...served, ticket('cancelled', '07', nine + 4 * minute)];
    const { queue, desks } = queueAt(told, nine + 4 * minute);
    expect(queue).toMatchObject({ waiting: 0, abandonedToday: 1, servedToday: 0 });
    expect(desks[0]).toMatchObject({ state: 'serving', ticket: '07' });
  });

  it('calls the new one, also where machines never say that a service began', () => {
    const told = [
      ticket('issued', '07', nine, general),
      ticket('called', '07', nine + minute, { desk: 'desk-1' }),
      ticket('issued', '07', nine + 2 * minute, general),
      ticket('called', '07', nine + 3 * minute, { desk: 'desk-2' }),
      ticket('finished', '07', nine + 4 * minute, { desk: 'desk-1' }),
    ];
    const { queue, desks } = queueAt(told, nine + 4 * minute);
    expect(queue).toMatchObject({ issuedToday: 2, calledToday: 2, servedToday: 1, waiting: 0 });
    expect(desks.slice(0, 2).map(({ state }) => state)).toEqual(['idle', 'calling']);
  });
});

describe('a second machine of the system whose clock is 90 s slow', () => {
  const slow = 90_000;
  const [first, second] = [queueEvents('queue'), queueEvents('queue-2')];
  const told = (serviceMs: number) => [
    first.ticket('issued', 'A001', nine, general),
    second.ticket('called', 'A001', nine + 30_000 - slow, { desk: 'desk-1' }),
    second.ticket('started', 'A001', nine + 40_000 - slow, { desk: 'desk-1' }),
    second.ticket('finished', 'A001', nine + 40_000 + serviceMs - slow, { desk: 'desk-1' }),
  ];

  it.each([5 * minute, 20_000])('serves who was called before the issue, in %i ms', (serviceMs) => {
    const { queue, general: row, desks } = queueAt(told(serviceMs), nine + 10 * minute, twoMachines);
    expect(queue).toMatchObject({ issuedToday: 1, calledToday: 1, servedToday: 1, waiting: 0 });
    // How long the customer waited isn't known, so nobody says that it was within the limit.
    expect(row).toMatchObject({ waiting: 0, calledToday: 1, withinLimitToday: 0, longestSince: null });
    expect(desks[0]).toMatchObject({ state: 'idle', ticket: null });
  });

  it('joins nothing that came minutes before, nor what the same machine sent before its issue', () => {
    const far = [
      second.ticket('called', 'B1', nine - 5 * minute - 1, { desk: 'desk-1' }),
      first.ticket('issued', 'B1', nine, general),
    ];
    expect(queueAt(far, nine, twoMachines).queue).toMatchObject({ waiting: 1 });
    const { ticket } = queueEvents();
    const own = [ticket('called', 'B1', nine - minute, { desk: 'desk-1' }), ticket('issued', 'B1', nine, general)];
    expect(queueAt(own, nine).queue).toMatchObject({ waiting: 1, calledToday: 1 });
  });

  it('joins nothing of another service', () => {
    const other = [
      second.ticket('called', 'B1', nine - minute, { desk: 'desk-v' }),
      first.ticket('issued', 'B1', nine, general),
    ];
    expect(queueAt(other, nine, twoMachines).queue).toMatchObject({ waiting: 1 });
  });

  it('calls a number anew that was finished before it was issued again', () => {
    const again = [
      first.ticket('issued', '01', nine - 20 * minute, general),
      second.ticket('called', '01', nine - 15 * minute, { desk: 'desk-1' }),
      second.ticket('finished', '01', nine - 10 * minute, { desk: 'desk-1' }),
      second.ticket('called', '01', nine - minute, { desk: 'desk-2' }),
      first.ticket('issued', '01', nine, general),
      second.ticket('finished', '01', nine + minute, { desk: 'desk-2' }),
    ];
    expect(queueAt(again, nine + minute, twoMachines).queue).toMatchObject({
      issuedToday: 2,
      servedToday: 2,
      waiting: 0,
    });
  });

  it('leaves a customer waiting who takes the number of one whose issue was lost', () => {
    const lost = [
      second.ticket('called', '01', nine - 4 * minute, { desk: 'desk-1' }),
      second.ticket('finished', '01', nine - minute, { desk: 'desk-1' }),
      first.ticket('issued', '01', nine, general),
      second.ticket('called', '01', nine + 8 * minute, { desk: 'desk-1' }),
    ];
    const { queue, general: row } = queueAt(lost, nine + 8 * minute, twoMachines);
    expect(queue).toMatchObject({ issuedToday: 1, calledToday: 2, servedToday: 1 });
    expect(row).toMatchObject({ withinLimitToday: 1 });
  });
});

describe('Q2: who is sent on to a desk', () => {
  const { ticket } = queueEvents();
  const sentOn = [
    ticket('issued', 'A1', nine, general),
    ticket('called', 'A1', nine + minute, { desk: 'desk-1' }),
    ticket('started', 'A1', nine + 2 * minute, { desk: 'desk-1' }),
    ticket('transferred', 'A1', nine + 4 * minute, { desk: 'desk-1', toDesk: 'desk-2' }),
  ];

  it.each([{ desk: 'desk-1' }, {}])('waits on when the old desk says that it is done (%o)', (fields) => {
    const told = [...sentOn, ticket('finished', 'A1', nine + 4 * minute + 1, fields)];
    const { queue, general: row, desks } = queueAt(told, nine + 5 * minute);
    expect(queue).toMatchObject({ waiting: 1, servedToday: 0 });
    expect(row).toMatchObject({ longestSince: nine + 4 * minute });
    expect(desks[0]).toMatchObject({ state: 'idle' });
  });

  it('is served at the new desk, whatever the old one says then', () => {
    const told = [
      ...sentOn,
      ticket('called', 'A1', nine + 6 * minute, { desk: 'desk-2' }),
      ticket('started', 'A1', nine + 7 * minute, { desk: 'desk-2' }),
      ticket('finished', 'A1', nine + 8 * minute, { desk: 'desk-1' }),
    ];
    expect(queueAt(told, nine + 8 * minute).desks[1]).toMatchObject({ state: 'serving', ticket: 'A1' });
    const done = [...told, ticket('finished', 'A1', nine + 9 * minute, { desk: 'desk-2' })];
    expect(queueAt(done, nine + 9 * minute).queue).toMatchObject({ servedToday: 1, calledToday: 2, waiting: 0 });
  });

  it('waits on too when sent to another service, and ends where the new desk ends it without a call', () => {
    const toService = [
      ...sentOn.slice(0, 3),
      ticket('transferred', 'A1', nine + 4 * minute, { toService: 'vip' }),
      ticket('finished', 'A1', nine + 4 * minute + 1, { desk: 'desk-1' }),
    ];
    expect(queueAt(toService, nine + 5 * minute).vip).toMatchObject({ waiting: 1 });
    const ended = [...toService, ticket('finished', 'A1', nine + 9 * minute, { desk: 'desk-v' })];
    expect(queueAt(ended, nine + 9 * minute).queue).toMatchObject({ waiting: 0, servedToday: 1 });
  });

  it('may leave all the same', () => {
    const told = [...sentOn, ticket('cancelled', 'A1', nine + 5 * minute)];
    expect(queueAt(told, nine + 6 * minute).queue).toMatchObject({ waiting: 0, abandonedToday: 1 });
  });
});

describe('Q1: a recall after a no-show', () => {
  const { ticket } = queueEvents();
  const gone = [
    ticket('issued', 'A1', nine, general),
    ticket('called', 'A1', nine + minute, { desk: 'desk-1' }),
    ticket('no-show', 'A1', nine + 2 * minute, { desk: 'desk-1' }),
  ];
  const back = ticket('recalled', 'A1', nine + 3 * minute, { desk: 'desk-1' });

  it('takes it back', () => {
    expect(queueAt(gone, nine + 2 * minute).queue).toMatchObject({ abandonedToday: 1 });
    const { queue, desks } = queueAt([...gone, back], nine + 3 * minute);
    expect(queue).toMatchObject({ abandonedToday: 0, calledToday: 1 });
    expect(desks[0]).toMatchObject({ state: 'calling', ticket: 'A1', since: nine + 3 * minute });
    expect(queueAt([...gone, back], nine + 6 * minute).queue).toMatchObject({ abandonedToday: 1 });
  });

  it('holds also where the desk turned to somebody else meanwhile', () => {
    const other = [
      ticket('issued', 'A2', nine, general),
      ticket('called', 'A2', nine + 2 * minute + 1, { desk: 'desk-1' }),
      ticket('cancelled', 'A2', nine + 2 * minute + 9),
    ];
    const told = [...gone, ...other, back];
    expect(queueAt(told, nine + 3 * minute).desks[0]).toMatchObject({ state: 'calling', ticket: 'A1' });
    const served = [...told, ticket('started', 'A1', nine + 4 * minute, { desk: 'desk-1' })];
    const { queue, desks } = queueAt(served, nine + 5 * minute);
    expect(queue).toMatchObject({ abandonedToday: 1, calledToday: 2 });
    expect(desks[0]).toMatchObject({ state: 'serving', ticket: 'A1' });
  });
});

describe('Q4: an appointment', () => {
  const ten = at('2026-11-23 10:00');
  const noon = at('2026-11-23 12:00');
  const quarter = 15 * minute;
  const checkedIn = (appointment: boolean | number, fields: object = {}) => {
    const { ticket } = queueEvents();
    return { ticket, told: [ticket('issued', 'A1', ten, { ...general, appointment, ...fields })] };
  };

  it('for later begins to wait then', () => {
    const { told, ticket } = checkedIn(noon);
    const early = queueAt(told, ten + quarter + 1);
    expect(early.queue).toMatchObject({ issuedToday: 1, waiting: 0, maxWaitingToday: 0 });
    expect(early.general).toMatchObject({ longestSince: null });
    const hall = hallWith(told);
    expect(hall.live(ten + quarter, { simulated: true }).nextChangeAt).toBeLessThanOrEqual(noon);
    expect(queueAt(told, noon + minute).general).toMatchObject({ waiting: 1, longestSince: noon });
    const called = [...told, ticket('called', 'A1', noon + 10 * minute, { desk: 'desk-1' })];
    expect(queueAt(called, noon + 10 * minute).general).toMatchObject({ calledToday: 1, withinLimitToday: 1 });
  });

  it('may be called before its time, and has not waited then', () => {
    const { told, ticket } = checkedIn(noon);
    const called = [...told, ticket('called', 'A1', noon - quarter, { desk: 'desk-1' })];
    const { general: row, queue } = queueAt(called, noon + quarter);
    expect(row).toMatchObject({ calledToday: 1, withinLimitToday: 1, waiting: 0 });
    expect(queue).toMatchObject({ maxWaitingToday: 0 });
  });

  it('in seconds is read as such', () => {
    expect(queueAt(checkedIn(noon / 1000).told, noon + minute).general).toMatchObject({ longestSince: noon });
  });

  it.each([
    { name: 'of no time', appointment: true },
    { name: 'in the past', appointment: ten - minute },
    { name: 'of tomorrow', appointment: noon + 24 * 3_600_000 },
    { name: 'in the year 9999', appointment: Date.parse('9999-12-31T00:00:00Z') },
    { name: 'at 0', appointment: 0 },
  ])('$name waits from its check-in', ({ appointment }) => {
    expect(queueAt(checkedIn(appointment).told, ten + minute).general).toMatchObject({
      waiting: 1,
      longestSince: ten,
    });
  });
});
