// The wait estimator: sane from the first customer on, learning in order, the same after a restart.
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import type { HallConfig } from '../../../server/config/hall-config.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import { Hall } from '../../../server/hall/hall.ts';

import type { Lesson } from '../../../server/hall/lesson.ts';
import { firstLesson } from '../../../server/hall/lesson.ts';
import { firstLearned } from '../../../server/hall/waits/learned.ts';
import { at, door, hallConfig, queueEvents } from '../../support/hall-maker.ts';

const open = at('2026-11-23 08:30');
const minute = 60_000;

function hallOf(lesson: Lesson = firstLesson(), config: HallConfig = hallConfig()): Hall {
  const hall = new Hall(config);
  hall.learn(lesson);
  return hall;
}

const serviceOf = (hall: Hall, now: number, id = 'general') =>
  hall.live(now, { simulated: true }).live.services.find((service) => service.id === id);

/** `count` customers a minute apart from `start` on; each is called `waitMin` later at desk 1 and leaves 50 s after that. */
function customers(start: number, count: number, waitMin: number, { ticket } = queueEvents()): Reading[] {
  const plan = Array.from({ length: count }, (_, i) => {
    const number = `A${String(i).padStart(3, '0')}`;
    const issued = start + i * minute;
    const called = issued + waitMin * minute;
    return [
      { when: issued, event: 'issued' as const, number },
      { when: called, event: 'called' as const, number },
      { when: called + 50_000, event: 'finished' as const, number },
    ];
  });
  return plan
    .flat()
    .sort((a, b) => a.when - b.when)
    .map(({ when, event, number }) =>
      ticket(event, number, when, { service: 'general', ...(event === 'issued' ? {} : { desk: 'desk-1' }) }),
    );
}

function tell(hall: Hall, readings: readonly Reading[], firstId = 1) {
  return readings.flatMap((reading, i) => [...hall.apply(reading, firstId + i).judged]);
}

describe('a quote', () => {
  it('is sane before anything was learned, and grows with the queue', () => {
    const hall = hallOf();
    const { ticket, desk } = queueEvents();
    tell(hall, [desk('desk-opened', 'desk-1', open)]);
    const quotes = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => {
      tell(hall, [ticket('issued', `A${i}`, open + i * 1_000, { service: 'general' })], i + 2);
      return serviceOf(hall, open + i * 1_000 + 500)?.quote?.s ?? Number.NaN;
    });
    expect(quotes[0]).toBeGreaterThan(20);
    expect(quotes[7]).toBeLessThan(3_600);
    for (let i = 1; i < quotes.length; i++) expect(quotes[i]).toBeGreaterThan(quotes[i - 1] ?? 0);
    const last = serviceOf(hall, open + 7_500)?.quote;
    expect(last?.lowS).toBeLessThan(last?.s ?? 0);
    expect(last?.highS).toBeGreaterThan(last?.s ?? 0);
  });

  it('is none while no desk works that serves it, and none without the machine', () => {
    const hall = hallOf();
    const { ticket, desk } = queueEvents();
    expect(serviceOf(hall, open)?.quote).toBeNull();
    tell(hall, [ticket('issued', 'A001', open, { service: 'general' })]);
    expect(serviceOf(hall, open + 1_000)?.quote).toBeNull();
    tell(hall, [desk('desk-opened', 'desk-1', open + 2_000)], 2);
    expect(serviceOf(hall, open + 3_000)?.quote).not.toBeNull();
    expect(serviceOf(hall, open + 3_000, 'vip')?.quote).toBeNull();
    tell(hall, [desk('desk-paused', 'desk-1', open + 4_000)], 3);
    expect(serviceOf(hall, open + 5_000)?.quote).toBeNull();
  });

  it('comes to what waits are, and its range with it', () => {
    const hall = hallOf();
    const judged = tell(hall, customers(open, 400, 6));
    expect(judged).toHaveLength(400);
    const late = judged.slice(350);
    for (const { quote, waitS } of late) {
      expect(waitS).toBe(360);
      expect(Math.abs(quote.s - 360)).toBeLessThan(30);
      expect(quote.highS - quote.lowS).toBeLessThan(240);
    }
  });

  it('is checked by day: how far it was off, how many came within its range', () => {
    const hall = hallOf();
    tell(hall, customers(open, 60, 6));
    const tomorrow = at('2026-11-24 09:00');
    expect(serviceOf(hall, tomorrow - 86_400_000)?.quoteCheck).toBeNull();
    const check = serviceOf(hall, tomorrow)?.quoteCheck;
    expect(check).toMatchObject({ date: '2026-11-23', n: 60 });
    expect(check?.offS).toBeGreaterThan(0);
    expect(check?.coverage).toBeGreaterThan(0.5);
  });
});

