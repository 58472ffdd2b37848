// G1: what is asked for again, when, and how often.
import { beforeEach, describe, expect, it } from 'vitest';
import type { ManualClock } from '../../../server/clock.ts';
import { manualClock } from '../../../server/clock.ts';
import type { HallConfig } from '../../../server/config/hall-config.ts';
import type { Config } from '../../../server/config/load.ts';
import type { ResendMessage } from '../../../server/contracts/messages.ts';
import type { IngestState } from '../../../server/contracts/names.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import { Halls } from '../../../server/hall/halls.ts';
import { GapRepair } from '../../../server/ingest/gap-repair.ts';
import { at, door, gone, hallConfig, status } from '../../support/hall-maker.ts';

const noon = at('2026-11-23 12:00');
const device = 'door-a';

let clock: ManualClock;
let halls: Halls;
let repair: GapRepair;
let configured = 0;
let made: Map<string, number>;
let asked: (ResendMessage & { topic: string; at: number })[];
let ingest: IngestState;

function configure(...configs: HallConfig[]): void {
  const known = new Map(configs.map((config) => [config.id, config]));
  halls.configure({ halls: known, hash: String(configured++) } as unknown as Config, null);
}

beforeEach(() => {
  clock = manualClock(noon);
  asked = [];
  made = new Map();
  ingest = 'ok';
  halls = new Halls({ simulated: true, changed: () => {} });
  configure(hallConfig());
  const publish = (topic: string, payload: string) => {
    asked.push({ ...(JSON.parse(payload) as ResendMessage), topic, at: clock.now() });
  };
  const source = () => ({ state: ingest, publish });
  repair = new GapRepair({ clock, halls, source, log: { warn: () => {} } });
});

function take(...readings: Reading[]): void {
  for (const one of readings) repair.applied(one, halls.apply(one).notes);
}

/** What a device sends late or again keeps the time at which it was made. */
function message(seq: number, boot = 1, id = device): Reading {
  const name = `${id} ${boot}`;
  const isLate = seq < (made.get(name) ?? 0);
  made.set(name, Math.max(seq, made.get(name) ?? 0));
  const ts = isLate ? noon : clock.now();
  return { ...door(id, [boot, seq], [seq, 0], ts), receivedAt: clock.now() };
}
const messages = (from: number, to: number, boot = 1) =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i, boot));
const word = (lastSeq: number, { boot = 1, conn = 1, id = device, resend = true, online = true } = {}) =>
  status(id, [boot, conn], clock.now(), { lastSeq, resend, online });
const pass = (seconds: number) => clock.moveTo(clock.now() + seconds * 1_000);
const pieces = () => asked.map(({ boot, from, to }) => [boot, from, to]);
const answer = (ranges: [number, number][] = []): Reading => {
  const last = asked.at(-1);
  return {
    ...gone(device, last?.boot ?? 0, ranges, clock.now()),
    body: { kind: 'resent', id: last?.id ?? '', boot: last?.boot ?? 0, gone: ranges },
  };
};
/** Status words every 30 s keep a device alive. */
function live(seconds: number, lastSeq: number): void {
  for (let s = 0; s < seconds; s += 30) {
    pass(30);
    take(word(lastSeq));
  }
}

