// Webhooks by a clock that tests move: who is told of what, and how often.
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Notices, noticesMigration } from '../../../server/alerts/notices.ts';
import { manualClock } from '../../../server/clock.ts';
import type { Alert, Transition } from '../../../server/contracts/alerts.ts';
import type { AlertSeverity, TransitionKind } from '../../../server/contracts/names.ts';
import { toldOf } from '../../../server/notify/told.ts';
import { Webhooks } from '../../../server/notify/webhooks.ts';
import { openSqlite } from '../../../server/sqlite.ts';
import { tempFolder } from '../../support/cleanup.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/ports.ts';
import { startReceiver } from '../../support/receiver.ts';

const secret = 'sixteen characters at least';
const hour = 3_600_000;
const noon = Date.parse('2026-11-23T12:00:00+08:00');

async function world() {
  const database = openSqlite(join(await tempFolder(), 'notices.db'), {
    migrations: [noticesMigration],
    synchronous: 'NORMAL',
  });
  const receiver = await startReceiver(await freePort());
  const clock = manualClock(noon);
  const notices = new Notices(database);
  const targets = [{ id: 'one', url: receiver.url, secret }];
  const webhooks = new Webhooks({ notices, targets, clock, log: pino({ level: 'silent' }) });
  onTestFinished(() => {
    webhooks.close();
    database.close();
  });
  return { database, receiver, clock, notices, webhooks };
}

describe('sending', () => {
  it('what was taken is not sent again while nothing can be written down', async () => {
    const { database, receiver, clock, notices, webhooks } = await world();
    notices.add('one', 1, '{"n":1}', clock.now());
    database.exec('PRAGMA query_only = ON');
    webhooks.send();
    await eventually(() => webhooks.trouble() !== null);
    for (let i = 1; i <= 20; i++) {
      clock.moveTo(noon + i * 5_000);
      webhooks.send();
      await eventually(() => webhooks.trouble() !== null);
    }
    expect(receiver.received.length).toBe(1);
    database.exec('PRAGMA query_only = OFF');
    clock.moveTo(noon + hour);
    await eventually(() => webhooks.waiting === 0);
    expect(receiver.received.length).toBe(1);
    expect(webhooks.trouble()).toBe(null);
  });

  it('a clock that was set back puts nothing off', async () => {
    const { receiver, clock, notices, webhooks } = await world();
    receiver.answer = { status: 503 };
    notices.add('one', 1, '{"n":1}', clock.now());
    webhooks.send();
    await eventually(() => webhooks.trouble() === 'webhook one: 1 wait, answered 503');
    receiver.answer = { status: 200 };
    clock.leapTo(noon - 100 * hour);
    webhooks.send();
    await eventually(() => webhooks.waiting === 0);
  });

  it('gives up after a day what nobody took, and says so', async () => {
    const { receiver, clock, notices, webhooks } = await world();
    await receiver.close();
    notices.add('one', 1, '{"n":1}', clock.now());
    clock.moveTo(noon + 23 * hour);
    webhooks.send();
    await eventually(() => webhooks.trouble() !== null);
    expect(webhooks.waiting).toBe(1);
    clock.moveTo(noon + 25 * hour);
    await eventually(() => webhooks.givenUp.get('one') === 1);
    expect(webhooks.waiting).toBe(0);
  });
});

describe('who is told', () => {
  const steps = (...all: [TransitionKind, AlertSeverity][]) =>
    all.map(([what, severity], i) => ({ id: i, what, severity }) as Transition);
  const told = (alert: Partial<Alert>, life: Transition[], severities?: AlertSeverity[]) => {
    const target = { id: 'one', url: 'https://example.com', secret, ...(severities ? { severities } : {}) };
    const last = life.at(-1) as Transition;
    const whole = { rule: 'crowded', hall: 'hall', severity: last.severity, silenced: null, parent: null, ...alert };
    return toldOf([target], { alert: whole as Alert, transition: last }, () => life).length === 1;
  };

  it('whoever heard of an alert hears of its end, though it was silenced meanwhile; nobody else does', () => {
    const silenced = { silenced: '1' };
    const raised = steps(['raised', 'warning'], ['silenced', 'warning'], ['noted', 'warning']);
    expect(told(silenced, raised)).toBe(false);
    expect(told(silenced, [...raised, ...steps(['resolved', 'warning'])])).toBe(true);
    expect(told(silenced, steps(['raised', 'warning'], ['resolved', 'warning']))).toBe(false);
    const again = steps(
      ['raised', 'warning'],
      ['silenced', 'warning'],
      ['resolved', 'warning'],
      ['reopened', 'warning'],
    );
    expect(told(silenced, [...again, ...steps(['resolved', 'warning'])])).toBe(false);
  });

  it('at the end of a silence, or of what explained it, only who was told otherwise before, acknowledged or not', () => {
    const before = steps(['raised', 'warning'], ['silenced', 'warning'], ['acknowledged', 'warning']);
    const ends = steps(['unsilenced', 'warning']);
    expect(told({}, [...before, ...ends])).toBe(false);
    expect(told({}, steps(['raised', 'warning'], ['unsilenced', 'warning']))).toBe(true);
    // It changed meanwhile, and changed back.
    const worse = [...before, ...steps(['changed', 'critical'])];
    expect(told({}, [...worse, ...steps(['unsilenced', 'critical'])])).toBe(true);
    expect(told({}, [...worse, ...steps(['changed', 'warning']), ...ends])).toBe(false);
    // It was resolved, and came back in the silence.
    const back = [...before, ...steps(['resolved', 'warning'], ['reopened', 'warning'])];
    expect(told({}, [...back, ...ends])).toBe(true);
    // Told at the end of one silence, not again at the end of the next.
    const twice = [...steps(['raised', 'warning'], ['unsilenced', 'warning'], ['silenced', 'warning']), ...ends];
    expect(told({}, twice)).toBe(false);
    expect(told({}, steps(['raised', 'warning'], ['absorbed', 'warning'], ['released', 'warning']))).toBe(false);
    expect(
      told({ silenced: '1' }, steps(['raised', 'warning'], ['absorbed', 'warning'], ['released', 'warning'])),
    ).toBe(false);
    // Who cares for worse alone hears of it once it is.
    expect(told({}, [...before, ...ends], ['critical'])).toBe(false);
    expect(told({}, [...worse, ...steps(['unsilenced', 'critical'])], ['critical'])).toBe(true);
  });

  it('one that became milder than a webhook cares for is told of to its end', () => {
    const life = steps(['raised', 'critical'], ['changed', 'warning']);
    expect(told({}, life, ['critical'])).toBe(true);
    expect(told({}, [...life, ...steps(['noted', 'warning'])], ['critical'])).toBe(false);
    expect(told({}, [...life, ...steps(['noted', 'warning'], ['resolved', 'warning'])], ['critical'])).toBe(true);
    expect(told({}, steps(['raised', 'warning'], ['resolved', 'warning']), ['critical'])).toBe(false);
  });
});
