import { afterEach, describe, expect, test } from 'vitest';
import type { DeviceEntry } from '../../../firmware-sim/devices/plan.ts';
import { devicesOf, planDay } from '../../../firmware-sim/devices/plan.ts';
import type { DeviceMessage } from '../../../firmware-sim/devices/sequenced.ts';
import { hallDay } from '../../../firmware-sim/model/hall-day.ts';
import { ordinary } from '../../../firmware-sim/model/profile.ts';
import type { PastLine } from '../../../firmware-sim/past/device-lines.ts';
import { deviceLines } from '../../../firmware-sim/past/device-lines.ts';
import { simulatedPast } from '../../../firmware-sim/past/simulated.ts';
import { readHalls } from '../../../firmware-sim/registry/read.ts';
import { endAll, run } from './program.ts';

const minuteMs = 60_000;
const device: DeviceEntry = { region: 'r', hall: 'h', id: 'd', kind: 'door' };
const span = { from: 0, to: 3_600_000 };
const resend = true;
const message = (at: number, seq: number): DeviceMessage => ({ at, channel: 'door', boot: 1, seq, payload: `${seq}` });
const isWord = ({ topic }: PastLine) => topic.endsWith('/status');
const wordsOf = (lines: readonly PastLine[]) =>
  lines.filter(isWord).map(({ payload, time }) => ({
    time,
    ...(JSON.parse(payload) as { online: boolean; conn: number; lastSeq?: number }),
  }));

/** Stretches without a sign of life, longer than what a server calls silence. */
function silences(lines: readonly PastLine[]): [number, number][] {
  const times = [...lines.map(({ time }) => time), span.to];
  return times.flatMap((time, i): [number, number][] => {
    const before = times[i - 1] ?? span.from;
    return time - before > 90_000 ? [[before, time]] : [];
  });
}

describe('what a device had on the wire', () => {
  test('its messages as they are, and words only where it would else seem silent', () => {
    const messages = [message(0, 1), message(10 * minuteMs, 2), message(11 * minuteMs, 3)];
    const lines = deviceLines({ device, boot: 1, span, messages, resend });
    expect(lines.filter((line) => !isWord(line)).map(({ payload, time }) => [payload, time])).toEqual([
      ['1', 0],
      ['2', 600_000],
      ['3', 660_000],
    ]);
    expect(silences(lines)).toEqual([]);
    expect(wordsOf(lines).length).toBeLessThan(45);
    expect(wordsOf(lines).every(({ time }) => time % 30_000 === 0)).toBe(true);
    expect(wordsOf(lines).at(-1)).toMatchObject({ online: true, conn: 1, lastSeq: 3 });
  });

  test('cut off: the will, and at its end another connection and all that waited', () => {
    const spells = [{ hindrance: 'cut' as const, from: 10 * minuteMs, to: 20 * minuteMs }];
    const lines = deviceLines({ device, boot: 1, span, messages: [message(15 * minuteMs, 1)], spells, resend });
    const words = wordsOf(lines).filter(({ time }) => time >= 9 * minuteMs && time <= 20 * minuteMs);
    expect(words.map(({ time, online, conn }) => [time, online, conn])).toEqual([
      [9 * minuteMs, true, 1],
      [9.5 * minuteMs, true, 1],
      [10 * minuteMs, false, 1],
      [20 * minuteMs, true, 2],
    ]);
    expect(lines.find((line) => !isWord(line))?.time).toBe(20 * minuteMs);
  });

  test('frozen: silent since its last beat, without a will', () => {
    const spells = [{ hindrance: 'frozen' as const, from: 10 * minuteMs + 5_000, to: 20 * minuteMs }];
    const lines = deviceLines({ device, boot: 1, span, messages: [], spells, resend });
    expect(silences(lines)).toEqual([[10 * minuteMs, 20 * minuteMs]]);
    expect(wordsOf(lines).every(({ online }) => online)).toBe(true);
  });

  test('what the broker lost in its death comes when it is back', () => {
    const spells = [
      { hindrance: 'lossy' as const, from: 9 * minuteMs, to: 10 * minuteMs },
      { hindrance: 'cut' as const, from: 10 * minuteMs, to: 12 * minuteMs },
    ];
    const lines = deviceLines({ device, boot: 1, span, messages: [message(9.5 * minuteMs, 1)], spells, resend });
    expect(lines.filter((line) => !isWord(line)).map(({ time }) => time)).toEqual([12 * minuteMs]);
  });
});

test('a simulated past has the bytes of the live simulator, all of them, each hall in order of time', async () => {
  const halls = await readHalls('config');
  const from = Temporal.PlainDate.from('2026-11-09');
  const told = [...simulatedPast({ halls, from, to: from.add({ days: 1 }), seed: 7, profile: ordinary })];
  expect(told).toHaveLength(2 * halls.length);
  for (const [i, lines] of told.entries()) {
    const hall = halls[i % halls.length];
    if (!hall) throw new Error('no hall');
    const { devices } = planDay(hallDay(hall, from.add({ days: Math.floor(i / halls.length) })), 7);
    for (const { id } of devicesOf(hall.file)) {
      const payloads = lines
        .filter((line) => line.topic.includes(`/${id}/`) && !isWord(line))
        .map(({ payload }) => payload);
      expect(payloads).toEqual(devices.get(id)?.messages.map(({ payload }) => payload));
    }
    expect(lines.every(({ time }, n) => time >= (lines[n - 1]?.time ?? 0))).toBe(true);
  }
});

describe('the program', () => {
  afterEach(() => {
    endAll();
  });

  test('waits for its reader, and ends with it', async () => {
    const program = run('past/main.ts', ['--from', '2026-01-01', '--to', '2026-12-31']);
    program.child.stdout?.once('data', () => program.child.stdout?.destroy());
    expect(await program.ended).toBe(0);
    expect(program.err()).toBe('');
  });

  test.each([
    [[], 'past: --from is missing: a local date, as YYYY-MM-DD'],
    [['--from', '2026-11-02', '--to', '2026-11-01'], 'past: --to is 2026-11-01, before --from 2026-11-02'],
    [['--records', 'README.md', '--until', '2026-11-01'], 'past: --records needs one --hall: whose devices they are'],
    [
      ['--records', 'README.md', '--hall', 'jiefang', '--until', '2026-11-01'],
      'past: README.md is no record that we know',
    ],
  ])('%j is one clear line', async (args, line) => {
    const program = run('past/main.ts', args);
    expect(await program.ended).toBeGreaterThan(0);
    expect(program.err()).toContain(line);
    expect(program.err().trim().split('\n')).toHaveLength(1);
  });
});
