import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { simClock } from '../../../firmware-sim/clock.ts';
import { Fleet } from '../../../firmware-sim/fleet.ts';
import type { HallEvent } from '../../../firmware-sim/model/hall-event.ts';
import { TestBroker } from './broker.ts';
import type { HandClock } from './halls.ts';
import { dayOf, handClock, simHall } from './halls.ts';

const day = dayOf(simHall({}, 'qingshan'));
const hourMs = 3_600_000;
const midMorning = day.from + 6.5 * hourMs;
const until = (condition: () => unknown) =>
  vi.waitFor(() => expect(condition()).toBeTruthy(), { timeout: 8_000, interval: 10 });

let broker: TestBroker;
let fleets: Fleet[] = [];

beforeEach(async () => {
  broker = await TestBroker.start();
});

afterEach(async () => {
  await Promise.all(fleets.map((fleet) => fleet.stop()));
  fleets = [];
  await broker.stop();
});

function fleetAt(clock: HandClock, onTruth?: (hall: string, event: HallEvent) => void) {
  const said: string[] = [];
  const fleet = new Fleet({
    halls: [simHall({}, 'qingshan')],
    broker: { url: broker.url, protocolVersion: 4 },
    clock,
    seed: 1,
    say: (line) => said.push(line),
    onTruth,
  });
  fleets.push(fleet);
  return { fleet, said };
}

const texts = (channel: string) => broker.on(channel).map(({ text }) => text);
/** How many messages the devices said they had when all of them had connected; 0 before. */
const backlog = () => {
  const statuses = texts('status').map((text) => JSON.parse(text));
  return statuses.length < 4 ? 0 : statuses.slice(0, 4).reduce((sum, { lastSeq }) => sum + lastSeq, 0);
};
/** Everything that counts, from all devices. */
const counted = () => ['door', 'queue', 'terminal'].flatMap(texts);
const last = (channel: string) => JSON.parse(texts(channel).at(-1) ?? '{}');

describe('a hall by the clock', () => {
  test('started in the middle of a day, it first tells the day so far, then goes on', async () => {
    const clock = handClock(midMorning);
    const { fleet, said } = fleetAt(clock);
    await fleet.start();
    await until(() => said.length === 1);
    expect(said[0]).toBe(`4 devices of 1 hall are connected to ${broker.url}`);
    const backlog = broker.on('status', 'qs-queue').map(({ text }) => JSON.parse(text).lastSeq)[0];
    expect(backlog).toBeGreaterThan(50);
    await until(() => broker.on('queue').length === backlog);
    expect(JSON.parse(texts('door')[0] ?? '')).toMatchObject({ ts: day.from, boot: day.boot, seq: 1, in: 0, out: 0 });
    expect(last('queue').ts).toBeLessThanOrEqual(midMorning);
    clock.moveTo(midMorning + hourMs);
    await until(() => last('queue').ts > midMorning);
  });

  test('I2: killed and started again on the same day, it repeats itself byte for byte', async () => {
    const first = fleetAt(handClock(midMorning));
    await first.fleet.start();
    await until(() => backlog() > 0 && counted().length === backlog());
    broker.cut();
    await first.fleet.stop();
    const before = new Set(counted());
    broker.published.length = 0;
    const second = fleetAt(handClock(midMorning));
    await second.fleet.start();
    await until(() => backlog() > 0 && counted().length === backlog());
    expect(before.size).toBe(backlog());
    expect(new Set(counted())).toEqual(before);
  });

  test('at emptyAt it goes over to the next day: boot one higher, totals from 0', async () => {
    const clock = handClock(day.to - 1_000);
    const { fleet, said } = fleetAt(clock);
    await fleet.start();
    await until(() => said.length === 1);
    clock.moveTo(day.to);
    await until(() => last('door').boot === day.boot + 1);
    expect(last('door')).toEqual({ ts: day.to, boot: day.boot + 1, seq: 1, in: 0, out: 0 });
    await until(() => last('status').boot === day.boot + 1 && last('status').online);
  });

  test('the truth is told as it happens, with who is inside and waiting', async () => {
    const seen: HallEvent[] = [];
    const clock = handClock(midMorning);
    const { fleet } = fleetAt(clock, (hall, event) => {
      expect(hall).toBe('qingshan');
      seen.push(event);
    });
    await fleet.start();
    expect(seen.length).toBeGreaterThan(100);
    expect(seen.every(({ at }) => at <= midMorning)).toBe(true);
    clock.moveTo(midMorning + hourMs);
    expect(seen.at(-1)?.at).toBeGreaterThan(midMorning);
    expect(seen.at(-1)).toMatchObject({ inside: expect.any(Number), waiting: expect.any(Number) });
  });
});

test('without a broker it says so once, and again when there is one', async () => {
  const { port } = broker;
  await broker.stop();
  const { fleet, said } = fleetAt(handClock(midMorning));
  await fleet.start();
  await until(() => said.length === 1);
  expect(said[0]).toMatch(
    /^no broker at mqtt:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\): trying again until there is one$/,
  );
  broker = await TestBroker.start(port);
  await until(() => said.length === 2);
  expect(said[1]).toContain('4 devices of 1 hall are connected');
});

test('T4: at speed, a day passes in seconds', async () => {
  const clock = simClock({ simMs: day.from + 4 * hourMs, realMs: Date.now(), speed: 20_000 });
  const { fleet } = fleetAt(clock as HandClock);
  await fleet.start();
  await until(() => last('door').boot > day.boot);
});