describe('what is learned', () => {
  const readings = customers(open, 80, 7);

  it('J5: is not learned twice, and goes on after a restart as if there had been none', () => {
    const once = hallOf();
    const told = tell(once, readings);
    const before = hallOf();
    const half = Math.floor(readings.length / 2);
    const toldBefore = tell(before, readings.slice(0, half));
    const kept = deserialize(serialize(before.lesson)) as Lesson;
    expect(kept.position).toBe(half);
    const after = hallOf(kept);
    // A rebuild reads everything again.
    expect(tell(after, readings.slice(0, half))).toEqual([]);
    const toldAfter = tell(after, readings.slice(half), half + 1);
    expect([...toldBefore, ...toldAfter]).toEqual(told);
    expect(after.lesson).toEqual(once.lesson);
  });

  it('is nothing of what comes late: yesterday’s queue says nothing about this one', () => {
    const hall = hallOf();
    tell(hall, readings);
    const before = serialize(hall.lesson?.waits);
    const machine = queueEvents('queue', 2);
    const late = customers(open + 10 * minute, 5, 20, machine).map((reading) => ({
      ...reading,
      body: { ...reading.body, ticket: `L${'ticket' in reading.body ? reading.body.ticket : ''}` } as Reading['body'],
    }));
    expect(tell(hall, late, 10_000)).toEqual([]);
    const { pending: _, ...rest } = hall.lesson?.waits ?? firstLearned();
    const { pending: __, ...was } = deserialize(before) as Lesson['waits'];
    expect(rest).toEqual(was);
  });

  it('is learned whatever the clocks of doors say', () => {
    const alone = hallOf();
    const judged = tell(alone, readings);
    const beside = hallOf();
    const mixed = readings.flatMap((reading, i) => [door('door-a', [1, i + 1], [i, 0], reading.at + 100_000), reading]);
    expect(tell(beside, mixed)).toEqual(judged);
  });

  it('goes on under a new config', () => {
    const hall = hallOf();
    tell(hall, readings.slice(0, 120));
    const quote = serviceOf(hall, readings[119]?.at ?? 0)?.quote;
    hall.reconfigure(hallConfig({ capacity: 70 }));
    expect(serviceOf(hall, readings[119]?.at ?? 0)?.quote).toEqual(quote);
  });

  it('is nothing in a hall that nobody asked to learn', () => {
    const hall = new Hall(hallConfig());
    expect(tell(hall, readings)).toEqual([]);
    expect(serviceOf(hall, readings.at(-1)?.at ?? 0)?.quote).toBeNull();
  });

  it('forgets numbers that are never called', () => {
    const hall = hallOf();
    const { ticket, desk } = queueEvents();
    tell(hall, [desk('desk-opened', 'desk-1', open), ticket('issued', 'A001', open, { service: 'general' })]);
    expect(hall.lesson?.waits.pending.size).toBe(1);
    tell(hall, [ticket('issued', 'A002', open + 86_400_000, { service: 'general' })], 3);
    expect([...(hall.lesson?.waits.pending.keys() ?? [])]).not.toContain('queue|A001');
  });
});
