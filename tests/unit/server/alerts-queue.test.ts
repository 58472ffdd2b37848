// Rules about waits, desks and people, by a clock that is moved.
import { describe, expect, it } from 'vitest';
import type { AlertSettings } from '../../../server/contracts/alert-settings.ts';
import type { HallFile, Standard } from '../../../server/contracts/registry.ts';
import { alertWorld } from '../../support/alerts.ts';
import { at, door, hallConfig, queueEvents, status } from '../../support/hall-maker.ts';

const day = '2026-11-23';
const nine = at(`${day} 09:00`);
const s = 1_000;
const min = 60 * s;
const hour = 60 * min;

const all: Standard = { waitCareMin: 10, itemLimitMin: 10, items: { 'sim-change': 3, invoice: 2 } };
interface Made extends Partial<HallFile> {
  isLearning?: boolean;
  start?: number;
  settings?: AlertSettings;
}
async function world({ start = nine, settings = {}, isLearning = false, ...change }: Made = {}) {
  const alerts = { 'long-transaction': { factor: 1 }, crowded: { raiseAfterS: 60 }, ...settings };
  const standards = { all, tiers: { gold: { waitLimitMin: 2 } }, alerts };
  const hall = await alertWorld([hallConfig({ standards, ...change })], { start, isLearning });
  await hall.take(status('queue', [1, 1], start + s, { everyS: 80_000 }));
  return { ...hall, queue: queueEvents() };
}

describe('wait-care and wait-limit', () => {
  it('follow the standard of service and tier, and the limit explains the care', async () => {
    const hall = await world();
    await hall.take(
      hall.queue.ticket('issued', 'A1', nine + 10 * s, { service: 'general' }),
      hall.queue.ticket('issued', 'V1', nine + 20 * s, { service: 'vip' }),
      hall.queue.ticket('issued', 'A2', nine + 30 * s, { service: 'general', tier: 'gold' }),
    );
    await hall.to(nine + 30 * s + 2 * min + 7 * s);
    // A gold customer of the general service is the first whose limit is over.
    expect(hall.open()).toMatchObject([
      { rule: 'wait-limit', subject: { id: 'general' }, since: nine + 30 * s + 2 * min },
    ]);
    await hall.to(nine + 6 * min);
    expect(hall.open('wait-limit').map(({ subject }) => subject.id)).toEqual(['general', 'vip']);
    await hall.take(hall.queue.ticket('called', 'A2', nine + 7 * min, { desk: 'desk-1' }));
    await hall.to(nine + 8 * min);
    expect(hall.open('wait-limit').map(({ subject }) => subject.id)).toEqual(['vip']);
    await hall.to(nine + 10 * min + 20 * s);
    expect(hall.open('wait-care').map(({ subject, parent }) => [subject.id, parent])).toEqual([['general', null]]);
    await hall.to(nine + 16 * min);
    const limit = hall.open('wait-limit').find(({ subject }) => subject.id === 'general');
    expect(hall.open('wait-care')).toMatchObject([{ parent: limit?.id }]);
    await hall.take(
      hall.queue.ticket('called', 'A1', nine + 17 * min, { desk: 'desk-1' }),
      hall.queue.ticket('called', 'V1', nine + 17 * min, { desk: 'desk-v' }),
    );
    await hall.to(nine + 18 * min);
    expect(hall.open()).toEqual([]);
  });

  it('one moment over the limit is not an alert: the call may be on its way', async () => {
    const hall = await world();
    await hall.take(hall.queue.ticket('issued', 'V1', nine + 10 * s, { service: 'vip' }));
    await hall.take(hall.queue.ticket('called', 'V1', nine + 10 * s + 5 * min + 2 * s, { desk: 'desk-v' }));
    await hall.to(nine + 10 * min);
    expect(hall.life('wait-limit')).toEqual([]);
  });

  it('live until the last ticket is served, and not all night for one that was forgotten', async () => {
    const closing = at(`${day} 18:00`);
    const hall = await world({ start: closing - hour });
    await hall.take(hall.queue.ticket('issued', 'A1', closing - 5 * min, { service: 'general' }));
    await hall.to(closing + 11 * min);
    expect(hall.open('wait-limit')).toMatchObject([{ since: closing + 10 * min }]);
    await hall.to(closing + 2 * hour + 2 * min);
    expect(hall.open('wait-limit')).toEqual([]);
  });

  it('a hall that never closes goes on', async () => {
    const night = at(`${day} 02:00`);
    const hall = await world({ start: night, hours: 'always' });
    await hall.take(hall.queue.ticket('issued', 'A1', night + 5 * s, { service: 'general' }));
    await hall.to(night + 16 * min);
    expect(hall.open('wait-limit').length).toBe(1);
  });

  it('yesterday’s tickets that come late raise nothing', async () => {
    const hall = await world();
    const late = Array.from({ length: 50 }, (_, i) => ({
      ...hall.queue.ticket('issued', `A${i}`, at('2026-11-22 10:00') + i * s, { service: 'general' }),
      receivedAt: nine + 10 * s,
    }));
    await hall.take(...late);
    await hall.to(nine + hour);
    expect(hall.told).toEqual([]);
  });

  it('tickets that come in a burst before their calls raise nothing while more is known to come', async () => {
    const hall = await world();
    const outage = nine + hour;
    const told = status('queue', [1, 1], outage, { everyS: 80_000, lastSeq: 40 });
    const issued = Array.from({ length: 20 }, (_, i) => ({
      ...hall.queue.ticket('issued', `A${i}`, nine + 10 * s + i, { service: 'general' }),
      receivedAt: outage + s,
    }));
    await hall.take(told, ...issued);
    await hall.to(outage + 30 * s);
    const called = Array.from({ length: 20 }, (_, i) => ({
      ...hall.queue.ticket('called', `A${i}`, nine + 2 * min + i * s, { desk: 'desk-1' }),
      receivedAt: outage + 31 * s,
    }));
    await hall.take(...called);
    await hall.to(outage + hour);
    expect(hall.life('wait-limit')).toEqual([]);
  });

  it('can be held longer, and turned off', async () => {
    const hall = await world({ settings: { 'wait-limit': { raiseAfterS: 120 }, 'wait-care': { off: true } } });
    await hall.take(hall.queue.ticket('issued', 'A1', nine + 10 * s, { service: 'general' }));
    await hall.to(nine + 16 * min);
    expect(hall.open()).toEqual([]);
    await hall.to(nine + 17 * min + 20 * s);
    expect(hall.open()).toMatchObject([{ rule: 'wait-limit', since: nine + 10 * s + 15 * min }]);
  });
});

