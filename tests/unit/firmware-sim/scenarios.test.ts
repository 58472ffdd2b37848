import { describe, expect, test } from 'vitest';
import { planDay } from '../../../firmware-sim/devices/plan.ts';
import { ordinary } from '../../../firmware-sim/model/profile.ts';
import { listScenarios, parseScenario, profileOf, readScenario } from '../../../firmware-sim/scenario/read.ts';
import { dayOf, simHall } from './halls.ts';

const day = dayOf(simHall());
const planned = async (name: string) => planDay(day, 1, profileOf(await readScenario(name)));
const issued = ({ truth }: ReturnType<typeof planDay>) => truth.filter(({ kind }) => kind === 'issue').length;

test('all that ship can be read, and normal is an ordinary day', async () => {
  const all = await listScenarios();
  expect(all.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['normal', 'quiet', 'lunch-rush', 'month-end', 'campaign', 'holiday-eve', 'broker-dies']),
  );
  expect(profileOf(await readScenario('normal'))).toEqual(ordinary);
});

test('a quiet day has fewer customers and no fault, a month end more customers', async () => {
  const [quiet, normal, monthEnd] = await Promise.all(['quiet', 'normal', 'month-end'].map(planned));
  if (!quiet || !normal || !monthEnd) throw new Error('a plan is missing');
  expect(issued(quiet)).toBeLessThan(0.7 * issued(normal));
  expect(issued(monthEnd)).toBeGreaterThan(1.1 * issued(normal));
  expect(quiet.truth.some((event) => event.kind === 'fault' && event.fault === 'hardware')).toBe(false);
});

test('a broker that dies takes every device with it, and what it was sent last', async () => {
  const { devices } = await planned('broker-dies');
  for (const { spells } of devices.values()) {
    const died = spells.find(({ hindrance }) => hindrance === 'lossy')?.to ?? 0;
    expect(spells).toContainEqual({ hindrance: 'cut', from: died, to: died + 180_000 });
  }
});

test('T2: a clock that is wrong changes ts and nothing else', async () => {
  const [right, wrong] = [await planned('normal'), await planned('drifting-clocks')];
  let most = 0;
  for (const [device, { messages, aheadMs }] of wrong.devices) {
    most = Math.max(most, Math.abs(aheadMs));
    const before = right.devices.get(device)?.messages ?? [];
    expect(messages.map(({ at, seq }) => [at, seq])).toEqual(before.map(({ at, seq }) => [at, seq]));
    for (const { at, payload } of messages) expect(JSON.parse(payload).ts).toBe(at + aheadMs);
  }
  expect(most).toBeGreaterThan(120_000);
});

test('counters that miss 1 % in and 3 % out let the count drift up', async () => {
  const { devices } = await planned('unequal-counters');
  const counted = { in: 0, out: 0 };
  for (const door of day.hall.file.doors) {
    const totals = JSON.parse(devices.get(door.id)?.messages.at(-1)?.payload ?? '');
    counted.in += totals.in;
    counted.out += totals.out;
  }
  expect(counted.in - counted.out).toBeGreaterThan(0.01 * counted.in);
});

describe('a file with faults', () => {
  test('is refused with all of them at once, each with its place', () => {
    const text =
      'about: x\ndemand: { factor: -1, speed: 3 }\nfaults: { kinds: { jam: 2 } }\noutages: [{ from: "9" }]\n';
    const words = [
      /mine.yaml: /,
      /demand.*: speed/,
      /demand\.factor/,
      /faults\.kinds.*: jam/,
      /outages\.0.*to/,
      /0\.from/,
    ];
    for (const word of words) expect(() => parseScenario(text, 'mine.yaml')).toThrow(word);
    expect(() => parseScenario(text, 'mine.yaml')).toThrow(/^[^\n]+$/);
    expect(() => parseScenario('a: [', 'mine.yaml')).toThrow(/^mine\.yaml: [^\n]+$/);
  });

  test('or whose name nobody knows', async () => {
    await expect(readScenario('no-such')).rejects.toThrow(/no scenario "no-such": there are .*normal/);
    await expect(readScenario('no-such.yaml')).rejects.toThrow(/can't read no-such\.yaml/);
  });
});
