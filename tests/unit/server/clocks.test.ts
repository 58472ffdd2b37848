// T1 and T2: which time a message counts by, what is learned of a device's clock, and what becomes of the numbers meanwhile.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import type { Body } from '../../../server/contracts/readings.ts';
import { backlogFloorMs, effectiveTime, floorOf, liveFloorMs } from '../../../server/hall/effective-time.ts';
import type { Hall } from '../../../server/hall/hall.ts';
import { timed } from '../../../server/ingest/timed.ts';
import { offsetsEntry } from '../../../server/journal/offsets.ts';
import { tempFolder } from '../../support/cleanup.ts';
import { at, hallConfig, hallWith, liveAt } from '../../support/hall-maker.ts';
import { message, openJournal } from '../../support/journal.ts';
import { contentsOf } from '../../support/journal-contents.ts';

const hour = 3_600_000;
const minute = 60_000;
const nine = at('2026-11-23 09:00');

describe('T1: a time', () => {
  const live = { floorMs: liveFloorMs };
  it.each([
    { name: 'the least seconds', ts: 1e9, effective: 1e12, floorMs: Number.POSITIVE_INFINITY },
    { name: 'seconds', ts: nine / 1000 - 60, effective: nine - minute },
    { name: 'seconds with a fraction', ts: nine / 1000 - 0.25, effective: nine - 250 },
    { name: 'the most seconds: far ahead', ts: 1e11 - 1, effective: nine },
    { name: 'the least milliseconds: older than the floor', ts: 1e11, effective: nine },
    { name: 'just under the least seconds', ts: 1e9 - 1, effective: nine },
    { name: 'uptime in ms', ts: 3_000, effective: nine },
    { name: 'zero', ts: 0, effective: nine },
    { name: 'minus zero', ts: -0, effective: nine },
    { name: 'a negative number', ts: -nine, effective: nine },
    { name: 'not a number', ts: Number.NaN, effective: nine },
    { name: 'no end', ts: Number.POSITIVE_INFINITY, effective: nine },
    { name: 'microseconds', ts: nine * 1e3, effective: nine },
    { name: 'nanoseconds', ts: nine * 1e6, effective: nine },
    { name: 'digits as text', ts: String(nine - minute), effective: nine },
    { name: 'ISO text', ts: new Date(nine - minute).toISOString(), effective: nine },
    { name: 'a list', ts: [nine], effective: nine },
    { name: '36 h ago', ts: nine - liveFloorMs, effective: nine - liveFloorMs },
    { name: 'older than 36 h', ts: nine - liveFloorMs - 1, effective: nine },
    { name: '2 min ahead', ts: nine + 2 * minute, effective: nine },
  ])('$name', ({ ts, effective, floorMs = live.floorMs }) => {
    expect(effectiveTime(ts, nine, { floorMs })).toBe(effective);
  });

  it('has a floor of 36 h live, of 9 days in a backlog, and none in a simulated folder or where it was retained', () => {
    expect(floorOf({ live: true, caughtUp: true }, false)).toBe(36 * hour);
    expect(floorOf({ live: true, caughtUp: false }, false)).toBe(backlogFloorMs);
    expect(backlogFloorMs).toBe(9 * 24 * hour);
    expect(floorOf({ live: true, caughtUp: true }, true)).toBe(Number.POSITIVE_INFINITY);
    expect(floorOf({ live: false, caughtUp: false }, false)).toBe(Number.POSITIVE_INFINITY);
  });

  it('has its offset added, but for one that is right without it', () => {
    const given = { offsetMs: 5 * hour, floorMs: liveFloorMs };
    expect(effectiveTime(nine - 5 * hour - minute, nine, given)).toBe(nine);
    expect(effectiveTime(nine - 5 * hour - 3 * minute, nine, given)).toBe(nine - 3 * minute);
    expect(effectiveTime(nine - 6 * hour, nine, given)).toBe(nine - hour);
    expect(effectiveTime(nine - minute, nine, given)).toBe(nine - minute);
    expect(effectiveTime(nine - 4 * hour, nine, given)).toBe(nine);
    expect(effectiveTime(nine + 7 * hour, nine, { ...given, offsetMs: -8 * hour })).toBe(nine - hour);
    expect(effectiveTime(nine, nine, { ...given, offsetMs: -8 * hour })).toBe(nine);
  });

  it('is what a pause and an appointment are read by', () => {
    const origin = { hall: 'h', device: 'queue', receivedAt: nine, live: true, caughtUp: true };
    const desk = { kind: 'desk', boot: 1, seq: 1, event: 'desk-paused', desk: 'desk-1' } as const;
    const pause = { ...desk, ts: nine / 1000, until: nine / 1000 + 600 };
    expect(timed(origin, pause, { simulated: false, offsetMs: 0 }).body).toMatchObject({ until: nine + 10 * minute });
    const local = { ...desk, ts: nine - 5 * hour, until: nine - 5 * hour + 10 * minute };
    expect(timed(origin, local, { simulated: false, offsetMs: 5 * hour }).body).toMatchObject({
      until: nine + 10 * minute,
    });
    const ticket = { kind: 'ticket', boot: 1, seq: 1, event: 'issued', ticket: 'A1' } as const;
    for (const [appointment, read] of [
      [nine / 1000, nine],
      [true, true],
    ] as const) {
      const body = { ...ticket, ts: nine / 1000, appointment };
      expect(timed(origin, body, { simulated: false, offsetMs: 0 }).body).toMatchObject({ appointment: read });
    }
  });
});

