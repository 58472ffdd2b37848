// What a message may cause is bounded by what books and retention hold, whatever times stand in it: counted, not timed.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import type { Body, Reading } from '../../../server/contracts/readings.ts';
import { Outbox } from '../../../server/history/outbox.ts';
import { Reaches } from '../../../server/history/reaches.ts';
import { LocalDays } from '../../../server/local-days.ts';
import { hallHistory } from '../../support/hall-history.ts';
import { at, hallConfig, liveAt, reading } from '../../support/hall-maker.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const now = at('2026-11-23 10:00');
const latest = 8_640_000_000_000_000;

const absurd = [0, 1, -1, 900_000_000, Date.UTC(2000, 0, 1), now - 400 * dayMs, now - 20 * dayMs];
const late = [1_763_859_600, now - 8 * dayMs, now - 7 * dayMs, now - 36 * hourMs, now - 5 * hourMs];
const ahead = [now + hourMs, now + 400 * dayMs, 4_102_444_800_000, latest, latest + 1, Number.MAX_VALUE, Number.NaN];
const far = fc.constantFrom(0, 1_795_740_000, now, 253_402_300_800_000, latest);

const id = fc.constantFrom('general', 'vip', 'nowhere');
const desk = fc.constantFrom('desk-1', 'desk-2', 'desk-9');
const ticket = fc.constantFrom('A1', 'A2', 'V1');
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const boot = fc.integer({ min: 1, max: 3 });
const seq = fc.integer({ min: 1, max: 40 });
const count = fc.nat({ max: 60 });

type Said = { device: string; body: Body };

/** A message of every kind, with whatever times the contract allows beside `ts`. */
const message = (ts: number): fc.Arbitrary<Said> =>
  fc.oneof(
    fc.record({ boot, seq, in: count, out: count }).map((body) => said('door-a', { kind: 'door', ts, ...body })),
    fc
      .record({
        ...{
          boot,
          seq,
          ticket,
          service: maybe(id),
          desk: maybe(desk),
          appointment: maybe(fc.oneof(fc.boolean(), far)),
        },
        event: fc.constantFrom(
          'issued',
          'called',
          'recalled',
          'started',
          'finished',
          'no-show',
          'cancelled',
          'transferred',
        ),
        toDesk: desk,
      })
      .map((body) => said('queue', { kind: 'ticket', ts, ...body } as Body)),
    fc
      .record({
        boot,
        seq,
        desk,
        event: fc.constantFrom('desk-opened', 'desk-paused', 'desk-closed'),
        until: maybe(far),
      })
      .map((body) => said('queue', { kind: 'desk', ts, ...body } as Body)),
    fc
      .record({ boot, seq, ticket, score: fc.double({ min: 0, max: 100, noNaN: true }) })
      .map((body) => said('queue', { kind: 'rated', event: 'rated', ts, ...body })),
    fc
      .record({ boot, seq, state: fc.constantFrom('in-service', 'out-of-service', 'supervisor'), done: count })
      .map((body) => said('pay-1', { kind: 'terminal', ts, ...body } as Body)),
    fc
      .record({
        boot,
        conn: boot,
        online: fc.boolean(),
        everyS: maybe(fc.constantFrom(0.001, 30, 86_400)),
        lastSeq: count,
      })
      .map((body) => said('queue', { kind: 'status', ts, ...body } as Body)),
    fc.record({ boot }).map((body) => said('queue', { kind: 'resent', id: 'asked', gone: [[1, 3]], ...body })),
  );

const messages = (times: readonly number[]) =>
  fc.array(fc.constantFrom(...times).chain(message), { minLength: 1, maxLength: 25 });

function said(device: string, body: Body): Said {
  return { device, body };
}

/** A message that counts by its own time, however absurd: as in a folder without a floor, or by a rule that is yet to come. */
function readingOf({ device, body }: Said, receivedAt: number): Reading {
  const ts = 'ts' in body ? Number(body.ts) : Number.NaN;
  return reading(device, body, { receivedAt, at: ts >= 0 && ts <= receivedAt ? ts : receivedAt });
}

/** A hall with its history, and counters of what it does. */
function counted(hours = '08:30-18:00') {
  const config = hallConfig({ hours });
  const history = hallHistory({ now, config });
  const counts = { dues: 0, points: 0, days: 0 };
  const spyOn = <K extends 'of' | 'onDate' | 'shift'>(name: K) => {
    const real = config.days[name].bind(config.days) as (...args: unknown[]) => never;
    vi.spyOn(config.days, name).mockImplementation(((...args: unknown[]) => {
      counts.days++;
      return real(...args);
    }) as never);
  };
  for (const name of ['of', 'onDate', 'shift'] as const) spyOn(name);
  const { work } = history.outbox;
  const addDue = work.addDue.bind(work);
  work.addDue = (due) => {
    counts.dues++;
    addDue(due);
  };
  const put = history.outbox.put.bind(history.outbox);
  history.outbox.put = (points, position, also) => {
    counts.points += points.length;
    put(points, position, also);
  };
  const take = (all: readonly Said[], from: number) => {
    all.forEach((one, i) => {
      history.take(readingOf(one, from + i * 1_000));
      history.scribe.flush();
    });
  };
  return { ...history, counts, takeAll: take };
}

