// The people inside, corrected: what doors miss is learned, the raw counts stay what they are.
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../server/contracts/readings.ts';
import { Hall } from '../../../server/hall/hall.ts';
import { firstInside } from '../../../server/hall/inside/learned.ts';
import { factorsOf, missesOf } from '../../../server/hall/inside/misses.ts';
import type { Lesson } from '../../../server/hall/lesson.ts';
import { firstLesson } from '../../../server/hall/lesson.ts';
import { at, door, hallConfig, liveAt, queueEvents } from '../../support/hall-maker.ts';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
const days = ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22'];

function hallOf(lesson: Lesson | null = firstLesson()): Hall {
  const hall = new Hall(hallConfig());
  if (lesson) hall.learn(lesson);
  return hall;
}

/** Every two minutes from 09:00 to 17:00 two people come in at one door, stay 20 minutes and go out at the other. */
const passers = (date: string) =>
  Array.from({ length: 240 }, (_, i) => ({
    cameAt: at(`${date} 09:00`) + i * 2 * minute,
    wentAt: at(`${date} 09:20`) + i * 2 * minute,
  }));

const truthAt = (date: string, now: number) =>
  2 * passers(date).filter(({ cameAt, wentAt }) => cameAt <= now && wentAt > now).length;

/** What the doors say of a day: each direction misses one group in so many. */
function doorsOn(date: string, missed: { in: number; out: number } = { in: 50, out: 12 }): Reading[] {
  const boot = Date.parse(date) / 86_400_000;
  const crossings = passers(date)
    .flatMap(({ cameAt, wentAt }, i) => [
      { when: cameAt, device: 'door-a', by: [i % missed.in === 7 ? 0 : 2, 0] as const },
      { when: wentAt, device: 'door-b', by: [0, i % missed.out === 5 ? 0 : 2] as const },
    ])
    .sort((a, b) => a.when - b.when);
  const totals = new Map(['door-a', 'door-b'].map((device) => [device, { seq: 1, in: 0, out: 0 }]));
  const empty = at(`${date} 04:00`);
  const counted = crossings.flatMap(({ when, device, by: [ins, out] }) => {
    const total = totals.get(device);
    if (!total || ins + out === 0) return [];
    total.seq += 1;
    total.in += ins;
    total.out += out;
    return [door(device, [boot, total.seq], [total.in, total.out], when)];
  });
  return [...[...totals.keys()].map((device) => door(device, [boot, 1], [0, 0], empty)), ...counted];
}

function tell(hall: Hall, readings: readonly Reading[], firstId = 1): number {
  for (const [i, reading] of readings.entries()) hall.apply(reading, firstId + i);
  return firstId + readings.length;
}

const insideAt = (hall: Hall, now: number) => liveAt(hall, now).occupancy;