/** Its only door is the one that talks: with another that is never heard nobody would know who is inside. */
const oneDoor = hallConfig({ doors: [{ id: 'door-a', zone: 'floor', name: { 'zh-CN': 'A', en: 'A' } }] });

/** One device that talks to a hall through the pipeline's own reading of times; offsets come into force after `lag` more messages. */
function talker(device: 'door-a' | 'queue' | 'pay-1', { lag = 0, simulated = false } = {}) {
  const hall: Hall = hallWith([], oneDoor);
  let [seq, offsetMs, waited] = [0, 0, 0];
  const say = (body: object, ts: unknown, receivedAt: number, extra: { caughtUp?: boolean } = {}) => {
    const origin = { hall: 'test-hall', device, receivedAt, live: true, caughtUp: true, ...extra };
    const { kind } = body as { kind: string };
    const numbered = kind === 'status' ? {} : { boot: 1, seq: ++seq };
    hall.apply(timed(origin, { ...numbered, ...body, ts } as unknown as Body, { simulated, offsetMs }));
    const due = hall.state.clocks.get(device)?.dueOffsetMs ?? null;
    waited = due === null ? 0 : waited + 1;
    if (due !== null && waited > lag) offsetMs = due;
  };
  return { hall, say, clock: () => hall.state.clocks.get(device), offset: () => offsetMs };
}

const total = (ins: number) => ({ kind: 'door', in: ins, out: 0 });
const status = (lastSeq: number, everyS: number) => ({
  kind: 'status',
  boot: 1,
  conn: 1,
  online: true,
  lastSeq,
  everyS,
});

describe('T2: a steady offset', () => {
  it.each([
    { name: '5 h behind', ms: -5 * hour },
    { name: '8 h ahead', ms: 8 * hour },
    { name: '5 h 45 ahead', ms: 5.75 * hour },
    { name: 'a quarter and a bit behind', ms: -16 * minute },
    { name: '24 h behind', ms: -24 * hour },
  ])('$name is due with the 20th live message', ({ ms }) => {
    const { say, clock, offset } = talker('door-a');
    for (let i = 1; i < 20; i++) say(total(i), nine + i * 1_000 + ms, nine + i * 1_000);
    expect(clock()?.dueOffsetMs).toBeNull();
    say(total(20), nine + 20_000 + ms, nine + 20_000);
    expect(offset()).toBe(-Math.round(ms / (15 * minute)) * 15 * minute);
  });

  it.each([
    { name: '10 min behind', of: (i: number) => nine + i * 1_000 - 10 * minute },
    { name: 'one that loses a minute with each', of: (i: number) => nine + i * 1_000 - i * minute - hour },
    { name: 'one that stands still', of: () => nine - 5 * hour, everyMs: 5 * minute },
    { name: 'two days behind', of: (i: number) => nine + i * 1_000 - 48 * hour },
  ])('$name has none', ({ of, everyMs = 1_000 }) => {
    const { say, clock, offset } = talker('door-a');
    for (let i = 1; i < 60; i++) {
      say(total(i), of(i), nine + i * everyMs);
      expect(offset()).toBe(0);
    }
    expect(clock()?.doubts).toBeGreaterThan(0);
  });

  it('is another one after a change of the clocks, and none once the clock is right', () => {
    const { say, offset } = talker('door-a', { lag: 3 });
    let [i, receivedAt] = [0, nine];
    const send = (count: number, ms: number) => {
      for (const end = i + count; i < end; i++) {
        receivedAt += 1_000;
        say(total(i), receivedAt + ms, receivedAt);
      }
    };
    send(30, -5 * hour);
    expect(offset()).toBe(5 * hour);
    send(30, -4 * hour);
    expect(offset()).toBe(4 * hour);
    send(30, -5 * hour);
    expect(offset()).toBe(5 * hour);
    send(30, 0);
    expect(offset()).toBe(0);
  });
});

