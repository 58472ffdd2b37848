import { describe, expect, test } from 'vitest';
import { meanServiceMs } from '../../../firmware-sim/model/demand.ts';
import type { HallEvent } from '../../../firmware-sim/model/hall-event.ts';
import { ItemMix } from '../../../firmware-sim/model/items.ts';
import { simulate } from '../../../firmware-sim/model/simulate.ts';
import { Random } from '../../../firmware-sim/random.ts';
import type { HallFile } from '../../../server/contracts/registry.ts';
import { dayOf, simHall } from './halls.ts';

const minuteMs = 60_000;
const flagshipDays = ['2026-11-23', '2026-11-24', '2026-11-27', '2026-11-28'].map((date) => dayOf(simHall(), date));
type Of<E extends HallEvent, K> = E extends unknown ? (K extends E['kind'] ? E : never) : never;
const of = <K extends HallEvent['kind']>(events: HallEvent[], kind: K) =>
  events.filter((event): event is Of<HallEvent, K> => event.kind === kind);

describe('people', () => {
  test.each(flagshipDays)('$date: inside is entered less left, never over capacity, and nobody stays', (day) => {
    const events = simulate(day, 1);
    let inside = 0;
    for (const event of events) {
      if (event.kind === 'enter') inside += 1;
      if (event.kind === 'leave') inside -= 1;
      expect(event.inside).toBe(inside);
    }
    expect(inside).toBe(0);
    expect(Math.min(...events.map((event) => event.inside - event.staffInside))).toBe(0);
    const customersIn = of(events, 'enter').filter((event) => !event.staff);
    expect(Math.max(...customersIn.map((event) => event.inside))).toBeLessThanOrEqual(60);
  });

  test('staff come before opening and leave after the last ticket is served', () => {
    const [day] = flagshipDays;
    const events = simulate(day as NonNullable<typeof day>, 1);
    const opening = day?.open[0]?.from ?? 0;
    const staff = [...of(events, 'enter'), ...of(events, 'leave')].filter((event) => event.staff);
    const early = staff.filter((event) => event.kind === 'enter' && event.at < opening);
    expect(early).toHaveLength(9);
    expect(opening - Math.min(...early.map(({ at }) => at))).toBeLessThan(40 * minuteMs);
    const lastFinish = Math.max(...of(events, 'finish').map(({ at }) => at));
    expect(Math.max(...staff.map(({ at }) => at))).toBeGreaterThan(lastFinish);
  });

  test('no customer comes in after closing, but for zones that stay open', () => {
    const zones = simHall().file.zones.map(({ hours: _hours, ...zone }) => zone);
    const day = dayOf(simHall({ zones }));
    const closing = day.open[0]?.to ?? 0;
    const late = of(simulate(day, 1), 'enter').filter((event) => event.at >= closing);
    expect(late.every((event) => event.staff)).toBe(true);
    const night = of(simulate(dayOf(simHall()), 1), 'enter').filter((event) => event.at >= closing && !event.staff);
    expect(new Set(night.map(({ door }) => door))).toEqual(new Set(['jf-door-side']));
  });
});