describe('G1: asking', () => {
  it('begins 5 s after a gap is seen, on the device’s own topic, inclusive', () => {
    take(word(0), message(1), message(5));
    pass(4.9);
    expect(asked).toEqual([]);
    pass(0.2);
    expect(asked).toMatchObject([{ topic: 'hallwatch/v1/test/test-hall/door-a/resend', boot: 1, from: 2, to: 4 }]);
  });

  it('begins with a tail 5 s after the word that told of it', () => {
    take(word(0), message(1), word(4));
    pass(5);
    expect(pieces()).toEqual([[1, 2, 4]]);
  });

  it('leaves alone a backlog that is still coming by itself', () => {
    take(word(0), message(1), word(40));
    for (let seq = 2; seq <= 20; seq++) {
      pass(1);
      take(message(seq));
    }
    expect(asked).toEqual([]);
    pass(5);
    expect(pieces()).toEqual([[1, 21, 40]]);
  });

  it('leaves alone what filled in the meantime', () => {
    take(word(0), message(1), message(3));
    pass(3);
    take(message(2));
    pass(60);
    expect(asked).toEqual([]);
  });

  it('is for 500 at most; the next piece goes at once when this one is here', () => {
    take(word(0), message(1), message(1_200));
    pass(5);
    expect(pieces()).toEqual([[1, 2, 501]]);
    take(...messages(2, 500));
    expect(asked).toHaveLength(1);
    take(message(501));
    expect(pieces()).toEqual([
      [1, 2, 501],
      [1, 502, 1_001],
    ]);
    take(...messages(502, 1_001), ...messages(1_002, 1_199));
    expect(pieces()).toEqual([
      [1, 2, 501],
      [1, 502, 1_001],
      [1, 1_002, 1_199],
    ]);
    expect(Object.fromEntries(repair.outcomes)).toEqual({ asked: 3, answered: 3 });
    pass(600);
    expect(asked).toHaveLength(3);
  });

  it('goes on at once when the device answers that the rest is gone, and never asks for that again', () => {
    take(word(0), message(1), message(5), message(9));
    pass(5);
    take(message(2), answer([[3, 4]]));
    expect(pieces()).toEqual([
      [1, 2, 4],
      [1, 6, 8],
    ]);
    take(answer([[6, 8]]));
    live(600, 9);
    expect(asked).toHaveLength(2);
    expect(Object.fromEntries(repair.outcomes)).toEqual({ asked: 2, answered: 2, gone: 2 });
  });

  it('asks for the tail of an older boot, and for the oldest first', () => {
    take(word(0), message(1), word(3), word(0, { boot: 2 }), message(2, 2));
    pass(5);
    take(message(2), message(3));
    expect(pieces()).toEqual([
      [1, 2, 3],
      [2, 1, 1],
    ]);
  });
});

describe('G1: a budget for asking', () => {
  it('is paced when a device answers at once that nothing is left', () => {
    take(word(0), message(1), message(20_000));
    for (let i = 0; i < 600; i++) {
      pass(1);
      if (i % 30 === 0) take(word(20_000));
      const last = asked.at(-1);
      if (last?.at === clock.now()) take(answer([[last.from, last.to]]));
    }
    // 1, 2, 4 ... seconds apart, up to a minute.
    expect(asked.length).toBeLessThan(16);
    expect(asked.length).toBeGreaterThan(10);
  });

  it('is a thousand requests a device and day, and is counted', () => {
    take(word(0), message(1));
    for (let seq = 3; seq < 2_800; seq += 2) take(message(seq));
    pass(5);
    for (let i = 0; i < 1_500; i++) {
      const last = asked.at(-1);
      if (!last || asked.length === i) break;
      take(message(last.from));
    }
    expect(asked).toHaveLength(1_000);
    expect(repair.outcomes.get('over-budget')).toBe(1);
    live(600, 2_799);
    expect(asked).toHaveLength(1_000);
    expect(repair.outcomes.get('over-budget')).toBe(1);
    // The next day it may be asked again.
    clock.moveTo(at('2026-11-24 09:00'));
    take(word(2_799));
    pass(10);
    expect(asked.length).toBe(1_001);
  });

  it('asks a device that doesn’t count its boots by the number that it knows', () => {
    take(word(0), message(1), message(2));
    pass(60);
    made.clear();
    take(message(1), message(4), word(4));
    pass(5);
    expect(pieces()).toEqual([[1, 2, 3]]);
    const answers = [2, 3].map((seq) => ({
      ...door(device, [1, seq], [seq, 0], clock.now() - 6_000),
      receivedAt: clock.now(),
    }));
    for (const one of answers) {
      const { notes, named = one } = halls.apply(one);
      repair.applied(named, notes);
    }
    expect(Object.fromEntries(repair.outcomes)).toEqual({ asked: 1, answered: 1 });
  });
});

