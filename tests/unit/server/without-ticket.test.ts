// Who is inside without a ticket: a range out of what is known of people, staff and tickets, and nothing where one of these isn't known.
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../server/contracts/readings.ts';
import type { HallFile } from '../../../server/contracts/registry.ts';
import { Hall } from '../../../server/hall/hall.ts';
import { firstLesson } from '../../../server/hall/lesson.ts';
import { at, door, hallConfig, liveAt, queueEvents, status } from '../../support/hall-maker.ts';

const minute = 60_000;
const now = at('2026-11-16 10:00');
const { ticket, desk } = queueEvents();

/** 20 people inside; one is served, four wait, two of them for so long that they may have left. */
const morning: Reading[] = [
  door('door-a', [1, 1], [0, 0], at('2026-11-16 08:00')),
  door('door-b', [1, 1], [0, 0], at('2026-11-16 08:00')),
  desk('desk-opened', 'desk-1', at('2026-11-16 08:30')),
  ...['A001', 'A002'].map((number) => ticket('issued', number, now - 50 * minute, { service: 'general' })),
  ...['A003', 'A004', 'A005'].map((number) => ticket('issued', number, now - 10 * minute, { service: 'general' })),
  ticket('called', 'A003', now - 5 * minute, { desk: 'desk-1' }),
  ticket('started', 'A003', now - 4 * minute, { desk: 'desk-1' }),
  door('door-a', [1, 2], [30, 10], now - 2 * minute),
  ...['door-a', 'door-b', 'queue'].map((device) => status(device, [1, 1], now - minute, { everyS: 300 })),
];

function hallOf(
  { staff, learned = 1 }: { staff?: HallFile['staff']; learned?: number } = {},
  readings = morning,
): Hall {
  const hall = new Hall(hallConfig(staff ? { staff } : {}));
  const lesson = firstLesson();
  lesson.inside.perCrossing = { mean: 0.05, n: learned };
  hall.learn(lesson);
  for (const reading of readings) hall.apply(reading);
  return hall;
}

const rangeOf = (hall: Hall) => liveAt(hall, now).occupancy.withoutTicket;

describe('people inside without a ticket', () => {
  it('are those inside but for staff, whoever is at a desk and who waits, give or take what the estimate gives itself', () => {
    const hall = hallOf({ staff: { inside: 3 } });
    const deviation = hall.estimate(now)?.deviation ?? 0;
    expect(deviation).toBeGreaterThan(1);
    expect(liveAt(hall, now).occupancy).toMatchObject({ value: 20, staff: 3, quality: 'good' });
    // Who has waited for 50 min may be there, and may not.
    const [low, high] = [20 - 3 - 5 - 1.2816 * deviation, 20 - 3 - 3 + 1.2816 * deviation];
    expect(rangeOf(hall)).toEqual({ low: Math.round(low), high: Math.round(high) });
  });

  it('count staff in where the hall does not say how many there are', () => {
    const [told, untold] = [rangeOf(hallOf({ staff: { inside: 3 } })), hallOf()];
    expect(liveAt(untold, now).occupancy.staff).toBeNull();
    expect(rangeOf(untold)).toEqual({ low: (told?.low ?? 0) + 3, high: (told?.high ?? 0) + 3 });
    const share = hallOf({ staff: { share: 0.1 } });
    expect(liveAt(share, now).occupancy.staff).toBe(2);
  });

  it('are never fewer than none', () => {
    expect(rangeOf(hallOf({ staff: { inside: 20 } }))).toMatchObject({ low: 0 });
  });

  it('are not known before a day was learned from, without the queue, and where the count is not to be trusted', () => {
    expect(rangeOf(hallOf({ learned: 0 }))).toBeNull();
    const noQueue = morning.filter(({ device }) => device !== 'queue');
    expect(rangeOf(hallOf({}, noQueue))).toBeNull();
    const silent = morning.filter(({ device, body }) => device !== 'queue' || body.kind !== 'status');
    const early = status('queue', [1, 1], now - 30 * minute);
    const hall = hallOf({}, [...silent, early]);
    expect(liveAt(hall, now).queue.reason).not.toBeNull();
    expect(rangeOf(hall)).toBeNull();
    const restarted = [
      ...morning,
      door('door-b', [1, 2], [9, 9], now - 90_000),
      ...[1, 2, 3].map((ins, i) => door('door-b', [1, 3 + i], [ins, 1], now - 80_000 + i)),
    ];
    expect(liveAt(hallOf({}, restarted), now).occupancy).toMatchObject({
      reason: 'counter-restarted',
      withoutTicket: null,
    });
  });

  it('leave out staff who come before opening and stay after closing, and nobody else', () => {
    const hall = hallOf({ staff: { inside: 3 } }, morning.slice(0, 2));
    const staffAt = (when: string) => liveAt(hall, at(when)).occupancy.staff;
    hall.apply(door('door-a', [1, 2], [5, 0], at('2026-11-16 07:20')));
    expect(staffAt('2026-11-16 07:25')).toBe(0);
    expect(staffAt('2026-11-16 07:45')).toBe(3);
    expect(staffAt('2026-11-16 18:05')).toBe(3);
    expect(staffAt('2026-11-16 23:30')).toBe(0);
  });
});