describe('queue', () => {
  test.each(flagshipDays)('$date: tickets and desks are coherent', (day) => {
    const events = simulate(day, 1);
    const tickets = new Map<string, string>();
    const desks = new Map<string, string | null>();
    const gone = new Set<string>();
    for (const event of events) {
      if (event.kind === 'walk-out') gone.add(event.ticket);
      if (event.kind === 'desk-close' || event.kind === 'desk-pause') expect(desks.get(event.desk) ?? null).toBeNull();
      if (!('service' in event) || event.kind === 'walk-out') continue;
      const { kind, ticket, desk = '' } = event;
      const allowed: Record<typeof kind, (string | undefined)[]> = {
        issue: [undefined],
        call: ['issue', 'transfer'],
        recall: ['call'],
        start: ['call', 'recall'],
        finish: ['start'],
        'no-show': ['call', 'recall'],
        cancel: ['issue', 'transfer'],
        transfer: ['start'],
      };
      expect(allowed[kind]).toContain(tickets.get(ticket));
      tickets.set(ticket, kind);
      if (kind === 'call') {
        expect(desks.get(desk) ?? null).toBeNull();
        desks.set(desk, ticket);
      }
      if (['start', 'finish', 'no-show', 'transfer'].includes(kind)) expect(desks.get(desk)).toBe(ticket);
      if (kind === 'start') expect(gone).not.toContain(ticket);
      if (kind === 'no-show') expect(gone).toContain(ticket);
      if (kind === 'finish' || kind === 'no-show' || kind === 'transfer') desks.set(desk, null);
    }
    for (const last of tickets.values()) expect(['finish', 'no-show', 'cancel']).toContain(last);
  });

  test('the counts of the waiting are those of the tickets', () => {
    const events = simulate(dayOf(simHall(), '2026-11-30'), 2);
    const open = new Set<string>();
    const gone = new Set<string>();
    for (const event of events) {
      if (event.kind === 'issue' || event.kind === 'transfer') open.add(event.ticket);
      if (event.kind === 'call' || event.kind === 'cancel') open.delete(event.ticket);
      if (event.kind === 'walk-out') gone.add(event.ticket);
      expect(event.openTickets).toBe(open.size);
      expect(event.waiting).toBe([...open].filter((ticket) => !gone.has(ticket)).length);
    }
    expect(gone.size).toBeGreaterThan(0);
  });

  test('a desk calls appointments, then the first of its services with someone in line, those with priority first', () => {
    const hall = simHall();
    const lines = new Map<string, { ticket: string; rank: number }[]>();
    const serves = new Map(hall.file.desks.map((desk) => [desk.id, desk.serves]));
    const line = (service: string) => lines.get(service) ?? [];
    let ahead = 0;
    for (const event of simulate(dayOf(hall, '2026-11-23'), 2)) {
      if (event.kind === 'issue' || event.kind === 'transfer') {
        const [rank, service] = [event.appointment ? 2 : event.priority ? 1 : 0, event.toService ?? event.service];
        const behind = line(service).findIndex((other) => other.rank < rank);
        const place = behind === -1 ? line(service).length : behind;
        if (behind !== -1) ahead += 1;
        lines.set(service, line(service).toSpliced(place, 0, { ticket: event.ticket, rank }));
      }
      if (event.kind === 'cancel') {
        lines.set(
          event.service,
          line(event.service).filter(({ ticket }) => ticket !== event.ticket),
        );
      }
      if (event.kind !== 'call') continue;
      const waiting = serves.get(event.desk ?? '')?.filter((service) => line(service).length > 0) ?? [];
      expect(event.service).toBe(waiting.find((service) => line(service)[0]?.rank === 2) ?? waiting[0]);
      expect(line(event.service)[0]?.ticket).toBe(event.ticket);
      lines.set(event.service, line(event.service).slice(1));
    }
    expect(ahead).toBeGreaterThan(0);
  });

  test('a change of shift is announced 10 to 15 minutes ahead with a reason and a time', () => {
    const changes = of(simulate(dayOf(simHall()), 1), 'desk-pause').filter(({ reason }) => reason === 'shift-change');
    expect(changes).toHaveLength(3);
    for (const { at, until = 0 } of changes) {
      expect(until - at).toBeGreaterThanOrEqual(10 * minuteMs);
      expect(until - at).toBeLessThanOrEqual(16 * minuteMs);
    }
  });

  test('clerks enter the business item: those of the standards, and a service takes as long as ever', () => {
    const [day] = flagshipDays;
    const items = Object.keys(simHall().items);
    const begun = of(simulate(day as NonNullable<typeof day>, 1), 'start').filter(
      ({ service }) => service === 'general',
    );
    expect(new Set(begun.map(({ item }) => item))).toEqual(new Set(items));
    const mix = new ItemMix(simHall().items);
    const random = new Random('items');
    const lengths = Array.from({ length: 20_000 }, () => mix.draw('general', random).meanMs);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    expect(Math.abs(mean / meanServiceMs('general') - 1)).toBeLessThan(0.02);
    expect(mix.draw('payment', random).item).toBeUndefined();
  });

  test('a planned lunch says until when, and the desk opens again', () => {
    const events = simulate(dayOf(simHall()), 1);
    const lunches = of(events, 'desk-pause').filter((event) => event.reason === 'lunch');
    expect(lunches.length).toBeGreaterThanOrEqual(6);
    for (const lunch of lunches) {
      expect(lunch.until).toBeGreaterThan(lunch.at);
      const back = of(events, 'desk-open').find((event) => event.desk === lunch.desk && event.at > lunch.at);
      expect(Math.abs((back?.at ?? 0) - (lunch.until ?? 0))).toBeLessThanOrEqual(4 * minuteMs);
    }
  });
});