describe('long-transaction', () => {
  const serve = async (hall: Awaited<ReturnType<typeof world>>, items: string[]) => {
    const from = hall.clock.now();
    await hall.take(
      hall.queue.ticket('issued', 'A1', from, { service: 'general' }),
      hall.queue.ticket('called', 'A1', from + s, { desk: 'desk-1' }),
      hall.queue.ticket('started', 'A1', from + 2 * s, { desk: 'desk-1', item: items[0] }),
      ...items.slice(1).map((item) => hall.queue.ticket('started', 'A1', from + 3 * s, { desk: 'desk-1', item })),
    );
    return from + 2 * s;
  };

  it.each([
    { items: ['sim-change'], minutes: 3 },
    { items: ['sim-change', 'invoice'], minutes: 5 },
    { items: ['something-else'], minutes: 10 },
    { items: [] as string[], minutes: 10 },
  ])('$items may take $minutes minutes', async ({ items, minutes }) => {
    const hall = await world();
    const from = await serve(hall, items);
    await hall.to(from + minutes * min + 10 * s);
    expect(hall.open()).toEqual([]);
    await hall.to(from + minutes * min + 20 * s);
    expect(hall.open('long-transaction')).toMatchObject([
      {
        subject: { kind: 'desk', id: 'desk-1' },
        since: from + minutes * min,
        text: { en: { where: 'Hall · Floor · Desk 1' } },
      },
    ]);
    await hall.take(hall.queue.ticket('finished', 'A1', from + minutes * min + 30 * s, { desk: 'desk-1' }));
    await hall.to(from + minutes * min + 50 * s);
    expect(hall.open('long-transaction')).toEqual([]);
  });

  it('a ticket that nobody ended is none in the night', async () => {
    const closing = at(`${day} 18:00`);
    const hall = await world({ start: closing - 5 * min });
    await serve(hall, []);
    await hall.to(closing + 20 * min);
    expect(hall.open('long-transaction').length).toBe(1);
    await hall.to(closing + 2 * hour + 3 * min);
    expect(hall.open()).toEqual([]);
  });
});

