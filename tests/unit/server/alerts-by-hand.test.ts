// What people resolve by hand, and what becomes of it: rests, restarts, new episodes, alerts that come back.
import { describe, expect, it } from 'vitest';
import type { AlertSettings } from '../../../server/contracts/alert-settings.ts';
import type { HallFile } from '../../../server/contracts/registry.ts';
import type { AlertWorld } from '../../support/alerts.ts';
import { alertWorld } from '../../support/alerts.ts';
import { at, hallConfig, queueEvents, status, terminal } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const s = 1_000;
const min = 60 * s;
const hour = 60 * min;
const somebody = { name: 'loopback', via: 'loopback' as const };

const world = (settings: AlertSettings = {}, change: Partial<HallFile> = {}, start = nine) =>
  alertWorld([hallConfig({ standards: { alerts: settings }, ...change })], { start });
const lives = (device: string, ts: number, conn = 1) => status(device, [1, conn], ts, { everyS: 80_000 });

/** A terminal that runs out of paper: a condition whose beginning no rule can tell. Resolved by hand after two minutes. */
async function lowAndResolved(settings: AlertSettings = {}, start = nine): Promise<AlertWorld> {
  const hall = await world(settings, {}, start);
  await hall.take(lives('door-a', start + s), lives('pay-1', start + s));
  await hall.take(terminal([1, 1], start + 2 * s, { stock: { paper: 5 } }));
  await hall.to(start + 2 * min);
  resolve(hall);
  return hall;
}

function resolve(hall: AlertWorld): void {
  const [alert] = hall.open();
  hall.alerts.act(alert?.id ?? '', 'resolve', {}, somebody);
}

describe('resolved by hand while it holds', () => {
  it('rests over a restart too', async () => {
    const hall = await lowAndResolved();
    await hall.to(nine + 3 * min);
    const again = await hall.restart();
    await again.to(nine + 31 * min);
    expect(again.life('stock-low')).toEqual(['raised 1', 'resolved 1']);
    await again.to(nine + 33 * min);
    expect(again.life('stock-low')).toEqual(['raised 1', 'resolved 1', 'reopened 1']);
  });

  it('rests on when nobody knows for a moment', async () => {
    const hall = await lowAndResolved();
    await hall.take(status('pay-1', [1, 1], nine + 3 * min, { online: false }));
    await hall.take(lives('pay-1', nine + 3 * min + 5 * s, 2));
    await hall.to(nine + 20 * min);
    expect(hall.life('stock-low')).toEqual(['raised 1', 'resolved 1']);
  });

  it('rests for as long as the config says, days too', async () => {
    const hall = await lowAndResolved({ 'stock-low': { handRestS: 3 * 86_400 } });
    await hall.take(lives('pay-1', nine + 40 * hour, 2));
    const again = await hall.restart();
    await again.to(nine + 71 * hour);
    expect(again.life('stock-low')).toEqual(['raised 1', 'resolved 1']);
    await again.to(nine + 73 * hour);
    expect(again.life('stock-low')).toEqual(['raised 1', 'resolved 1', 'reopened 1']);
  });

  it('gone and come again after a restart, it is a new alert at once', async () => {
    const hall = await lowAndResolved();
    const again = await hall.restart();
    await again.take(terminal([1, 2], nine + 4 * min, { stock: { paper: 100 } }));
    await again.take(terminal([1, 3], nine + 6 * min, { stock: { paper: 5 } }));
    await again.to(nine + 8 * min);
    expect(again.life('stock-low')).toEqual(['raised 1', 'resolved 1', 'raised 2']);
  });

  it('waits that go on are no new alert because the next customer is the longest now', async () => {
    const hall = await world();
    const queue = queueEvents();
    await hall.take(lives('queue', nine + s), lives('door-a', nine + s));
    for (let i = 0; i < 10; i++)
      await hall.take(queue.ticket('issued', `A${i}`, nine + 10 * s + i * min, { service: 'general' }));
    await hall.to(nine + 17 * min);
    resolve(hall);
    for (let i = 0; i < 5; i++)
      await hall.take(queue.ticket('called', `A${i}`, nine + 17 * min + (10 + i * 60) * s, { desk: 'desk-1' }));
    await hall.to(nine + 22 * min);
    expect(hall.life('wait-limit')).toEqual(['raised 1', 'resolved 1']);
  });

  it('a clock that was set back for hours prolongs no rest', async () => {
    const hall = await lowAndResolved({}, nine + 5 * hour);
    hall.clock.leapTo(nine);
    await hall.take(lives('pay-1', nine + s, 2));
    await hall.to(nine + hour);
    expect(hall.open('stock-low')).toMatchObject([{ id: '1', reopened: 1 }]);
  });
});

describe('an alert that comes back after a later one of its kind', () => {
  it('is reopened once, also over a restart, and clears', async () => {
    const hall = await world();
    const queue = queueEvents();
    const limit = (waitLimitMin: number) => {
      const config = hallConfig({ standards: { all: { waitLimitMin } } });
      hall.halls.configure({ hash: String(waitLimitMin), halls: new Map([[config.id, config]]) } as never, null);
    };
    await hall.take(lives('queue', nine + s), lives('door-a', nine + s));
    await hall.take(queue.ticket('issued', 'A1', nine + 10 * s, { service: 'general' }));
    await hall.to(nine + 17 * min);
    limit(60);
    await hall.to(nine + 62 * min);
    limit(1_000);
    await hall.to(nine + 90 * min);
    limit(15);
    await hall.to(nine + 95 * min);
    const life = ['raised 1', 'resolved 1', 'raised 2', 'resolved 2', 'reopened 1'];
    expect(hall.life('wait-limit')).toEqual(life);
    expect(hall.open('wait-limit').map(({ id }) => id)).toEqual(['1']);
    const again = await hall.restart();
    expect(again.open('wait-limit').map(({ id }) => id)).toEqual(['1']);
    await again.take(queue.ticket('called', 'A1', nine + 96 * min, { desk: 'desk-1' }));
    await again.to(nine + 98 * min);
    expect(again.life('wait-limit')).toEqual([...life, 'resolved 1']);
  });
});