describe('a believable flagship', () => {
  test('is busy at its peaks, and most are called in time', () => {
    const days = Array.from({ length: 10 }, (_, i) => simulate(dayOf(simHall(), `2026-11-${16 + i}`), 1));
    const waits = days.flatMap((events) => {
      const issued = new Map(of(events, 'issue').map((event) => [event.ticket, event.at]));
      return of(events, 'start').map((event) => (event.at - (issued.get(event.ticket) ?? 0)) / minuteMs);
    });
    const inTime = waits.filter((wait) => wait <= 15).length / waits.length;
    expect(inTime).toBeGreaterThan(0.82);
    expect(inTime).toBeLessThan(0.99);
    const most = (pick: (event: HallEvent) => number) =>
      days.map((events) => Math.max(...events.map(pick))).sort((a, b) => a - b)[5] ?? 0;
    expect(most((event) => event.inside)).toBeGreaterThanOrEqual(35);
    expect(most((event) => event.waiting)).toBeGreaterThanOrEqual(10);
    expect(most((event) => event.waiting)).toBeLessThanOrEqual(30);
  });
});

describe('halls of every shape', () => {
  const shapes: [string, Partial<HallFile>][] = [
    ['always open', { hours: 'always' }],
    ['without doors', { doors: [] }],
    ['without desks', { desks: [] }],
    ['without queue machines', { queueMachines: [] }],
    ['with two queue machines', { queueMachines: [...simHall().file.queueMachines, { ...machine('jf-queue-2') }] }],
    ['closed', { hours: 'closed' }],
    ['open twice a day', { hours: '08:30-12:00, 13:30-18:00' }],
    ['empty at noon', { emptyAt: '12:00' }],
    ['with nothing in it', { doors: [], desks: [], queueMachines: [], services: [], terminals: [] }],
  ];
  test.each(shapes)('%s: ends empty, with every ticket called or given back', (_name, changes) => {
    const day = dayOf(simHall(changes));
    const events = simulate(day, 3);
    const last = events.at(-1);
    expect(last?.inside ?? 0).toBe(0);
    expect(last?.openTickets ?? 0).toBe(0);
    const ended = of(events, 'finish').length + of(events, 'transfer').length;
    expect(of(events, 'start')).toHaveLength(ended);
    expect(events.every((event) => event.at >= day.from && event.at < day.to)).toBe(true);
    if (changes.desks || changes.queueMachines?.length === 0) expect(of(events, 'issue')).toEqual([]);
    if (changes.doors) expect(of(events, 'enter').every(({ door }) => door === null)).toBe(true);
  });
});

function machine(id: string): HallFile['queueMachines'][number] {
  return { id, zone: 'waiting', name: { 'zh-CN': '排队叫号机', en: 'Queue machine' } };
}