describe('wait-forecast', () => {
  it('says ten minutes ahead that the limit will be passed, with what helps, and gives way to wait-limit', async () => {
    const hall = await world({ isLearning: true, settings: { 'wait-forecast': { margin: 0.2, raiseAfterS: 30 } } });
    const { queue } = hall;
    // One desk, a customer each minute: the tenth will wait too long, and desk 2 could help.
    await hall.take(
      queue.desk('desk-opened', 'desk-1', nine + 2 * s),
      queue.desk('desk-paused', 'desk-2', nine + 3 * s),
      queue.ticket('issued', 'A0', nine + 4 * s, { service: 'general' }),
      queue.ticket('called', 'A0', nine + 5 * s, { service: 'general', desk: 'desk-1' }),
      queue.ticket('started', 'A0', nine + 6 * s, { service: 'general', desk: 'desk-1' }),
    );
    for (let i = 1; i <= 9; i++) {
      await hall.take(queue.ticket('issued', `A${i}`, nine + i * min, { service: 'general' }));
    }
    await hall.to(nine + 12 * min);
    expect(hall.open('wait-forecast')).toMatchObject([
      {
        severity: 'info',
        subject: { kind: 'service', id: 'general' },
        advice: { en: expect.stringMatching(/^Passes 15 min at 09:[12]\d; end the pause at desk 2: \d+ min at most$/) },
      },
    ]);
    await hall.to(nine + 18 * min);
    const [limit] = hall.open('wait-limit');
    expect(limit).toMatchObject({ subject: { id: 'general' } });
    expect(hall.open('wait-forecast').every(({ parent }) => parent === limit?.id)).toBe(true);
    for (let i = 1; i <= 9; i++) {
      await hall.take(queue.ticket('cancelled', `A${i}`, nine + 19 * min + i * s, { service: 'general' }));
    }
    await hall.to(nine + 22 * min);
    expect(hall.open().map(({ rule }) => rule)).not.toContain('wait-forecast');
  });
});

describe('crowded', () => {
  const inside = async (hall: Awaited<ReturnType<typeof world>>, people: number, from: number) => {
    const count = hall.halls.get('test-hall')?.state.doors.size ?? 0;
    const seq = 1 + hall.told.length + count + Math.round((from - nine) / s);
    await hall.take(door('door-a', [1, seq], [people, 0], from));
  };
  const surgePlan = [
    { 'zh-CN': '请求支援', en: 'Ask for staff' },
    { 'zh-CN': '限流', en: 'Let in few' },
  ];
  const doors = [{ id: 'door-a', zone: 'floor', name: { 'zh-CN': 'A', en: 'A' } }];

  it('has two levels; the second opens the hall’s own plan; it goes down by steps and clears', async () => {
    const hall = await world({ surgePlan, doors });
    await hall.take(status('door-a', [1, 1], nine + s, { everyS: 80_000 }), door('door-a', [1, 1], [0, 0], nine + s));
    await inside(hall, 52, nine + 10 * s);
    await hall.to(nine + 60 * s);
    expect(hall.open()).toEqual([]);
    await hall.to(nine + 95 * s);
    expect(hall.open('crowded')).toMatchObject([{ severity: 'warning', text: { en: { what: 'Crowded' } } }]);
    await inside(hall, 60, nine + 100 * s);
    await hall.to(nine + 122 * s);
    expect(hall.open('crowded')).toMatchObject([
      {
        severity: 'critical',
        text: { 'zh-CN': { todo: '1. 请求支援\n2. 限流' }, en: { todo: '1. Ask for staff\n2. Let in few' } },
      },
    ]);
    await hall.take(door('door-a', [1, 500], [60, 6], nine + 200 * s));
    await hall.to(nine + 300 * s);
    expect(hall.open('crowded')).toMatchObject([{ severity: 'critical' }]);
    await hall.to(nine + 405 * s);
    expect(hall.open('crowded')).toMatchObject([{ severity: 'warning' }]);
    await hall.take(door('door-a', [1, 501], [60, 30], nine + 500 * s));
    await hall.to(nine + 710 * s);
    expect(hall.life('crowded')).toEqual(['raised 1', 'changed 1', 'changed 1', 'resolved 1']);
  });

  it('a door that fell silent says nothing of it', async () => {
    const hall = await world({ surgePlan, doors, settings: { crowded: { firstShare: 0.5, raiseAfterS: 60 } } });
    await hall.take(status('door-a', [1, 1], nine + s, { everyS: 80_000 }), door('door-a', [1, 1], [0, 0], nine + s));
    await inside(hall, 31, nine + 10 * s);
    await hall.to(nine + 95 * s);
    expect(hall.open('crowded').length).toBe(1);
    await hall.take(status('door-a', [1, 1], nine + 100 * s, { online: false }));
    await hall.to(nine + hour);
    expect(hall.open('crowded').length).toBe(1);
  });
});