/** Some of now, so that the hall has lived. */
const usual: Said[] = [
  said('door-a', { kind: 'door', ts: now - minuteMs, boot: 1, seq: 41, in: 0, out: 0 }),
  said('queue', {
    kind: 'ticket',
    ts: now - minuteMs,
    boot: 1,
    seq: 41,
    event: 'issued',
    ticket: 'A9',
    service: 'general',
  }),
  said('pay-1', { kind: 'terminal', ts: now - minuteMs, boot: 1, seq: 41, state: 'in-service' }),
];

describe.each(['08:30-18:00', 'always'])('T1: a hall open %s', (hours) => {
  it.each([true, false])('a time before what the journal holds makes nothing due (lived before: %s)', (hasLived) => {
    fc.assert(
      fc.property(messages(absurd), (all) => {
        const { counts, takeAll, hall, outbox } = counted(hours);
        if (hasLived) takeAll(usual, now - minuteMs);
        // Once all up to now is rolled up, as in a server that runs.
        outbox.work.rolled(now);
        Object.assign(counts, { dues: 0, points: 0, days: 0 });
        takeAll(all, now);
        // A negative time is none: it means the time of receipt.
        const isOfNow = all.filter(({ body }) => 'ts' in body && Number(body.ts) < 0).length;
        expect(counts.dues).toBeLessThanOrEqual(8 * isOfNow);
        expect(counts.points).toBeLessThanOrEqual(20 * all.length);
        expect(counts.days).toBeLessThanOrEqual(120 * all.length);
        expect(liveAt(hall, now + minuteMs).hall).toBe('test-hall');
      }),
      { numRuns: 80 },
    );
  });

  it('late, ahead or absurd, in any mixture: at most the slots and days that are kept', () => {
    fc.assert(
      fc.property(messages([...absurd, ...late, ...ahead]), (all) => {
        const { counts, takeAll, outbox, hall } = counted(hours);
        takeAll(usual, now - minuteMs);
        outbox.work.rolled(now);
        Object.assign(counts, { dues: 0, points: 0, days: 0 });
        takeAll(all, now);
        // Two local days of slots, and the days of the journal.
        expect(counts.dues).toBeLessThanOrEqual((2 * 96 + 9) * all.length);
        expect(counts.days).toBeLessThanOrEqual(400 * all.length);
        expect(outbox.work.dueCount('slot')).toBeLessThanOrEqual(2 * 96 + 1);
        expect(outbox.work.dueCount('day')).toBeLessThanOrEqual(9);
        expect(liveAt(hall, now + minuteMs).hall).toBe('test-hall');
      }),
      { numRuns: 80 },
    );
  });
});

it('a hall whose only clock is 20 days behind: no slots of the days between', async () => {
  const history = counted();
  const { counts, takeAll, outbox } = history;
  takeAll([said('pay-1', { kind: 'terminal', ts: now - 20 * dayMs, boot: 1, seq: 1, state: 'in-service' })], now);
  await history.roll();
  expect(counts.dues).toBeLessThan(400);
  expect(outbox.work.dueCount('day')).toBe(0);
});

it('days of any instant are days, and go on', () => {
  for (const zone of ['Asia/Shanghai', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Berlin']) {
    const days = new LocalDays(zone, '04:00');
    for (const instant of [-latest, -1, 0, 1, 1_795_740_000, now, 253_402_300_800_000, latest, Number.MAX_VALUE]) {
      const day = days.of(instant);
      expect(day.date, `${zone} ${instant}`).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(days.shift(day, 1).start).toBe(day.end);
      expect(days.lastEmptyAt(instant)).toBeLessThanOrEqual(day.emptyAt);
    }
  }
});

it('points of times before what the store keeps are counted where they are derived', () => {
  const keep = { raw: 30, minute: 90, slot: 3_650 };
  const clock = manualClock(now);
  const outbox = new Outbox({ path: ':memory:', clock, reaches: new Reaches({ keep, storeNow: () => clock.now() }) });
  const door = (ms: number) => ({
    measurement: 'door' as const,
    tags: { hall: 'h', device: 'd' },
    at: ms * 1000,
    fields: { in: 1, out: 0, boot: 1, simulated: false },
  });
  outbox.put([door(0), door(now - 31 * dayMs), door(now - 29 * dayMs), door(now)], 1);
  expect([outbox.waiting, outbox.tooOld, outbox.dead.count]).toEqual([2, 2, 0]);
});