describe('the people inside', () => {
  it('are the raw net where nothing is learned', () => {
    const hall = hallOf(null);
    tell(hall, doorsOn('2026-11-16'));
    const evening = at('2026-11-16 17:30');
    expect(hall.estimate(evening)).toBeNull();
    const { value, enteredToday, leftToday } = insideAt(hall, evening);
    expect(value).toBe((enteredToday ?? 0) - (leftToday ?? 0));
    expect(value).toBe(30);
  });

  it('T3: are corrected for what the doors missed on past days; entered and left stay raw', () => {
    const [hall, raw] = [hallOf(), hallOf(null)];
    const off = { raw: 0, corrected: 0, n: 0 };
    for (const date of days) {
      const readings = doorsOn(date);
      for (let now = at(`${date} 10:00`); now < at(`${date} 17:00`); now += 10 * minute) {
        const due = (reading: Reading) => reading.at <= now && reading.at > now - 10 * minute;
        const told = now === at(`${date} 10:00`) ? readings.filter((one) => one.at <= now) : readings.filter(due);
        tell(hall, told, Number.POSITIVE_INFINITY);
        tell(raw, told);
        const [mine, theirs] = [insideAt(hall, now), insideAt(raw, now)];
        expect(mine.enteredToday).toBe(theirs.enteredToday);
        expect(mine.leftToday).toBe(theirs.leftToday);
        if (date !== days.at(-1)) continue;
        off.raw += Math.abs((theirs.value ?? 0) - truthAt(date, now));
        off.corrected += Math.abs((mine.value ?? 0) - truthAt(date, now));
        off.n++;
      }
      const rest = readings.filter((one) => one.at > at(`${date} 16:50`));
      tell(hall, rest, Number.POSITIVE_INFINITY);
      tell(raw, rest);
    }
    expect(off.raw / off.n).toBeGreaterThan(10);
    expect(off.corrected / off.n).toBeLessThan(2);
  });

  it('T3: begin at nobody again when the hall is empty', () => {
    const hall = hallOf();
    tell(hall, doorsOn('2026-11-16'));
    expect(insideAt(hall, at('2026-11-17 03:59')).value).toBe(30);
    expect(hall.estimate(at('2026-11-17 04:00'))).toMatchObject({ people: 0, correction: 0 });
    const machine = doorsOn('2026-11-17').slice(0, 6);
    tell(hall, machine, 10_000);
    expect(insideAt(hall, at('2026-11-17 09:07')).value).toBe(8);
  });

  it('come back to nobody at night, without a message, and the picture says when to look again', () => {
    const hall = hallOf();
    let id = 1;
    for (const date of days) id = tell(hall, doorsOn(date), id);
    const last = days.at(-1) ?? '';
    const { live, nextChangeAt } = hall.live(at(`${last} 17:20:30`), { simulated: true });
    expect(live.occupancy.value).toBeGreaterThanOrEqual(0);
    const before = JSON.stringify([...serialize(hall.lesson)]);
    expect(insideAt(hall, at(`${last} 22:00`)).value).toBe(0);
    // Looking changes nothing.
    expect(JSON.stringify([...serialize(hall.lesson)])).toBe(before);
    expect(nextChangeAt).toBeLessThanOrEqual(at(`${last} 17:21:30`));
    const noon = hallOf();
    tell(
      noon,
      doorsOn('2026-11-16').filter((one) => one.at < at('2026-11-16 12:00')),
    );
    const picture = noon.live(at('2026-11-16 12:00'), { simulated: true });
    expect(picture.nextChangeAt).toBeLessThanOrEqual(at('2026-11-16 12:01'));
  });

  it('are never fewer than those who wait with a ticket or are served; who waits too long may have left', () => {
    const hall = hallOf();
    const { ticket, desk } = queueEvents();
    const nine = at('2026-11-16 09:00');
    tell(hall, [
      door('door-a', [1, 1], [0, 0], nine - hour),
      door('door-b', [1, 1], [0, 0], nine - hour),
      desk('desk-opened', 'desk-1', nine - minute),
      ...[1, 2, 3].map((i) => ticket('issued', `A00${i}`, nine + i * second, { service: 'general' })),
      ticket('called', 'A001', nine + 10 * second, { desk: 'desk-1' }),
      ticket('started', 'A001', nine + 20 * second, { desk: 'desk-1' }),
    ]);
    const now = insideAt(hall, nine + minute);
    expect(now).toMatchObject({ value: 3, enteredToday: 0, leftToday: 0 });
    expect(hall.lesson?.inside.day?.net).toBe(0);
    expect(insideAt(hallOf(null), nine).value).toBeNull();
    expect(insideAt(hall, nine + hour).value).toBe(1);
  });

  it('are the raw net where devices are told of one after the other, as in a backlog', () => {
    const { ticket } = queueEvents();
    const now = at('2026-11-16 10:00');
    const tickets = Array.from({ length: 15 }, (_, i) =>
      ticket('issued', `A${i}`, at('2026-11-16 09:40') + i * minute, { service: 'general' }),
    );
    const counted = doorsOn('2026-11-16').filter((reading) => reading.at <= now);
    const of = (device: string) => counted.filter((reading) => reading.device === device);
    for (const readings of [
      [...tickets, ...of('door-a'), ...of('door-b')],
      [...of('door-b'), ...tickets, ...of('door-a')],
      [...of('door-a'), ...of('door-b'), ...tickets],
    ]) {
      const [told, raw] = [hallOf(), hallOf(null)];
      tell(told, readings);
      tell(raw, readings);
      expect(insideAt(told, now).value).toBe(Math.max(15, insideAt(raw, now).value ?? 0));
    }
  });

  it('are told as drifting while many have passed and the doors are known to miss some', () => {
    const readings = [
      door('door-a', [1, 1], [0, 0], at('2026-11-16 08:00')),
      door('door-b', [1, 1], [0, 0], at('2026-11-16 08:00')),
      door('door-a', [1, 2], [1_200, 1_180], at('2026-11-16 12:00')),
      door('door-b', [1, 2], [0, 0], at('2026-11-16 12:00')),
    ];
    const lesson = firstLesson();
    const [taught, fresh] = [
      hallOf({ ...lesson, inside: { ...lesson.inside, perCrossing: { mean: 0.05, n: 1 } } }),
      hallOf(),
    ];
    tell(taught, readings);
    tell(fresh, readings);
    const now = at('2026-11-16 12:01');
    expect(insideAt(taught, now)).toMatchObject({ value: 20, quality: 'drifting', reason: 'correcting' });
    expect(insideAt(fresh, now)).toMatchObject({ value: 20, quality: 'rough', reason: 'first-day' });
  });
});

