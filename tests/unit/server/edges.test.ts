// The small machines at the edges: what is logged, when pictures are sent, which time a demo runs at.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { Agenda } from '../../../server/agenda.ts';
import { manualClock, readClockSpec, systemClock } from '../../../server/clock.ts';
import { OpeningHours, weekOf } from '../../../server/config/hours.ts';
import { Refusals } from '../../../server/ingest/refusals.ts';
import { demoClock } from '../../../server/launcher/demo-clock.ts';
import { parseAddress } from '../../../server/listen.ts';
import { LocalDays } from '../../../server/local-days.ts';
import { tempFolder } from '../../support/cleanup.ts';
import { eventually } from '../../support/eventually.ts';

function loggedBy() {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, log: pino({ level: 'info' }, stream) };
}

describe('refusals', () => {
  const message = (topic: string) => ({ topic, bytes: 1, detail: 'detail' });

  it('are logged once per sender, reason and minute', () => {
    const clock = manualClock(0);
    const { lines, log } = loggedBy();
    const refusals = new Refusals({ clock, log });
    for (let i = 0; i < 100; i++) refusals.refused('wrong-type', message('a'));
    refusals.refused('malformed-json', message('a'));
    refusals.refused('wrong-type', message('b'));
    expect(lines).toHaveLength(3);
    clock.moveTo(59_999);
    refusals.refused('wrong-type', message('a'));
    expect(lines).toHaveLength(3);
    clock.moveTo(60_000);
    refusals.refused('wrong-type', message('a'));
    expect(lines).toHaveLength(4);
  });
});

describe('P1: the agenda', () => {
  it('calls each key when its time has come, once, by one clock', () => {
    const clock = manualClock(0);
    const due: string[] = [];
    const timer = new Agenda(clock, (key) => due.push(`${key}@${clock.now()}`));
    timer.set('late', 300_000);
    timer.set('soon', 1_000);
    timer.set('soon', 2_000);
    clock.moveTo(1_999);
    expect(due).toEqual([]);
    clock.moveTo(400_000);
    expect(due).toEqual(['soon@2000', 'late@300000']);
    timer.close();
  });

  it('goes on with what a call asks for', () => {
    const clock = manualClock(0);
    let calls = 0;
    const timer: Agenda = new Agenda(clock, (key) => {
      calls++;
      timer.set(key, clock.now() + 1_000);
    });
    timer.set('hall', 1_000);
    clock.moveTo(10_000);
    expect(calls).toBe(10);
    timer.close();
  });
});

describe('P1: the agenda of a province after a start', () => {
  it('lets others work between the many that are due at once, and leaves none out', async () => {
    const clock = systemClock();
    const worked: string[] = [];
    const agenda = new Agenda(clock, (key) => {
      const until = performance.now() + 2;
      while (performance.now() < until);
      worked.push(key);
    });
    const halls = Array.from({ length: 40 }, (_, i) => `hall-${i}`);
    for (const hall of halls) agenda.set(hall, clock.now());
    const others: number[] = [];
    const other = setInterval(() => others.push(worked.length), 1);
    await eventually(() => worked.length === halls.length);
    clearInterval(other);
    agenda.close();
    expect(worked.toSorted()).toEqual(halls.toSorted());
    expect(others.some((count) => count > 0 && count < halls.length)).toBe(true);
  });
});

describe('P1: the agenda over a long day', () => {
  it('doesn’t grow by keys that are put off again and again, and keeps each at its last moment', () => {
    const clock = manualClock(0);
    const due: string[] = [];
    const agenda = new Agenda(clock, (key) => due.push(`${key}@${clock.now()}`));
    for (let i = 0; i < 100_000; i++) agenda.set(`hall-${i % 3}`, 3_600_000 + i);
    expect(agenda.weight).toBeLessThan(100);
    clock.moveTo(4_000_000);
    expect(due).toEqual(['hall-1@3699997', 'hall-2@3699998', 'hall-0@3699999']);
    agenda.close();
  });

  it('is not asleep for as long as the clock was set back', () => {
    const clock = manualClock(10_000_000);
    const due: string[] = [];
    const agenda = new Agenda(clock, (key) => due.push(key));
    agenda.set('hall', 10_030_000);
    clock.leapTo(6_400_000);
    clock.moveTo(6_400_000 + 61_000);
    expect(due).toEqual(['hall']);
    agenda.close();
  });
});

describe('T4: clocks', () => {
  it('runs simulated time from a real moment at a speed, and divides timers by it', () => {
    vi.useFakeTimers({ now: 1_000_000 });
    try {
      const clock = systemClock(readClockSpec('5000000@1000000x60'));
      const fired = vi.fn();
      clock.after(60_000, fired);
      vi.advanceTimersByTime(999);
      expect(fired).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(fired).toHaveBeenCalledOnce();
      expect(clock.now()).toBe(5_060_000);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(['', '5', '1@2', '1@2x', '1@2x0', '1@2x-1', 'a@bxc'])('refuses %j', (text) => {
    expect(() => readClockSpec(text)).toThrowError(/HALLWATCH_CLOCK/);
  });
});

describe('demo time', () => {
  const hours = new OpeningHours(new LocalDays('Asia/Shanghai', '04:00'), weekOf('08:30-18:00'), new Map());
  const at = (text: string) => Date.parse(`${text}:00+08:00`);

  it('is real time while the halls are busy', async () => {
    expect(await demoClock(await tempFolder(), hours, at('2026-11-23T11:00'))).toBeNull();
  });

  it.each([
    ['at night', '2026-11-23T02:00', '2026-11-23T10:00'],
    ['just after opening', '2026-11-23T08:31', '2026-11-23T10:00'],
    ['shortly before closing', '2026-11-23T17:00', '2026-11-24T10:00'],
  ])('moves to the next working hours %s', async (_, real, demo) => {
    expect(await demoClock(await tempFolder(), hours, at(real))).toBe(`${at(demo)}@${at(real)}x1`);
  });

  it('goes on after a restart, and only ever forward', async () => {
    const folder = await tempFolder();
    const first = await demoClock(folder, hours, at('2026-11-23T02:00'));
    expect(await demoClock(folder, hours, at('2026-11-23T03:00'))).toBe(first);
    // Ten hours later the demo's day is over: its next one begins, not the real day again.
    expect(await demoClock(folder, hours, at('2026-11-23T12:00'))).toBe(
      `${at('2026-11-24T10:00')}@${at('2026-11-23T12:00')}x1`,
    );
  });

  it('refuses a kept clock that is broken', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'demo-clock.txt'), 'noon');
    await expect(demoClock(folder, hours, 0)).rejects.toThrowError(/HALLWATCH_CLOCK/);
  });
});

describe('S1: addresses', () => {
  it.each(['127.0.0.1:8080', '[::1]:8080', 'localhost:8080'])('takes %s', (text) => {
    expect(parseAddress(text, 'HALLWATCH_HTTP').port).toBe(8080);
  });

  it.each(['0.0.0.0:8080', '[::]:8080', '10.0.0.1:80', 'hallwatch.example:80'])('refuses %s', (text) => {
    expect(() => parseAddress(text, 'HALLWATCH_HTTP')).toThrowError(/this machine only/);
  });

  it.each(['', '8080', '127.0.0.1', '127.0.0.1:99999', '127.0.0.1:http'])('does not understand %j', (text) => {
    expect(() => parseAddress(text, 'HALLWATCH_HTTP')).toThrowError(/HALLWATCH_HTTP is/);
  });
});
