// The simulator against theory: arrivals against their rates, waits against Erlang C.
import { describe, expect, test } from 'vitest';
import { doorMessages } from '../../../firmware-sim/devices/door.ts';
import { Sequence } from '../../../firmware-sim/devices/sequenced.ts';
import { Agenda } from '../../../firmware-sim/model/agenda.ts';
import { BusinessSystem } from '../../../firmware-sim/model/business-system.ts';
import { demandOf, meanServiceMs } from '../../../firmware-sim/model/demand.ts';
import { DeskTeam } from '../../../firmware-sim/model/desk-team.ts';
import { Doorways } from '../../../firmware-sim/model/doorways.ts';
import { Floor } from '../../../firmware-sim/model/floor.ts';
import type { HallDay } from '../../../firmware-sim/model/hall-day.ts';
import { isWithin } from '../../../firmware-sim/model/hall-day.ts';
import type { HallEvent } from '../../../firmware-sim/model/hall-event.ts';
import type { Profile } from '../../../firmware-sim/model/profile.ts';
import { ordinary } from '../../../firmware-sim/model/profile.ts';
import { Queue } from '../../../firmware-sim/model/queue.ts';
import { simulate } from '../../../firmware-sim/model/simulate.ts';
import { Random } from '../../../firmware-sim/random.ts';
import { dayOf, simHall } from './halls.ts';

const minuteMs = 60_000;
const halfHourMs = 30 * minuteMs;
const days = 200;
const firstDate = Temporal.PlainDate.from('2026-05-01');
const dates = Array.from({ length: days }, (_, i) => firstDate.add({ days: i }).toString());

test(`over ${days} days customers come as often as the rates say, by half hour`, () => {
  const hall = simHall({}, 'qingshan');
  const slots = new Map<number, { expected: number; seen: number }>();
  for (const date of dates) {
    const day = dayOf(hall, date);
    const { share, wishes } = demandOf(day, new Random(5, 'qingshan', date, 'demand'), ordinary);
    const rate = wishes.reduce((sum, wish) => sum + wish.rate, 0);
    const { from = 0, to = 0 } = day.open[0] ?? {};
    const arrivals = simulate(day, 5).filter(({ kind, at }) => kind === 'arrive' && isWithin(day.open, at));
    for (let at = from; at < to; at += minuteMs) {
      const slot = slots.get(Math.floor((at - from) / halfHourMs)) ?? { expected: 0, seen: 0 };
      slot.expected += rate * share(at) * minuteMs;
      slots.set(Math.floor((at - from) / halfHourMs), slot);
    }
    for (const { at } of arrivals) {
      const slot = slots.get(Math.floor((at - from) / halfHourMs));
      if (slot) slot.seen += 1;
    }
  }
  const chiSquare = [...slots.values()].reduce((sum, { expected, seen }) => sum + (seen - expected) ** 2 / expected, 0);
  expect(slots.size).toBe(18);
  // 99.9 % of chi-square with 18 degrees of freedom: 42.3.
  expect(chiSquare).toBeLessThan(42.3);
});

test(`over ${days} days a door counter misses its own share of crossings, in and out`, () => {
  const door = { id: 'door', missed: { in: 0.02, out: 0.05 } };
  const count = { inside: 0, staffInside: 0, waiting: 0, openTickets: 0 };
  const crossings = 600;
  const missed = { in: 0, out: 0 };
  for (const date of dates) {
    const day = dayOf(simHall(), date);
    const events = Array.from({ length: 2 * crossings }, (_, i): HallEvent => {
      return { at: day.from + i * minuteMs, kind: i % 2 ? 'leave' : 'enter', door: 'door', staff: false, ...count };
    });
    const sequence = new Sequence('door', day.boot);
    const totals = JSON.parse(doorMessages(door, { day, seed: 3, sequence }, events).at(-1)?.payload ?? '');
    missed.in += crossings - totals.in;
    missed.out += crossings - totals.out;
  }
  for (const direction of ['in', 'out'] as const) {
    const [n, share] = [crossings * days, door.missed[direction]];
    // 99.9 % of a binomial count lie within 3.3 standard deviations.
    expect(Math.abs(missed[direction] - n * share)).toBeLessThan(3.3 * Math.sqrt(n * share * (1 - share)));
  }
});

/** Desks without anything that a textbook leaves out. */
const plain: Profile = {
  ...ordinary,
  desks: { serviceTimes: 'exponential', gaps: false, plannedPauses: false, absencesADay: 0, transferShare: 0 },
};
const plainDays = 200;
const warmUpMs = 5 * 3_600_000;
/** Two-sided 99 % of Student's t with so many days. */
const t99 = 2.6;

/** One day of Poisson arrivals at `desks` desks, offered so much work in Erlang, through the ordinary queue and desks. */
function plainDay(date: string, desks: number, erlang: number): HallEvent[] {
  const file = simHall().file;
  const serves = ['payment'];
  const staff = Array.from({ length: desks }, (_, i) => ({ id: `d${i}`, label: `${i}`, zone: 'business', serves }));
  const day: HallDay = dayOf(simHall({ desks: staff, hours: 'always' }), date);
  const agenda = new Agenda(day.from, day.to);
  const random = (purpose: string) => new Random(11, desks, date, purpose);
  const floor = new Floor(agenda, new Doorways(day, random('doors')), file.capacity);
  const queue = new Queue(file, floor, random('queue'));
  const business = new BusinessSystem(day, [], agenda, floor);
  new DeskTeam({ day, agenda, floor, queue, business, profile: plain, random: random('desks') });
  const arrivals = random('arrivals');
  const arrive = (at: number) => {
    if (at >= day.to) return;
    agenda.at(at, () => {
      queue.issue({ service: 'payment' }, () => {});
      arrive(at + arrivals.exponential(meanServiceMs('payment') / erlang));
    });
  };
  arrive(day.from);
  agenda.run();
  return floor.events;
}

function waitedOf(events: HallEvent[]): { share: number; meanMs: number } {
  const start = (events[0]?.at ?? 0) + warmUpMs;
  const issued = new Map<string, number>();
  const waits: number[] = [];
  for (const event of events) {
    if (event.kind === 'issue') issued.set(event.ticket, event.at);
    const since = event.kind === 'call' ? (issued.get(event.ticket) ?? 0) : 0;
    if (since > start) waits.push(event.at - since);
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { share: mean(waits.map((wait) => (wait > 0 ? 1 : 0))), meanMs: mean(waits) };
}

/** Mean over independent days, and half the width of its 99 % confidence interval. */
function interval(values: number[]): { mean: number; half: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, half: t99 * Math.sqrt(variance / values.length) };
}

describe('in a plain M/M/c setting waits are those of Erlang C', () => {
  test.each([
    [5, 4, 0.55411],
    [10, 8, 0.40918],
  ])('C(%i, %i) = %f', (desks, erlang, expected) => {
    const waited = dates.slice(0, plainDays).map((date) => waitedOf(plainDay(date, desks, erlang)));
    const share = interval(waited.map((day) => day.share));
    expect(share.half).toBeLessThan(0.016);
    expect(Math.abs(share.mean - expected)).toBeLessThan(share.half);
    // Mean wait: C / (c·mu - lambda).
    const wait = interval(waited.map((day) => day.meanMs));
    const theory = (expected * meanServiceMs('payment')) / (desks - erlang);
    expect(Math.abs(wait.mean - theory)).toBeLessThan(wait.half);
  });
});