describe('T2: what was late is no clock behind', () => {
  const afterRight = () => {
    const one = talker('door-a');
    for (let i = 1; i <= 3; i++) one.say(total(i), nine + i * minute, nine + i * minute);
    return one;
  };
  const later = nine + 65 * minute;

  it('a burst of equal age, made while the device was not heard, without a status', () => {
    const { say, clock, offset } = afterRight();
    for (let i = 0; i < 30; i++) say(total(4 + i), later - hour + i * 20, later + i * 20);
    expect(clock()).toMatchObject({ marked: 'right', dueOffsetMs: null });
    expect(offset()).toBe(0);
    for (let i = 0; i < 20; i++) say(total(40 + i), later + minute + i, later + minute + i);
    expect(clock()).toMatchObject({ marked: 'right', doubts: 0 });
  });

  it('a burst that the device had told of, however seldom it does', () => {
    const { say, clock, hall } = afterRight();
    say(status(40, 86_400), later, later);
    for (let i = 0; i < 30; i++) say(total(4 + i), later - hour + i, later + i);
    expect(clock()).toMatchObject({ marked: 'right', doubts: 0 });
    expect(liveAt(hall, later + minute).occupancy.reason).not.toBe('clock');
  });

  it('a clock that is behind speaks at its own pace, and is found by that, also where its status says nothing', () => {
    const { say, clock } = talker('door-a');
    say(status(0, 86_400), undefined, nine - 6 * hour);
    for (let i = 0; i < 25; i++) say(total(i), nine - 5 * hour + i * 10_000, nine + i * 10_000);
    expect(clock()).toMatchObject({ dueOffsetMs: null, offsetMs: 5 * hour, doubts: 0 });
  });

  it('a device that tells of each message before it sends it is found out, too', () => {
    const { say, offset } = talker('door-a');
    for (let i = 1; i <= 25; i++) {
      const receivedAt = nine + i * 10_000;
      say(status(i, 30), receivedAt - 5 * hour, receivedAt - 1);
      say(total(i), receivedAt - 5 * hour, receivedAt);
    }
    expect(offset()).toBe(5 * hour);
  });

  it('a backlog says nothing', () => {
    const { say, clock } = talker('door-a');
    for (let i = 0; i < 40; i++) say(total(i), nine - 5 * hour + i * 1_000, nine + i * 1_000, { caughtUp: false });
    expect(clock()).toMatchObject({ marked: 'right', doubts: 0, dueOffsetMs: null });
    say(total(41), 3_000, nine + hour, { caughtUp: false });
    expect(clock()).toMatchObject({ marked: 'impossible' });
  });
});

describe('T2: a terminal whose clock is set back', () => {
  it('is not shown as well by what it said before, nor as busy since then; and is right again with its offset', () => {
    const { hall, say } = talker('pay-1');
    const said = (more: object) => ({ kind: 'terminal', state: 'in-service', ...more });
    say(said({ busy: false, done: 0, failed: 0 }), nine, nine);
    const back = (i: number) => nine + i * 10_000 - 5 * hour;
    say(said({ busy: true, done: 1, failed: 0 }), back(1), nine + 10_000);
    const [doubtful] = liveAt(hall, nine + 10_000).terminals;
    expect(doubtful).toMatchObject({ severity: 'unknown', busySince: null, availabilityToday: null, doneToday: null });
    for (let i = 2; i <= 21; i++) say(said({ busy: true, done: i, failed: 0 }), back(i), nine + i * 10_000);
    say(said({ busy: true, done: 22, failed: 0 }), back(22), nine + 220_000);
    const [settled] = liveAt(hall, nine + 220_000).terminals;
    expect(settled).toMatchObject({ severity: 'ok', busy: true });
    expect(settled?.busySince ?? nine).toBeGreaterThanOrEqual(nine);
  });
});

describe('offsets in the journal', () => {
  it('stand at the head of each file, so that it can be read without the ones before', async () => {
    const folder = await tempFolder();
    const clock = manualClock(nine);
    const { journal, close } = openJournal(folder, { clock });
    await journal.appended(message('one'));
    await journal.appended(
      offsetsEntry(
        new Map([
          ['a', 5 * hour],
          ['b', hour],
        ]),
        nine,
      ),
    );
    await journal.appended(
      offsetsEntry(
        new Map([
          ['b', 0],
          ['c', -hour],
        ]),
        nine,
      ),
    );
    const head = journal.head;
    expect([...journal.offsetsAt(1)]).toEqual([]);
    expect([...journal.offsetsAt(2)]).toEqual([
      ['a', 5 * hour],
      ['b', hour],
    ]);
    clock.moveTo(nine + 24 * hour);
    await journal.appended(message('two'));
    expect([...journal.offsetsAt(journal.head)]).toEqual([
      ['a', 5 * hour],
      ['c', -hour],
    ]);
    close();
    const { entries } = contentsOf(folder);
    expect(entries.map(({ kind }) => kind)).toEqual(['message', 'clock', 'clock', 'clock', 'message']);
    expect(entries[3]).toMatchObject({ id: head + 1 });
    expect(JSON.parse(Buffer.from(entries[3]?.payload ?? []).toString())).toEqual({
      offsets: { a: 5 * hour, c: -hour },
      whole: true,
    });
  });
});

