// P3: a live view of any hall fits its contract and, pushed, its bound; what is left out is of least concern, and said.
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../server/contracts/alerts.ts';
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import { HallLive as Schema } from '../../../server/contracts/hall-live.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import { Hall } from '../../../server/hall/hall.ts';
import { firstLesson } from '../../../server/hall/lesson.ts';
import { fitLiveView, mostViewBytes } from '../../../server/push/fit-live-view.ts';
import { at, hallConfig, queueEvents, reading, status } from '../../support/hall-maker.ts';
import { idOf, largeHall } from '../../support/large-hall.ts';

const minute = 60_000;
const nine = at('2026-11-23 09:00');
const check = Compile(Schema);
const bytesOf = (live: HallLive) => Buffer.byteLength(JSON.stringify(live));

const words = (length: number) => ({ 'zh-CN': '满'.repeat(length), en: 'full '.repeat(length) });
const alert = (i: number, length: number): Alert => {
  const told = (text: string) => ({ what: text, where: text, todo: text });
  const { 'zh-CN': chinese, en } = words(length);
  return {
    id: String(i),
    rule: 'terminal-fault',
    hall: 'test-hall',
    subject: { kind: 'device', id: idOf('kiosk', i, true) },
    severity: 'warning',
    state: 'open',
    since: nine,
    raisedAt: nine,
    acknowledged: null,
    assignedTo: null,
    resolvedAt: null,
    resolvedBy: null,
    cause: null,
    parent: null,
    advice: words(length),
    flapping: false,
    reopened: 0,
    silenced: null,
    text: { 'zh-CN': told(chinese), en: told(en) },
  };
};

/** A hall of this size in which all is busy, read until 09:00 and then some. */
function busyHall(
  size: Parameters<typeof largeHall>[0],
  { isLong = false, oddParts = 0, limitMin = 15, everyMs = 17_333, n = 120 } = {},
): { hall: Hall; now: number } {
  const standards = { all: { waitLimitMin: limitMin, waitCareMin: limitMin / 3 } };
  const hall = new Hall(hallConfig({ ...largeHall(size, isLong), standards }));
  hall.learn(firstLesson());
  const events = queueEvents();
  const id = (name: string, i: number) => idOf(name, i, isLong);
  const readings: Reading[] = [reading('queue', { kind: 'status', boot: 1, conn: 1, online: true, ts: nine - 1 })];
  for (let i = 0; i < n; i++) {
    const now = nine + i * everyMs;
    const service = size.services ? id('service', i % size.services) : undefined;
    const fields = service === undefined ? {} : { service };
    readings.push(events.ticket('issued', `A${i}`, now, { ...fields, ...(i % 4 === 0 ? { tier: 'gold' } : {}) }));
    const desk = id('desk', i % Math.max(1, size.desks));
    if (i % 3 === 0) readings.push(events.ticket('called', `A${i / 3}`, now, { ...fields, desk }));
    if (i % 7 === 0) readings.push(events.desk('desk-paused', desk, now, { reason: '午餐'.repeat(40) }));
    if (i % 5 === 0) readings.push(status('queue', [1, 1], now));
  }
  const last = nine + n * everyMs;
  for (let i = 0; i < size.terminals; i++) {
    const device = id('kiosk', i);
    const parts = Object.fromEntries(
      Array.from({ length: oddParts }, (_, k) => [id('Part', k), `${'状'.repeat(39)}${k % 10}`]),
    );
    readings.push(
      reading(device, {
        kind: 'terminal',
        boot: 1,
        seq: 1,
        state: i % 9 === 0 ? 'out-of-service' : 'in-service',
        parts: i % 5 === 0 ? { paper: 'low', ...parts } : { paper: 'full', ...parts },
        stock: { paper: 7, ...Object.fromEntries(Object.keys(parts).map((part) => [part, 0.1 + 0.2])) },
        busy: i % 2 === 0,
        done: 3 * i,
        failed: i,
        ts: last - minute,
      }),
      status(device, [1, 1], last - 1_000),
    );
  }
  readings.push(reading(id('door', 0), { kind: 'door', boot: 1, seq: 1, in: 10, out: 2, ts: last }));
  readings.push(status('queue', [1, 1], last));
  for (const one of readings) hall.apply(one);
  return { hall, now: last + 1 };
}

function viewOf({ hall, now }: { hall: Hall; now: number }, alerts: Alert[] | null = null): HallLive {
  const { live } = hall.live(now, { simulated: true });
  return { ...live, alerts, alertsOpen: alerts && alerts.length + 3, alertsExplained: alerts && 3 };
}