describe('paused-desk', () => {
  it('is raised for an unplanned pause while somebody waits for what it serves, and not for a planned one', async () => {
    const hall = await world();
    await hall.take(
      hall.queue.desk('desk-paused', 'desk-1', nine + 10 * s),
      hall.queue.desk('desk-paused', 'desk-2', nine + 10 * s, { reason: 'lunch', until: nine + 30 * min }),
    );
    await hall.to(nine + 6 * min);
    expect(hall.open()).toEqual([]);
    await hall.take(hall.queue.ticket('issued', 'A1', nine + 7 * min, { service: 'general' }));
    await hall.to(nine + 7 * min + 6 * s);
    expect(hall.open()).toMatchObject([{ rule: 'paused-desk', subject: { id: 'desk-1' }, since: nine + 10 * s }]);
    await hall.take(hall.queue.desk('desk-opened', 'desk-1', nine + 8 * min));
    await hall.to(nine + 9 * min);
    expect(hall.open()).toEqual([]);
    // Beyond the time it said.
    await hall.to(nine + 36 * min);
    expect(hall.open('paused-desk')).toMatchObject([{ subject: { id: 'desk-2' }, since: nine + 30 * min }]);
  });
});

describe('a pause until next year', () => {
  it('is no plan', async () => {
    const hall = await world();
    await hall.take(
      hall.queue.desk('desk-paused', 'desk-1', nine + 10 * s, { reason: 'away', until: nine + 400 * 24 * hour }),
      hall.queue.ticket('issued', 'A1', nine + 20 * s, { service: 'general' }),
    );
    await hall.to(nine + 6 * min);
    expect(hall.open('paused-desk')).toMatchObject([{ subject: { id: 'desk-1' }, since: nine + 10 * s }]);
  });
});

describe('system-down', () => {
  const services = [{ id: 'general', letter: 'A', name: { 'zh-CN': '综', en: 'General' } }];
  const desks = ['1', '2', '3'].map((label) => ({ id: `desk-${label}`, label, zone: 'floor', serves: ['general'] }));

  it('is one alert when every desk’s finishing stops together, and explains their long transactions', async () => {
    const hall = await world({ services, desks, settings: { 'system-down': { services: 4 } } });
    for (const { label, id } of desks) {
      await hall.take(
        hall.queue.ticket('issued', `A${label}`, nine + 10 * s, { service: 'general' }),
        hall.queue.ticket('started', `A${label}`, nine + 20 * s, { desk: id }),
      );
    }
    await hall.to(nine + 12 * min);
    expect(hall.open('long-transaction').length).toBe(3);
    await hall.to(nine + 17 * min);
    const [down] = hall.open('system-down');
    expect(down).toMatchObject({ severity: 'critical', since: nine + 20 * s, subject: { kind: 'hall' } });
    expect(hall.open('long-transaction').map(({ parent }) => parent)).toEqual([down?.id, down?.id, down?.id]);
    expect(hall.alerts.now('test-hall')?.alerts?.map(({ rule }) => rule)).toEqual(['system-down']);
    await hall.take(hall.queue.ticket('finished', 'A1', nine + 18 * min, { desk: 'desk-1' }));
    await hall.to(nine + 20 * min);
    expect(hall.open('system-down')).toEqual([]);
    expect(hall.open('long-transaction').map(({ parent }) => parent)).toEqual([null, null]);
  });

  it('a desk that is free or finishes shows that the system works', async () => {
    const hall = await world({ services, desks });
    await hall.take(hall.queue.desk('desk-opened', 'desk-3', nine + 5 * s));
    for (const { label, id } of desks.slice(0, 2)) {
      await hall.take(
        hall.queue.ticket('issued', `A${label}`, nine + 10 * s, { service: 'general' }),
        hall.queue.ticket('started', `A${label}`, nine + 20 * s, { desk: id }),
      );
    }
    await hall.to(nine + hour);
    expect(hall.open('system-down')).toEqual([]);
  });
});
