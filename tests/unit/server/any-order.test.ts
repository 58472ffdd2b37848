// D3 and Q1: any order and any repetition of the same messages gives the same state (learned clocks excepted).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../server/contracts/readings.ts';
import { Hall } from '../../../server/hall/hall.ts';
import { increments } from '../../../server/hall/totals.ts';
import { at, door, gone, hallConfig, hallWith, liveAt, status } from '../../support/hall-maker.ts';
import { stories } from '../../support/stories.ts';

const start = at('2026-11-20 20:00');
const spanMs = 3 * 86_400_000;
const now = start + spanMs;

/** The state without what may depend on order (`rev` counts repeated status words too), and the pictures it gives at several moments. */
function essence(hall: Hall) {
  const {
    clocks: _,
    course: _course,
    unread: _unread,
    identities: _names,
    rev: _rev,
    presence,
    transactions,
    ...state
  } = hall.state;
  const totals = [state.doors, transactions].map((all) =>
    [...all].map(([id, { boots, ...one }]) => [id, one, [...boots].sort(([a], [b]) => a - b)]).sort(),
  );
  // When it was heard is noted in order of receipt: shuffled receipts never happen.
  const lives = [...presence]
    .map(([id, { heard: _heard, metAt: _met, conns: _conns, ...life }]) => ({ id, ...life }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    ...state,
    lives,
    days: [0, 1, 2, 3].map((back) => daysOf(hall, back)),
    doors: totals,
    pictures: [now - 86_400_000, now - 3_600_000, now].map((moment) => {
      const { devices, terminals, rev: _, ...live } = liveAt(hall, moment);
      const told = terminals.map(({ availabilityToday: _share, unknownTodayS: _unknown, ...rest }) => rest);
      return { ...live, terminals: told, devices: devices.map(({ marks: _marks, ...device }) => device) };
    }),
  };
}

/** Completeness of a day, without what tells how it came about. */
function daysOf(hall: Hall, back: number) {
  const { days } = hall.config;
  const day = hall.completeness(days.shift(days.of(now), -back).date, now);
  return day?.devices.map(({ repaired: _, duplicated: _again, ...row }) => row);
}

const { moments, doorStory, ticketStory, sharedStory, statusStory, terminalStory } = stories(start, spanMs);

/** A reading, or a message that could not be read. */
type Step = Reading | { refused: { boot: number; seq: number }; at: number };

function take(hall: Hall, step: Step): void {
  if ('refused' in step) hall.noteRefused('door-b', step.refused, step.at);
  else hall.apply(step);
}

const shuffledTwice = (story: fc.Arbitrary<Step[]>) =>
  story.chain((readings) => {
    const indexes = readings.map((_, i) => i);
    return fc.record({
      readings: fc.constant(readings),
      order: fc.shuffledSubarray(indexes, { minLength: indexes.length }),
      repeats: fc.array(fc.nat({ max: readings.length - 1 }), { maxLength: 10 }),
    });
  });

/**
 * A device over several boots: messages of which some never come, some can't be read (and may come again readable), words of
 * how far it is, and words of what is gone.
 */
const numberedStory = fc
  .array(
    fc.record({
      fate: fc.constantFrom('comes', 'comes', 'comes', 'lost', 'refused', 'retried'),
      what: fc.integer({ min: 0, max: 15 }),
      back: fc.integer({ min: 0, max: 6 }),
      live: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .chain((steps) => fc.record({ steps: fc.constant(steps), times: moments(steps.length) }))
  .map(({ steps, times }) => {
    let [boot, seq] = [4, 0];
    return steps.flatMap(({ fate, what, back, live }, i): Step[] => {
      const ts = times[i] ?? start;
      if (what === 0) [boot, seq] = [boot + 1 + (back % 2), 0];
      seq += 1;
      const message = door('door-b', [boot, seq], [seq, 0], ts);
      const refusal = { refused: { boot, seq }, at: ts };
      const told: Reading = { ...status('door-b', [boot, 1], ts, { lastSeq: seq }), live };
      const words: Step[] = what === 1 ? [told] : [];
      if (what === 2) words.push(gone('door-b', boot, [[Math.max(1, seq - back), seq]], ts));
      if (fate === 'comes') return [message, ...words];
      if (fate === 'refused') return [refusal, ...words];
      return fate === 'retried' ? [refusal, message, ...words] : words;
    });
  })
  .filter((steps) => steps.length > 0);

/** One boot whose totals rise and fall as they like, over few days. */
const dippingStory = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 24 })
  .chain((totals) => fc.record({ totals: fc.constant(totals), times: moments(totals.length) }))
  .map(({ totals, times }) => totals.map((total, i) => door('door-a', [1, i + 1], total, times[i] ?? start)));

describe('any order and any repetition gives the same state', () => {
  const machine = (id: string) => ({ id, zone: 'floor', name: { 'zh-CN': id, en: id }, system: 'main' });
  const config = hallConfig({ queueMachines: [machine('queue'), machine('queue-2')] });
  const check = (story: fc.Arbitrary<Step[]>) =>
    fc.assert(
      fc.property(shuffledTwice(story), ({ readings, order, repeats }) => {
        const pick = (indexes: number[]) => indexes.flatMap((i) => readings[i] ?? []);
        const inOrder = hallWith([], config);
        for (const one of readings) take(inOrder, one);
        const mixed = hallWith([], config);
        for (const one of [...pick(repeats), ...pick(order), ...pick(repeats)]) {
          take(mixed, one);
          // Looking must change nothing, whenever it is done.
          liveAt(mixed, Math.max('refused' in one ? one.at : one.receivedAt, now - 3_600_000));
        }
        expect(essence(mixed)).toEqual(essence(inOrder));
        // Books made from a copy of the state tell the same as those kept up to date message by message.
        expect(essence(new Hall(config, structuredClone(mixed.state)))).toEqual(essence(inOrder));
      }),
      { numRuns: 400 },
    );

  it('D1 to D3: doors', () => check(doorStory));
  it('D3: what messages book, message by message, adds up to the sums of each part of a day', () =>
    fc.assert(
      fc.property(shuffledTwice(fc.oneof(doorStory, dippingStory)), ({ readings, order, repeats }) => {
        const hall = hallWith([], config);
        const booked = new Map<string, number>();
        for (const i of [...repeats, ...order, ...repeats]) {
          const reading = readings[i] as Reading;
          for (const step of hall.apply(reading).trace?.steps ?? []) {
            const key = `${reading.device} ${config.days.part(step.at)}`;
            booked.set(`${key} in`, (booked.get(`${key} in`) ?? 0) + step.in);
            booked.set(`${key} out`, (booked.get(`${key} out`) ?? 0) + step.out);
          }
        }
        const sums = [...hall.state.doors].flatMap(([id, door_]) =>
          increments(door_).flatMap((sum): [string, number][] => [
            [`${id} ${sum.part} in`, sum.in],
            [`${id} ${sum.part} out`, sum.out],
          ]),
        );
        const isSome = ([, by]: [string, number]) => by !== 0;
        expect([...booked].filter(isSome).sort()).toEqual(sums.filter(isSome).sort());
      }),
      { numRuns: 400 },
    ));
  it('D2: totals of any kind', () => check(dippingStory));
  it('Q1 to Q4: tickets and desks', () => check(ticketStory));
  it('I3: numbers of several customers, services and machines', () => check(sharedStory));
  it('terminals: state, parts, transactions, availability', () => check(terminalStory));
  it('G1: what came, what is missing, gone, or could not be read', () => check(numberedStory));
  it('L1: two words in one millisecond', () => {
    const words = [1, 2].map((lastSeq) => status('door-b', [4, 1], start, { lastSeq }));
    const orders = [words, words.toReversed()].map((order) => essence(hallWith(order, config)));
    expect(orders[1]).toEqual(orders[0]);
  });
  it('L1: a device’s words about itself, mixed with its messages', () =>
    check(fc.tuple(doorStory, statusStory).map(([doors, words]) => [...doors, ...words])));
});
