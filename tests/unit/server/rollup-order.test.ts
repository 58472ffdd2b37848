// J7, D3: what history says in the end doesn't depend on the order in which messages came, nor on what was rolled up before them.
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import { Hall } from '../../../server/hall/hall.ts';
import { Outbox } from '../../../server/history/outbox.ts';
import type { Point } from '../../../server/history/points.ts';
import { isUnsaid } from '../../../server/history/raw/unsaid.ts';
import { Roller } from '../../../server/history/roller.ts';
import { Scribe } from '../../../server/history/scribe.ts';
import { at, hallConfig, status } from '../../support/hall-maker.ts';
import { stories } from '../../support/stories.ts';

const start = at('2026-11-20 08:45');
const spanMs = 8 * 3_600_000;
const now = start + spanMs + 600_000;
const lastly = now + 60_000;
const machine = (id: string) => ({ id, zone: 'floor', name: { 'zh-CN': id, en: id }, system: 'main' });
const config = hallConfig({ queueMachines: [machine('queue'), machine('queue-2')] });
const log = pino({ level: 'silent' });
const { doorStory, ticketStory, sharedStory, terminalStory } = stories(start, spanMs);

/** A hall whose history goes into an outbox that nobody drains. */
function historyOf() {
  const clock = manualClock(now);
  const hall = new Hall(config);
  const outbox = new Outbox({ path: ':memory:', clock });
  const scribe = new Scribe({ outbox, hall: () => hall, log, now: () => clock.now(), simulated: true, journalDays: 7 });
  const roller = new Roller({ outbox, halls: () => [hall], clock, log, simulated: true });
  let id = 0;
  return {
    outbox,
    take(reading: Reading): void {
      const { notes, trace } = hall.apply(reading);
      scribe.take({ id: ++id, reading, notes, trace });
    },
    async roll(): Promise<void> {
      scribe.flush();
      await roller.pass();
    },
    /** Everything that is due, and what still goes on a minute later. */
    async rollAll(): Promise<void> {
      clock.moveTo(lastly);
      while (outbox.work.due('slot', 1).length > 0) await this.roll();
      await this.roll();
    },
  };
}

/** Said of every slot that is rolled up, whether or not anything was heard of it. */
const always = ['simulated', 'offS', 'unknownS', 'knownS'];
const rollups = ['hall_minute', 'hall_slot', 'service_slot', 'terminal_slot', 'visit'];

/** Every number of every rollup and visit that isn't 0, by point and field, as a store has them; those taken back are left out. */
function saidBy(outbox: Outbox): Record<string, unknown> {
  const store = new Map<string, Point['fields']>();
  for (const { measurement, tags, at: when, fields } of outbox.take(1_000_000)?.points ?? []) {
    const name = `${measurement} ${Object.values(tags).join(' ')} ${when}`;
    if (rollups.includes(measurement)) store.set(name, { ...store.get(name), ...fields });
  }
  const said: Record<string, unknown> = {};
  for (const [point, fields] of store) {
    if (fields.outcome === 'void') continue;
    for (const [name, value] of Object.entries(fields)) {
      if (value && !isUnsaid(name, value) && !always.includes(name)) said[`${point} ${name}`] = value;
    }
  }
  return said;
}

/** All come at one moment: whoever was heard of has then been there since its first message. */
const late = (readings: readonly Reading[]) => readings.map((one) => ({ ...one, receivedAt: now }));

/**
 * Each device's word, before all else, of how far it is: what comes behind it is late, and tells nothing of its clock (T2). What is
 * learned of clocks depends on the order.
 */
function words(readings: readonly Reading[]): Reading[] {
  const last = new Map<string, { device: string; boot: number; lastSeq: number }>();
  for (const { device, body } of readings) {
    if (!('seq' in body)) continue;
    const { boot, seq } = body;
    const known = last.get(`${device} ${boot}`)?.lastSeq ?? 0;
    last.set(`${device} ${boot}`, { device, boot, lastSeq: Math.max(known, seq) });
  }
  return [...last.values()].map(({ device, boot, lastSeq }) => status(device, [boot, 1], now, { lastSeq }));
}

async function check(story: fc.Arbitrary<Reading[]>): Promise<void> {
  const told = story.chain((readings) =>
    fc.record({
      readings: fc.constant(late(readings)),
      order: fc.shuffledSubarray([...readings.keys()], { minLength: readings.length }),
      rolledAfter: fc.array(fc.nat({ max: readings.length }), { maxLength: 4 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(told, async ({ readings, order, rolledAfter }) => {
      const once = historyOf();
      for (const one of [...words(readings), ...readings]) once.take(one);
      await once.rollAll();
      const often = historyOf();
      words(readings).forEach(often.take);
      await often.roll();
      for (const [i, index] of order.entries()) {
        often.take(readings[index] as Reading);
        if (rolledAfter.includes(i)) await often.roll();
      }
      await often.rollAll();
      expect(saidBy(often.outbox)).toEqual(saidBy(once.outbox));
    }),
    { numRuns: 12 },
  );
}

describe('history says the same in the end', () => {
  it('of doors', { timeout: 120_000 }, () => check(doorStory));
  it('of tickets and desks', { timeout: 120_000 }, () => check(ticketStory));
  it('of numbers of several customers, services and machines', { timeout: 120_000 }, () => check(sharedStory));
  it('of terminals', { timeout: 120_000 }, () => check(terminalStory));
});