function expectFits(whole: HallLive): HallLive {
  const pushed = fitLiveView(whole);
  expect([...check.Errors(whole)].slice(0, 3)).toEqual([]);
  expect([...check.Errors(pushed)].slice(0, 3)).toEqual([]);
  expect(bytesOf(pushed)).toBeLessThanOrEqual(mostViewBytes);
  for (const list of ['services', 'desks', 'terminals', 'devices', 'alerts', 'advice'] as const)
    expect((pushed[list]?.length ?? 0) + (pushed.truncated?.[list] ?? 0), list).toBe(whole[list]?.length ?? 0);
  return pushed;
}

const twelve = (length: number) => Array.from({ length: 12 }, (_, i) => alert(i, length));

describe('P3: a live view within 32 KB', () => {
  it('is pushed as it is where it has room', () => {
    const whole = viewOf(busyHall({ desks: 7, terminals: 8, services: 4 }), twelve(6));
    expect(fitLiveView(whole)).toBe(whole);
    expect(whole.truncated).toBeNull();
  });

  it('has every desk, terminal and service of 40, 60 and 20 while that has room', () => {
    const pushed = expectFits(viewOf(busyHall({ desks: 40, terminals: 60, services: 20 }), twelve(6)));
    expect([pushed.desks.length, pushed.terminals.length, pushed.services.length]).toEqual([40, 60, 20]);
    expect(pushed.truncated).toMatchObject({ desks: 0, terminals: 0, services: 0 });
  });

  it.each([
    ['40 desks, 30 kiosks with 64 odd parts, 20 services', { desks: 40, terminals: 30, services: 20 }, 64, 6],
    ['300 services', { desks: 7, terminals: 8, services: 300 }, 0, 6],
    ['100 desks and 200 terminals', { desks: 100, terminals: 200, services: 20 }, 6, 6],
    ['300 doors', { desks: 7, terminals: 8, services: 4, doors: 300 }, 0, 6],
    ['alerts with the longest texts', { desks: 40, terminals: 60, services: 20 }, 0, 9_000],
    ['everything at once', { desks: 200, terminals: 300, services: 200, doors: 40 }, 64, 2_000],
  ])('holds for %s, with short and long ids', (_, size, oddParts, length) => {
    for (const isLong of [false, true]) {
      const pushed = expectFits(viewOf(busyHall(size, { isLong, oddParts, n: 60 }), twelve(length)));
      expect(pushed.truncated).not.toBeNull();
      for (const list of ['services', 'desks', 'terminals', 'alerts'] as const)
        expect(pushed[list]?.length, list).toBeGreaterThan(0);
    }
  });

  it('leaves out the well before the broken, and never the longest wait, a door or a queue machine', () => {
    const whole = viewOf(busyHall({ desks: 100, terminals: 200, services: 300 }, { n: 100 }));
    const pushed = expectFits(whole);
    const broken = ({ terminals }: HallLive) => terminals.filter(({ severity }) => severity === 'fault').length;
    expect(broken(whole)).toBeGreaterThan(10);
    expect(broken(pushed)).toBe(broken(whole));
    expect(pushed.truncated?.terminals).toBeGreaterThan(100);
    const longest = ({ services }: HallLive) => Math.min(...services.flatMap(({ longestSince }) => longestSince ?? []));
    expect(longest(pushed)).toBe(longest(whole));
    expect(pushed.devices.filter(({ kind }) => kind !== 'terminal')).toEqual(
      whole.devices.filter(({ kind }) => kind !== 'terminal'),
    );
    expect(pushed.devices.map(({ id }) => id)).toEqual(
      whole.devices.map(({ id }) => id).filter((id) => pushed.devices.some((one) => one.id === id)),
    );
  });

  it('holds, and fits its contract without a fraction or a number that is none, for any state', {
    timeout: 60_000,
  }, () => {
    const size = fc.record({
      desks: fc.integer({ min: 0, max: 60 }),
      terminals: fc.integer({ min: 0, max: 70 }),
      services: fc.integer({ min: 0, max: 40 }),
    });
    const story = fc.record({
      isLong: fc.boolean(),
      oddParts: fc.integer({ min: 0, max: 64 }),
      // Limits and paces that no whole number of milliseconds expresses.
      limitMin: fc.double({ min: 0.01, max: 30, noNaN: true }),
      everyMs: fc.integer({ min: 1, max: 40_000 }),
      n: fc.integer({ min: 0, max: 90 }),
    });
    fc.assert(
      fc.property(
        size,
        story,
        fc.nat({ max: 3_600_000 }),
        fc.integer({ min: 1, max: 300 }),
        (of, told, later, length) => {
          const { hall, now } = busyHall(of, told);
          const whole = viewOf({ hall, now: now + later }, twelve(length));
          expectFits(whole);
          // What JSON can't express would be null on the way.
          expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
        },
      ),
      { numRuns: 25 },
    );
  });
});
