// On the hour terminals and desks say what they are, also where nothing was heard for long, and again when something comes late.
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import { Hall } from '../../../server/hall/hall.ts';
import { Outbox } from '../../../server/history/outbox.ts';
import type { Point } from '../../../server/history/points.ts';
import { Roller } from '../../../server/history/roller.ts';
import { Scribe } from '../../../server/history/scribe.ts';
import { at, hallConfig, queueEvents, terminal } from '../../support/hall-maker.ts';

it('terminals and desks have a point on the hour', async () => {
  const clock = manualClock(at('2026-11-20 09:10'));
  const log = pino({ level: 'silent' });
  const hall = new Hall(hallConfig());
  const outbox = new Outbox({ path: ':memory:', clock });
  const scribe = new Scribe({ outbox, hall: () => hall, log, now: () => clock.now(), simulated: true, journalDays: 7 });
  const roller = new Roller({ outbox, halls: () => [hall], clock, log, simulated: true });
  let id = 0;
  const take = (reading: ReturnType<typeof terminal>) => {
    scribe.take({ id: ++id, reading, ...hall.apply(reading) });
  };
  const latest = new Map<string, Point['fields']>();
  const roll = async () => {
    scribe.flush();
    await roller.pass();
    for (const { measurement, tags, at: when, fields } of outbox.take(10_000)?.points ?? []) {
      latest.set(`${measurement} ${tags.device ?? tags.desk} ${when / 1000}`, fields);
    }
  };
  const saidAt = (what: string, hour: string) => latest.get(`${what} ${at(`2026-11-20 ${hour}`)}`);
  const { desk } = queueEvents();
  take(terminal([1, 1], at('2026-11-20 08:50'), { busy: false }));
  take(desk('desk-opened', 'desk-1', at('2026-11-20 08:55')));
  await roll();
  expect(saidAt('terminal pay-1', '09:00')).toMatchObject({ state: 'silent', severity: 'unknown' });
  expect(saidAt('desk desk-1', '09:00')).toMatchObject({ state: 'open' });
  expect(saidAt('desk desk-2', '09:00')).toBeUndefined();
  clock.moveTo(at('2026-11-20 10:20'));
  await roll();
  expect(saidAt('desk desk-1', '10:00')).toMatchObject({ state: 'open' });
  // It was paused all along; the word of it came late.
  take({ ...desk('desk-paused', 'desk-1', at('2026-11-20 08:58'), { reason: 'lunch' }), receivedAt: clock.now() });
  await roll();
  expect(saidAt('desk desk-1', '09:00')).toMatchObject({ state: 'paused', reason: 'lunch' });
  expect(saidAt('desk desk-1', '10:00')).toMatchObject({ state: 'paused' });
});