describe('what is learned of them', () => {
  const readings = days.slice(0, 4).flatMap((date) => doorsOn(date));

  it('J5: goes on after a restart as if there had been none, and nothing is learned twice', () => {
    const once = hallOf();
    tell(once, readings);
    const half = Math.floor(readings.length / 2) + 17;
    const before = hallOf();
    tell(before, readings.slice(0, half));
    const after = new Hall(hallConfig(), structuredClone(before.state));
    after.learn(deserialize(serialize(before.lesson)) as Lesson);
    tell(after, readings.slice(half - 40, half), half - 39);
    tell(after, readings.slice(half), half + 1);
    expect(after.lesson).toEqual(once.lesson);
    const noon = at(`${days[3]} 12:00`);
    expect(liveAt(after, noon).occupancy).toEqual(liveAt(once, noon).occupancy);
  });

  it('is nothing of what comes late; what is of today counts all the same', () => {
    const hall = hallOf();
    const id = tell(hall, readings);
    const now = at(`${days[3]} 18:00`);
    const [was, learned] = [hall.estimate(now), serialize(hall.lesson?.inside)];
    const boot = Date.parse(days[2] ?? '') / 86_400_000;
    tell(hall, [{ ...door('door-a', [boot, 900], [700, 0], at(`${days[2]} 15:00`)), receivedAt: now }], id);
    expect(serialize(hall.lesson?.inside)).toEqual(learned);
    const today = Date.parse(days[3] ?? '') / 86_400_000;
    const entered = insideAt(hall, now).enteredToday ?? 0;
    tell(
      hall,
      [{ ...door('door-a', [today, 900], [entered + 3, 0], at(`${days[3]} 16:00`)), receivedAt: now }],
      id + 1,
    );
    expect(insideAt(hall, now).enteredToday).toBe(entered + 3);
    expect(hall.estimate(now)?.byDoorsAlone).toBeCloseTo((was?.byDoorsAlone ?? 0) + 3, 0);
    expect(hall.lesson?.inside.day?.late).toBe(3);
  });

  it('is nothing of a day that was half heard, or on which a door was out', () => {
    const hall = hallOf();
    const half = doorsOn('2026-11-16').filter((one) => one.at > at('2026-11-16 12:00'));
    const id = tell(hall, half);
    const noWayOut = doorsOn('2026-11-17').filter((one) => one.device === 'door-a' || one.at < at('2026-11-17 12:00'));
    tell(hall, [...noWayOut, ...doorsOn('2026-11-18').slice(0, 2)], id);
    expect(hall.lesson?.inside.perCrossing.n).toBe(0);
    expect(hall.lesson?.inside.stays).toBeNull();
    expect(hall.lesson?.inside.misses.weights).toEqual([0, 0, 0]);
  });

  it('D1: of each door stays when another one is put in; the direction that counts the most is taken for right', () => {
    const known = { doors: ['a'], weights: [0.04, 3], spread: [1, 0.5, 0.5, 2] };
    const two = missesOf(known, ['b', 'a']);
    expect(two).toMatchObject({ doors: ['b', 'a'], weights: [0, 0.04, 3] });
    expect(two.spread.slice(3)).toEqual([0, 1, 0.5, 0, 0.5, 2]);
    expect(missesOf(two, ['b', 'a'])).toBe(two);
    const factors = factorsOf(two);
    expect(factors.of('a').in).toBeCloseTo(1);
    expect(factors.of('a').out).toBeCloseTo(1.04);
    expect(factors.elsewhere).toBe(-3);
    expect(factorsOf(firstInside().misses).of('unheard')).toEqual({ in: 1, out: 1 });
  });
});