describe('G1: back-off', () => {
  it('doubles from 5 s to 5 min while nothing comes back', () => {
    take(word(0), message(1), message(3));
    live(1_800, 3);
    const steps = asked.map((one, i) => (one.at - (asked[i - 1]?.at ?? noon)) / 1_000);
    // Each waits 5 s for an answer, and then its pause.
    expect(steps.slice(0, 9)).toEqual([5, 10, 15, 25, 45, 85, 165, 305, 305]);
    expect(repair.outcomes.get('answered')).toBeUndefined();
  });

  it('gives other gaps their turn while one gets no answer', () => {
    take(word(0), message(1), message(3), message(5));
    pass(19);
    expect(pieces()).toEqual([
      [1, 2, 2],
      [1, 4, 4],
    ]);
    take(message(4));
    expect(pieces()).toEqual([
      [1, 2, 2],
      [1, 4, 4],
      [1, 2, 2],
    ]);
  });

  it('waits on while something of the answer comes', () => {
    take(word(0), message(1), message(8));
    pass(5);
    for (let seq = 2; seq <= 6; seq++) {
      pass(4);
      take(message(seq));
    }
    expect(asked).toHaveLength(1);
    pass(10);
    expect(repair.outcomes.get('unanswered')).toBe(1);
  });

  it('begins anew when the device comes back', () => {
    take(word(0), message(1), message(3));
    live(300, 3);
    const before = asked.length;
    take(word(3, { conn: 2 }));
    pass(5);
    expect(asked).toHaveLength(before + 1);
  });
});

describe('G1: whom it asks', () => {
  it('is a device that lives and says that it can send again, else nobody until its next word', () => {
    take(word(0, { resend: false }), message(1), message(3));
    pass(60);
    expect(asked).toEqual([]);
    take(word(3));
    pass(5);
    expect(asked).toHaveLength(1);
  });

  it('is not a device that is offline; it is asked when it is back', () => {
    take(word(0), message(1), message(3), word(3, { online: false }));
    pass(600);
    expect(asked).toEqual([]);
    take(word(3, { conn: 2 }));
    pass(5);
    expect(pieces()).toEqual([[1, 2, 2]]);
  });

  it('is nobody while there is no broker', () => {
    take(word(0), message(1), message(3));
    ingest = 'no-broker';
    pass(20);
    ingest = 'ok';
    take(word(3));
    expect(asked).toEqual([]);
    pass(5);
    expect(asked).toHaveLength(1);
  });

  it('I5: is never a device of the other sort than the folder', () => {
    take(word(0), message(1), message(3));
    halls.get('test-hall')?.state.strangers.add(device);
    pass(600);
    expect(asked).toEqual([]);
  });

  it('is 32 devices at a time, and all in turn, also when some have gone', () => {
    const doors = Array.from({ length: 80 }, (_, i) => ({
      id: `door-${i}`,
      zone: 'floor',
      name: { 'zh-CN': 'D', en: 'D' },
    }));
    configure(hallConfig({ doors }));
    for (const { id } of doors) take(word(0, { id }), message(1, 1, id), message(3, 1, id));
    pass(5);
    expect(asked).toHaveLength(32);
    for (const { id } of doors.slice(32, 70)) take(word(3, { id, online: false }));
    for (const { id } of doors.slice(0, 32)) take(message(2, 1, id));
    pass(0);
    expect(asked).toHaveLength(32 + 10);
    expect(new Set(asked.map(({ topic }) => topic)).size).toBe(42);
  });

  it('is everyone with gaps, once all halls are reviewed after a restart', () => {
    for (const one of [word(0), message(1), message(3)]) halls.apply(one);
    pass(20);
    expect(asked).toEqual([]);
    repair.reviewAll();
    take(word(3));
    pass(5);
    expect(pieces()).toEqual([[1, 2, 2]]);
    repair.close();
    pass(600);
    expect(asked).toHaveLength(1);
  });
});