/** Clocks as devices have them: what a message made at `now`, the i-th, carries. */
const clocks = fc.oneof(
  fc.constant({ kind: 'right', of: (now: number): unknown => now }),
  fc.constant({ kind: 'seconds', of: (now: number): unknown => now / 1000 }),
  fc.constant({ kind: 'none', of: (): unknown => undefined }),
  fc.constant({ kind: 'text', of: (now: number): unknown => new Date(now).toISOString() }),
  fc
    .integer({ min: 0, max: 86_400_000 })
    .map((up) => ({ kind: `uptime ${up}`, of: (now: number): unknown => now - nine + up })),
  fc
    .integer({ min: -140, max: 140 })
    .map((q) => ({ kind: `${q} quarters`, of: (now: number): unknown => now + q * 15 * minute })),
  fc
    .integer({ min: -40 * 60, max: 40 * 60 })
    .map((m) => ({ kind: `${m} min`, of: (now: number): unknown => now + m * minute })),
  fc
    .integer({ min: -20, max: 20 })
    .map((y) => ({ kind: `${y} years`, of: (now: number): unknown => now + y * 365 * 24 * hour })),
  fc.integer({ min: -60, max: 60 }).map((percent) => ({
    kind: `drifts ${percent} %`,
    of: (now: number): unknown => now + ((now - nine) * percent) / 100,
  })),
  fc.array(fc.integer({ min: -36, max: 36 }), { minLength: 1, maxLength: 8, size: 'max' }).map((jumps) => ({
    kind: `jumps ${jumps}`,
    of: (now: number, i: number): unknown => now + (jumps[Math.floor(i / 12) % jumps.length] ?? 0) * 30 * minute,
  })),
);

const days = fc.record({
  clock: clocks,
  // Past 4:00, when the hall is empty by definition, and no further than midnight.
  startMin: fc.integer({ min: 250, max: 17 * 60 }),
  gapsS: fc.array(fc.integer({ min: 1, max: 240 }), { minLength: 5, maxLength: 90, size: 'max' }),
  lag: fc.integer({ min: 0, max: 5 }),
});

describe('whatever a device’s clock', () => {
  it('the people of today are counted right, or their number is said to be doubtful', () => {
    let good = 0;
    fc.assert(
      fc.property(days, ({ clock, startMin, gapsS, lag }) => {
        const { hall, say } = talker('door-a', { lag });
        let now = at('2026-11-23 00:00') + (startMin - 245) * minute;
        gapsS.forEach((gapS, i) => {
          now += gapS * 1_000;
          say(total(i), clock.of(now, i), now);
          const { enteredToday, quality } = liveAt(hall, now).occupancy;
          if (quality === 'good') expect([clock.kind, enteredToday]).toEqual([clock.kind, i]);
          if (quality === 'good') good++;
        });
      }),
      { numRuns: 300 },
    );
    expect(good).toBeGreaterThan(1_000);
  });

  it('tickets are counted right or said to be doubtful, and no wait is longer than it was', () => {
    fc.assert(
      fc.property(days, ({ clock, startMin, gapsS, lag }) => {
        const { hall, say } = talker('queue', { lag });
        let [now, i, served, told] = [at('2026-11-23 00:00') + startMin * minute, 0, 0, 0];
        const waiting: { ticket: string; since: number }[] = [];
        const event = (name: string, ticket: string) =>
          say(
            { kind: 'ticket', event: name, ticket, service: 'general', desk: name === 'issued' ? undefined : 'desk-1' },
            clock.of(now, told++),
            now,
          );
        for (const gapS of gapsS) {
          now += gapS * 1_000;
          const [first] = waiting;
          if (first && gapS % 3 === 0) {
            for (const name of ['called', 'started', 'finished']) {
              now += 1_000;
              event(name, first.ticket);
            }
            waiting.shift();
            served++;
          } else {
            event('issued', `A${++i}`);
            waiting.push({ ticket: `A${i}`, since: now });
          }
          const { queue, services } = liveAt(hall, now);
          const [general] = services;
          const truth = { issuedToday: i, waiting: waiting.length, servedToday: served };
          if (queue.quality === 'good')
            expect({ kind: clock.kind, ...queue }).toMatchObject({ kind: clock.kind, ...truth });
          const longest = general?.longestSince ?? null;
          // A device's clock may be off by 2 min without a word.
          if (longest !== null && waiting[0])
            expect([clock.kind, longest >= waiting[0].since - 2 * minute]).toEqual([clock.kind, true]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
