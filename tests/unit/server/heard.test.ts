// When devices were heard: signs of life, goodbyes, and our own downtimes.
import { describe, expect, it } from 'vitest';
import type { Hall } from '../../../server/hall/hall.ts';
import { unheardOf } from '../../../server/hall/heard.ts';
import { at, door, hallWith, liveAt, status, terminal } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const s = 1_000;
const minute = 60 * s;
const hour = 60 * minute;

const pay = (hall: Hall, now: number) => liveAt(hall, now).terminals[0];
const device = (hall: Hall, id: string, now: number) => liveAt(hall, now).devices.find((one) => one.id === id);
/** The stretches of an hour from nine in which a terminal was not heard, in minutes, of each kind. */
const unheard = (hall: Hall, now = nine + hour) => {
  const { gone, missed, unknown } = unheardOf(hall.state, 'pay-1', { from: nine, to: nine + hour, now });
  const minutes = (spans: { from: number; to: number }[]) =>
    spans.map(({ from, to }) => [(from - nine) / minute, (to - nine) / minute]);
  return { gone: minutes(gone), missed: minutes(missed), unknown: minutes(unknown) };
};
/** A terminal's words each half minute from one minute to another, received at once. */
const words = (from: number, to: number) =>
  Array.from({ length: 2 * (to - from) + 1 }, (_, i) => status('pay-1', [1, 1], nine + from * minute + i * 30 * s));

describe('a terminal', () => {
  it('is gone for as long as it says nothing, and from a goodbye on', () => {
    const hall = hallWith([terminal([1, 1], nine), ...words(0, 10), ...words(20, 30)]);
    hall.apply(status('pay-1', [1, 2], nine + 31 * minute, { online: false }));
    for (const word of words(32, 60)) hall.apply({ ...word, body: { ...word.body, conn: 3 } as never });
    expect(unheard(hall)).toEqual({
      gone: [
        [31, 32],
        [10, 20],
      ],
      missed: [],
      unknown: [],
    });
    expect(pay(hall, nine + hour)?.availabilityToday).toBeCloseTo(49 / 60, 5);
  });

  it('is not charged for what we could not hear; what was silent on either side of that, is', () => {
    const hall = hallWith([terminal([1, 1], nine), ...words(0, 10)]);
    hall.noteDowntime({ from: nine + 10 * minute, to: nine + 40 * minute }, nine + 40 * minute);
    for (const word of words(41, 60)) hall.apply(word);
    expect(unheard(hall)).toEqual({ gone: [], missed: [[10, 40]], unknown: [] });
    expect(pay(hall, nine + hour)).toMatchObject({ availabilityToday: 1, unknownTodayS: 30 * 60 });
    const late = hallWith([terminal([1, 1], nine), ...words(0, 10)]);
    late.noteDowntime({ from: nine + 10 * minute, to: nine + 40 * minute }, nine + 40 * minute);
    for (const word of words(50, 60)) late.apply(word);
    expect(unheard(late)).toEqual({ gone: [[40, 50]], missed: [[10, 40]], unknown: [] });
    expect(pay(late, nine + hour)?.availabilityToday).toBeCloseTo(20 / 30, 5);
  });

  it('that does not come back after our downtime is silent three intervals later, not before', () => {
    const hall = hallWith([terminal([1, 1], nine), ...words(0, 10)]);
    hall.noteDowntime({ from: nine + 10 * minute, to: nine + 40 * minute }, nine + 40 * minute);
    const back = nine + 40 * minute;
    expect(device(hall, 'pay-1', back + 90 * s)).toMatchObject({ online: null, reason: 'not-heard' });
    expect(hall.live(back, { simulated: true }).nextChangeAt).toBe(back + 90 * s + 1);
    expect(device(hall, 'pay-1', back + 90 * s + 1)).toMatchObject({ online: false, reason: 'silent' });
    // One that was silent before stays so.
    const other = hallWith([terminal([1, 1], nine), ...words(0, 2)]);
    other.noteDowntime({ from: nine + 10 * minute, to: nine + 40 * minute }, nine + 40 * minute);
    expect(device(other, 'pay-1', back)).toMatchObject({ online: false, reason: 'silent' });
  });

  it('proves by what waited at the broker that it lived then, and not that it lives', () => {
    const backlog = (minutes: number, seq: number) => ({
      ...terminal([1, seq], nine + minutes * minute, { done: seq }),
      receivedAt: nine + hour,
      caughtUp: false,
    });
    const hall = hallWith([terminal([1, 1], nine), ...words(0, 10)]);
    hall.noteDowntime({ from: nine + 10 * minute, to: nine + hour }, nine + hour);
    for (const one of [backlog(20, 2), backlog(30, 3), backlog(33, 5)]) hall.apply(one);
    // From its first message on to the third it ran; the fourth is missing.
    expect(unheard(hall)).toMatchObject({
      gone: [],
      missed: [
        [30, 33],
        [33, 60],
      ],
    });
    expect(device(hall, 'pay-1', nine + hour)).toMatchObject({ online: null, reason: 'not-heard' });
    expect(pay(hall, nine + hour)).toMatchObject({ availabilityToday: 1, unknownTodayS: 30 * 60 });
    // Without a time of its own it proves nothing.
    const undated = hallWith([terminal([1, 1], nine), ...words(0, 10)]);
    undated.noteDowntime({ from: nine + 10 * minute, to: nine + hour }, nine + hour);
    undated.apply({
      ...terminal([1, 2], nine + hour),
      caughtUp: false,
      body: { ...terminal([1, 2], 0).body, ts: undefined } as never,
    });
    expect(device(undated, 'pay-1', nine + hour)).toMatchObject({ online: null });
    expect(unheard(undated).missed).toEqual([[10, 60]]);
  });

  it('whose own outbox comes late was there at the times of its messages, and is gone between', () => {
    const hall = hallWith([terminal([1, 1], nine), ...words(0, 10)]);
    const late = { ...terminal([1, 2], nine + 30 * minute), receivedAt: nine + 50 * minute };
    hall.apply(late);
    for (const word of words(50, 60)) hall.apply(word);
    expect(unheard(hall)).toEqual({
      gone: [
        [30, 50],
        [10, 30],
      ],
      missed: [],
      unknown: [],
    });
  });

  it('keeps the newest 500 runs', () => {
    const hall = hallWith([]);
    for (let i = 0; i < 600; i++) hall.apply(terminal([1, i + 1], nine + i * 2 * minute));
    const { heard } = hall.state.presence.get('pay-1') ?? { heard: [] };
    expect(heard.length).toBe(500);
    expect(heard.at(-1)?.to).toBe(nine + 599 * 2 * minute);
    for (let i = 0; i < 150; i++) hall.noteDowntime({ from: nine + i * minute, to: nine + i * minute + 1 }, nine);
    expect(hall.state.downtimes.length).toBe(100);
  });
});

