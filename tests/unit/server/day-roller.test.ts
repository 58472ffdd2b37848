// Late data of a day that the books no longer hold: what is read from the journal says what the day's own books said, and no less.
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { manualClock } from '../../../server/clock.ts';
import { loadConfigOrThrow } from '../../../server/config/load.ts';
import { topicOf } from '../../../server/contracts/topics.ts';
import { Outbox } from '../../../server/history/outbox.ts';
import { begunLate, withoutThem } from '../../../server/history/past/begun-late.ts';
import type { Point } from '../../../server/history/points.ts';
import { DayRoller } from '../../../server/ingest/day-roller.ts';
import { PastHalls } from '../../../server/ingest/past-halls.ts';
import { Journal } from '../../../server/journal/journal.ts';
import { tempFolder } from '../../support/cleanup.ts';
import { at, door, hallConfig, hallWith } from '../../support/hall-maker.ts';
import { message, openJournal } from '../../support/journal.ts';

const monday = at('2026-11-16 09:00');
const friday = at('2026-11-20 09:00');
const minute = 60_000;

/** The hall guanggu with a journal that its messages stand in, as they are received. */
async function world() {
  const config = await loadConfigOrThrow('config');
  const clock = manualClock(at('2026-11-10 08:00'));
  const { journal } = openJournal(join(await tempFolder(), 'journal'), { clock });
  const outbox = new Outbox({ path: ':memory:', clock });
  const live = new PastHalls({ config, simulated: true });
  const roller = new DayRoller({
    journal,
    outbox,
    config: () => config,
    hall: (id) => live.get(id),
    clock,
    log: pino({ level: 'silent' }),
    simulated: true,
  });
  const send = (
    device: string,
    channel: 'door' | 'queue',
    body: { seq: number; ts: number; [name: string]: unknown },
    receivedAt = body.ts,
  ) => {
    clock.moveTo(receivedAt);
    const topic = topicOf('wuhan', 'guanggu', device, channel);
    journal.append(message(JSON.stringify({ boot: 7, ...body }), { topic, receivedAt }), () => {});
    journal.flush();
  };
  return {
    clock,
    journal,
    live,
    door: (seq: number, [ins, out]: [number, number], ts: number) => send('gg-door', 'door', { seq, in: ins, out, ts }),
    ticket: (seq: number, event: string, ts: number, receivedAt = ts) =>
      send('gg-queue', 'queue', { seq, event, ticket: 'A1', service: 'general', ts }, receivedAt),
    /** Rolls up the Monday again; answers its points by measurement and ms. */
    async roll() {
      for (const entry of journal.read(0, 1_000).entries) live.take(entry);
      outbox.put([], 0, () => outbox.work.addDue({ kind: 'day', subject: 'guanggu', at: Date.parse('2026-11-16') }));
      expect(await roller.pass()).toBe(true);
      const points = outbox.take(100_000)?.points ?? [];
      return (measurement: string, ms: number) =>
        points.find((point) => point.measurement === measurement && Math.floor(point.at / 1000) === ms)?.fields;
    },
  };
}

it('counts a door on from its last message, also over a closed day', async () => {
  const { door, ticket, roll } = await world();
  door(1, [100, 90], at('2026-11-14 10:00'));
  door(2, [120, 110], at('2026-11-14 17:00'));
  door(3, [123, 111], monday);
  door(4, [130, 115], monday + 5 * minute);
  ticket(1, 'issued', friday);
  const said = await roll();
  expect(said('hall_slot', monday)).toMatchObject({ entered: 10, left: 5, occupancyMax: 5 });
  expect(said('hall_minute', monday)).toMatchObject({ entered: 3, left: 1, knownS: 60 });
});

it('leaves what a door counted as it was where the journal begins in the middle of its story', async () => {
  const { door, ticket, roll, live, journal } = await world();
  door(1, [100, 90], at('2026-11-10 10:00'));
  door(2, [123, 111], monday);
  ticket(1, 'issued', monday + minute, friday);
  // The day before is no longer in it.
  for (const entry of journal.read(0, 1).entries) live.take(entry);
  journal.read = (after, limit) => Journal.prototype.read.call(journal, Math.max(1, after), limit);
  const said = await roll();
  expect(said('hall_slot', monday)).toMatchObject({ issued: 1 });
  expect(said('hall_slot', monday)).not.toHaveProperty('entered');
  expect(said('hall_slot', monday)).not.toHaveProperty('knownS');
  expect(said('hall_minute', monday + 5 * minute)).not.toHaveProperty('knownS');
});

it('takes back a visit that was told before its beginning was known', async () => {
  const { ticket, roll } = await world();
  ticket(2, 'called', monday + 5 * minute);
  ticket(3, 'finished', monday + 9 * minute);
  ticket(1, 'issued', monday, friday);
  const said = await roll();
  expect(said('visit', monday)).toMatchObject({ ticket: 'A1', outcome: 'served', waitS: 300 });
  expect(said('visit', monday + 5 * minute)).toMatchObject({ outcome: 'void' });
});

it('leaves a day as it was of which the journal is damaged', async () => {
  const { door, ticket, roll, journal } = await world();
  door(1, [0, 0], monday);
  door(2, [5, 1], monday + minute);
  ticket(1, 'issued', monday, friday);
  journal.read = (after, limit) => {
    const { entries, ...rest } = Journal.prototype.read.call(journal, after, limit);
    return { ...rest, entries: entries.filter(({ id }) => id !== 2), holes: after < 2 ? [{ from: 2, to: 2 }] : [] };
  };
  const said = await roll();
  expect(said('hall_slot', monday)).toBeUndefined();
});

it('leaves people as they were where a door is no longer in the registry', () => {
  const config = hallConfig({ doors: hallConfig().file.doors.slice(0, 1) });
  const first = (id: string) => door(id, [1, 1], [0, 0], at('2026-11-13 09:00'));
  const then = (id: string) => door(id, [1, 2], [5, 0], monday);
  const lived = hallWith([first('door-a'), first('door-b'), then('door-a'), then('door-b')]);
  lived.reconfigure(config);
  const past = hallWith([first('door-a'), then('door-a')], config);
  const since = at('2026-11-15 04:00');
  const late = begunLate(past.books, lived.books, since);
  expect(late).toEqual({ devices: new Set(['door-b']), isDoor: true });
  const fields = { entered: 5, left: 0, knownS: 900, simulated: true };
  const slot: Point = { measurement: 'hall_slot', tags: { hall: 'test-hall' }, at: monday * 1000, fields };
  expect(withoutThem([slot], late)).toEqual([]);
  expect(withoutThem([{ ...slot, fields: { ...fields, issued: 1 } }], late)).toEqual([
    { ...slot, fields: { issued: 1, simulated: true } },
  ]);
  // Long after, nobody asks for it any more.
  expect(begunLate(past.books, lived.books, monday + 1).devices.size).toBe(0);
});