describe('L1: a device that does not count its connections', () => {
  const word = (after: number, online = true) => status('door-a', [1, 1], nine + after * s, { online });
  const online = (hall: Hall, after: number) => device(hall, 'door-a', nine + after * s)?.online;

  it('is known by a connection with the name of the one before', () => {
    // Words in time say nothing: then a will is believed at once.
    expect(online(hallWith([word(0), word(30), word(61), word(70, false)]), 70)).toBe(false);
    expect(online(hallWith([word(0), word(5), word(70, false)]), 70)).toBe(true);
    expect(online(hallWith([word(0), word(100), word(110, false)]), 110)).toBe(true);
    expect(online(hallWith([word(0), word(10, false), word(15), word(30, false)]), 30)).toBe(true);
  });

  it('is gone when silence follows its will: after three intervals without a word, or 5 min', () => {
    const hall = hallWith([word(0), word(5), word(70, false)]);
    expect(hall.live(nine + 70 * s, { simulated: true }).nextChangeAt).toBe(nine + 95 * s + 1);
    expect(online(hall, 95)).toBe(true);
    expect(device(hall, 'door-a', nine + 95 * s + 1)).toMatchObject({ online: false, reason: 'offline' });
    hall.apply(door('door-a', [1, 1], [0, 0], nine + 200 * s));
    expect(online(hall, 200)).toBe(true);
    const seldom = hallWith(
      [0, 5].map((after) => status('door-a', [1, 1], nine + after * s, { everyS: 7_200 })).concat(word(70, false)),
    );
    expect(online(hallWith([]), 0)).toBe(null);
    expect(online(seldom, 70 + 301)).toBe(false);
  });

  it('is believed to count again once two of its words have different numbers', () => {
    const hall = hallWith([word(0), word(5), status('door-a', [1, 2], nine + 10 * s)]);
    hall.apply(status('door-a', [1, 2], nine + 20 * s, { online: false }));
    expect(online(hall, 20)).toBe(false);
  });
});

describe('G1: what is incomplete', () => {
  const refuse = (hall: Hall, seq: number, boot = 1) => hall.noteRefused('door-b', { boot, seq }, nine + seq * s);
  const occupancy = (hall: Hall, now = nine + minute) => liveAt(hall, now).occupancy;
  const begun = () => hallWith([door('door-a', [1, 1], [0, 0], nine), door('door-b', [1, 1], [0, 0], nine)]);

  it('is a door’s number while messages behind the last readable one can’t be read, of any boot of today', () => {
    const hall = begun();
    refuse(hall, 2);
    expect(occupancy(hall)).toMatchObject({ quality: 'doubtful', reason: 'incomplete' });
    hall.apply(door('door-b', [1, 3], [5, 1], nine + 3 * s));
    expect(occupancy(hall)).toMatchObject({ value: 4, reason: 'first-day' });
    refuse(hall, 4);
    // What the counter of the boot before had at its end is lost, however well the next one goes.
    hall.apply(door('door-b', [2, 1], [0, 0], nine + 5 * s));
    expect(occupancy(hall)).toMatchObject({ quality: 'doubtful', reason: 'incomplete' });
    const tomorrow = nine + 24 * hour;
    for (const id of ['door-a', 'door-b']) hall.apply(door(id, [2, 2], [0, 0], tomorrow));
    expect(occupancy(hall, tomorrow).reason).toBe(null);
  });

  it('is a door’s number while what it says it sent is missing for 10 s', () => {
    const hall = begun();
    hall.apply(status('door-b', [1, 1], nine + 10 * s, { lastSeq: 4 }));
    expect(occupancy(hall, nine + 19 * s).reason).toBe('first-day');
    expect(hall.live(nine + 19 * s, { simulated: true }).nextChangeAt).toBe(nine + 20 * s);
    expect(occupancy(hall, nine + 20 * s)).toMatchObject({ quality: 'doubtful', reason: 'incomplete', asOf: nine });
    hall.apply(door('door-b', [1, 5], [3, 0], nine + 30 * s));
    expect(occupancy(hall, nine + 41 * s)).toMatchObject({ value: 3, reason: 'first-day' });
  });

  it('is told of a device by messages without a name, until one can be read', () => {
    const hall = begun();
    hall.noteUnread('door-b', { fault: 'malformed-json', at: nine + s, isNamed: false });
    expect(occupancy(hall)).toMatchObject({ reason: 'incomplete' });
    hall.apply(door('door-b', [1, 2], [1, 0], nine + 2 * s));
    expect(occupancy(hall)).toMatchObject({ reason: 'first-day' });
    expect(hall.state.unread.size).toBe(0);
  });
});
