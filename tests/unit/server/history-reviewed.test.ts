// Cases that a hostile reading of history brought up: each was wrong once.
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Hall } from '../../../server/hall/hall.ts';
import { HistoryHoles } from '../../../server/history/history-holes.ts';
import { Roller } from '../../../server/history/roller.ts';
import { tidyCounts } from '../../../server/history/tidying.ts';
import { hallHistory } from '../../support/hall-history.ts';
import { at, door, hallConfig, queueEvents, status, terminal } from '../../support/hall-maker.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const nine = at('2026-11-20 09:00');
const log = pino({ level: 'silent' });

describe('J7: what is put', () => {
  it('and could not be, is rolled up again where that was done meanwhile', async () => {
    const history = hallHistory({ now: nine + 10_000 });
    history.take(door('door-a', [1, 1], [0, 0], nine));
    await history.roll();
    history.take(door('door-a', [1, 2], [7, 2], nine + 5_000));
    history.fillDisk();
    expect(history.scribe.flush()).toBe(false);
    history.clock.moveTo(nine + 30 * minute);
    history.emptyDisk();
    await history.rollAlone();
    expect(history.said('hall_slot', nine)).toMatchObject({ entered: 0 });
    await history.roll();
    expect(history.said('hall_slot', nine)).toMatchObject({ entered: 7, left: 2 });
  });
});

describe('J4: at the cap', () => {
  it('what could not be cut is cut later, and what was put is counted once', async () => {
    const history = hallHistory({ now: nine, cap: { points: 3 } });
    history.take(...[1, 2, 3, 4, 5, 6].map((seq) => door('door-a', [1, seq], [seq - 1, 0], nine + seq * 1_000)));
    const { add } = HistoryHoles.prototype;
    HistoryHoles.prototype.add = () => {
      throw new Error('full');
    };
    onTestFinished(() => {
      HistoryHoles.prototype.add = add;
    });
    history.scribe.flush();
    HistoryHoles.prototype.add = add;
    history.take(door('door-a', [1, 7], [6, 0], nine + 7_000));
    history.scribe.flush();
    const [counted] = history.outbox.work.counted('test-hall', 'door-a', nine, nine + minute);
    expect(counted).toMatchObject({ in: 6 });
    expect(history.outbox.waiting).toBeLessThanOrEqual(3);
  });
});

describe('what was counted', () => {
  it('is forgotten later when it can not be now, and nothing ends of it', () => {
    const history = hallHistory({ now: nine });
    history.fillDisk();
    expect(() => tidyCounts({ outbox: history.outbox, halls: [], now: nine, log })).not.toThrow();
  });

  it('stays as long as the books of a closed hall hold its day', async () => {
    const history = hallHistory({ now: nine });
    const { hall, outbox, clock } = history;
    const tidy = () => tidyCounts({ outbox, halls: [hall], now: clock.now(), log });
    history.take(door('door-a', [1, 1], [0, 0], nine), door('door-a', [1, 2], [7, 2], nine + minute));
    clock.moveTo(nine + 30 * minute);
    await history.roll();
    expect(history.said('hall_slot', nine)).toMatchObject({ entered: 7, left: 2 });
    clock.moveTo(nine + 6 * day);
    tidy();
    // What its machine had not sent when the hall closed comes first when it opens.
    const { ticket } = queueEvents();
    history.take({ ...ticket('issued', 'A1', nine + 2 * minute, { service: 'general' }), receivedAt: clock.now() });
    await history.roll();
    expect(history.said('hall_slot', nine)).toMatchObject({ entered: 7, left: 2, issued: 1 });
    // Once it is heard of today, its books let go of that day, and so does this.
    history.take(door('door-a', [1, 3], [7, 2], clock.now()));
    await history.roll();
    tidy();
    expect(outbox.work.counted('test-hall', 'door-a', nine, nine + 15 * minute)).toEqual([]);
  });
});

describe('L3: a quarter that is rolled up again', () => {
  const general = { service: 'general' };

  it('has no zeros of people where no door was heard', async () => {
    const history = hallHistory({ now: nine });
    const { ticket } = queueEvents();
    history.take(door('door-a', [1, 1], [0, 0], nine - hour), ticket('issued', 'A0', nine - hour, general));
    history.clock.moveTo(nine + 30 * minute);
    await history.roll();
    history.take({ ...ticket('issued', 'A1', nine + minute, general), receivedAt: history.clock.now() });
    await history.roll();
    expect(history.said('hall_slot', nine)).toMatchObject({ issued: 1, knownS: 0 });
    expect(history.said('hall_slot', nine)).not.toHaveProperty('entered');
  });

  it('has no zeros of the queue where no machine was heard and no ticket tells of it', async () => {
    const history = hallHistory({ now: nine });
    const { ticket } = queueEvents();
    history.take(
      door('door-a', [1, 1], [0, 0], nine - hour),
      ticket('issued', 'A0', nine - hour, general),
      ticket('cancelled', 'A0', nine - hour + minute),
    );
    history.clock.moveTo(nine + 30 * minute);
    await history.roll();
    history.take({ ...door('door-a', [1, 2], [5, 0], nine + minute), receivedAt: history.clock.now() });
    await history.roll();
    expect(history.said('hall_slot', nine)).toMatchObject({ entered: 5 });
    expect(history.said('hall_slot', nine)).not.toHaveProperty('issued');
  });

  it('takes a presumed no-show back where nobody was heard', async () => {
    const history = hallHistory({ now: nine });
    const { ticket } = queueEvents();
    const called = nine + 14 * minute;
    history.take(ticket('issued', 'A0', nine, general), ticket('called', 'A0', called, { desk: 'desk-1' }));
    history.clock.moveTo(nine + 40 * minute);
    await history.roll();
    expect(history.said('hall_slot', nine + 15 * minute)).toMatchObject({ givenUp: 1 });
    // Straight into its late end: a service of no time, and the machine is gone again.
    history.take({ ...ticket('finished', 'A0', called + 20_000), receivedAt: nine + 35 * minute });
    await history.roll();
    expect(history.said('hall_slot', nine + 15 * minute)).toMatchObject({ givenUp: 0 });
  });
});

describe('a door that was silent very often', () => {
  it('is not taken for heard of in what was forgotten of that', async () => {
    const history = hallHistory({ now: nine });
    const send = (seq: number, ts: number) =>
      history.take(...['door-a', 'door-b'].map((id) => door(id, [1, seq], [0, 0], ts)));
    send(1, nine);
    send(2, nine + hour);
    history.clock.moveTo(nine + hour);
    await history.roll();
    expect(history.said('hall_slot', nine + 15 * minute)).toMatchObject({ knownS: 0 });
    for (let i = 0; i < 205; i++) send(3 + i, nine + hour + i * 2 * minute);
    history.clock.moveTo(nine + 8 * hour);
    const { ticket } = queueEvents();
    const late = ticket('issued', 'A1', nine + 16 * minute, { service: 'general' });
    history.take({ ...late, receivedAt: history.clock.now() });
    await history.roll();
    expect(history.said('hall_slot', nine + 15 * minute)).toMatchObject({ knownS: 0, issued: 1 });
    expect(history.said('hall_slot', nine + 15 * minute)).not.toHaveProperty('entered');
  });
});

describe('a terminal', () => {
  it('has nothing said of it of the time before it was first heard of, which may have been told otherwise', async () => {
    const history = hallHistory({ now: nine });
    history.take(terminal([1, 1], nine, { done: 1 }));
    await history.roll();
    expect(history.said('terminal_slot', nine - hour)).toBeUndefined();
    expect(history.said('terminal_slot', at('2026-11-19 10:00'))).toBeUndefined();
    history.clock.moveTo(nine + 20 * minute);
    await history.roll();
    expect(history.said('terminal_slot', nine)).toMatchObject({ done: 0 });
  });
});

describe('a door', () => {
  const both = (seq: number, ts: number) => ['door-a', 'door-b'].map((id) => door(id, [1, seq], [0, 0], ts));

  it('speaks late for the minute beside, also where that is in another quarter', async () => {
    const history = hallHistory({ now: nine });
    history.take(...both(1, nine - hour));
    history.clock.moveTo(nine + 40 * minute);
    await history.roll();
    const late = [...both(2, nine + 14 * minute + 30_000), ...both(3, nine + 30 * minute + 1_000)];
    history.take(...late.map((one) => ({ ...one, receivedAt: history.clock.now() })));
    await history.roll();
    expect(history.said('hall_minute', nine + 15 * minute)).toMatchObject({ knownS: 60 });
    expect(history.said('hall_slot', nine + 15 * minute)).toMatchObject({ knownS: 120 });
  });

  it('takes back what it counted in a minute of the night', async () => {
    const night = at('2026-11-20 22:00');
    const history = hallHistory({ now: night });
    history.take(...both(1, night), door('door-a', [1, 3], [1, 1], night + 5 * minute + 10_000));
    history.clock.moveTo(night + 6 * minute + 4_000);
    await history.roll();
    expect(history.said('hall_minute', night + 5 * minute)).toMatchObject({ entered: 1, left: 1 });
    // The message between comes late: both passed a minute before.
    const between = door('door-a', [1, 2], [1, 1], night + 4 * minute);
    history.take({ ...between, receivedAt: history.clock.now() });
    history.clock.moveTo(night + 30 * minute);
    await history.roll();
    expect(history.said('hall_minute', night + 4 * minute)).toMatchObject({ entered: 1, left: 1 });
    expect(history.said('hall_minute', night + 5 * minute)).toMatchObject({ entered: 0, left: 0 });
  });

  it('that is taken out of the registry keeps whom it counted', async () => {
    const history = hallHistory({ now: nine });
    history.take(...both(1, nine));
    history.take(door('door-a', [1, 2], [3, 0], nine + minute), door('door-b', [1, 2], [4, 1], nine + minute));
    history.clock.moveTo(nine + 30 * minute);
    await history.roll();
    const before = history.said('hall_slot', nine);
    expect(before).toMatchObject({ entered: 7, left: 1, occupancyMax: 6 });
    history.hall.reconfigure(hallConfig({ doors: hallConfig().file.doors.slice(0, 1) }));
    const { ticket } = queueEvents();
    history.take({ ...ticket('issued', 'A1', nine + minute, { service: 'general' }), receivedAt: history.clock.now() });
    await history.roll();
    expect(history.said('hall_slot', nine)).toMatchObject({ entered: 7, left: 1, occupancyMax: 6, issued: 1 });
  });

  it('makes all quarters due in which somebody was inside, also beside one who came just before the hall was empty', async () => {
    const four = at('2026-11-20 04:00');
    const history = hallHistory({ now: four, config: hallConfig({ emptyAt: '04:07' }) });
    history.take(...both(1, four));
    history.clock.moveTo(four + 2 * hour);
    await history.roll();
    const late = [door('door-a', [1, 2], [1, 0], four + minute), door('door-a', [1, 3], [3, 0], four + 10 * minute)];
    history.take(...late.map((one) => ({ ...one, receivedAt: history.clock.now() })));
    history.scribe.flush();
    expect(history.outbox.work.due('slot', 100).map((due) => due.at)).toContain(four + 60 * minute);
  });
});

describe('a stop of more than two days', () => {
  /** A hall whose server ended at 09:05:40, 62 h ago. */
  async function stopped() {
    const history = hallHistory({ now: nine + 10_000 });
    const { ticket } = queueEvents();
    history.take(door('door-a', [1, 1], [0, 0], nine), ticket('issued', 'A1', nine, { service: 'general' }));
    await history.roll();
    history.clock.moveTo(nine + 5 * minute + 4_000);
    await history.roll();
    history.take(door('door-a', [1, 2], [7, 2], nine + 5 * minute + 30_000));
    history.clock.moveTo(nine + 5 * minute + 40_000);
    history.scribe.flush();
    history.restart();
    history.clock.moveTo(nine + 62 * hour);
    return history;
  }

  it('leaves no quarter as it was rolled up in part, and no region', async () => {
    const history = await stopped();
    await history.roll();
    expect(history.said('hall_slot', nine)).toMatchObject({ entered: 7, left: 2 });
    expect(history.outbox.work.due('region', 10_000).map((due) => due.at)).toContain(nine);
  });

  it('ends the waits that it outlasted', async () => {
    const history = await stopped();
    await history.roll();
    expect(history.said('visit', nine, 'queue')).toMatchObject({ ticket: 'A1', outcome: 'expired' });
  });

  it('loses nothing that is heard while the halls are long in coming back', async () => {
    const history = await stopped();
    const heard = nine + 15 * hour;
    history.take({ ...door('door-a', [1, 3], [9, 2], heard), receivedAt: history.clock.now() });
    history.scribe.flush();
    history.clock.moveTo(nine + 66 * hour);
    await history.roll();
    expect(history.said('hall_slot', heard)).toMatchObject({ entered: 2 });
  });
});

describe('a device whose clock is wrong', () => {
  it('makes nothing due that neither books nor journal can tell of', async () => {
    const history = hallHistory({ now: nine + 10_000 });
    const { desk, ticket } = queueEvents();
    history.take(terminal([1, 1], nine), ticket('issued', 'A1', nine, { service: 'general' }));
    await history.roll();
    const early = [
      terminal([1, 2], 5_000),
      desk('desk-opened', 'desk-1', 5_000),
      ticket('issued', 'A2', 5_000, { service: 'general' }),
      door('door-a', [1, 1], [3, 0], 5_000),
      door('door-a', [1, 2], [7, 0], 6_000),
    ];
    history.take(...early.map((one) => ({ ...one, receivedAt: nine + 20_000 })));
    history.scribe.flush();
    const { work } = history.outbox;
    // Of yesterday and today, in which what it said goes on.
    expect(work.dueCount('slot')).toBeLessThanOrEqual(2 * 96);
    expect(Math.min(...work.due('day', 1_000).map((due) => due.at))).toBeGreaterThanOrEqual(at('2026-11-12 00:00'));
    expect(work.dueCount('day')).toBeLessThanOrEqual(8);
    // One for each midnight since, otherwise.
    expect(history.outbox.waiting).toBeLessThan(200);
  });

  it('has its days read from the journal as far as that goes back', async () => {
    const history = hallHistory({ now: nine + 10_000 });
    history.take(terminal([1, 1], nine));
    await history.roll();
    history.take({ ...terminal([1, 2], nine - 4 * day), receivedAt: nine + 20_000 });
    history.scribe.flush();
    const dates = history.outbox.work.due('day', 1_000).map((due) => new Date(due.at).toISOString().slice(0, 10));
    expect(dates).toEqual(['2026-11-16', '2026-11-17', '2026-11-18']);
  });
});

describe('a device that says seldom that it lives', () => {
  it('is unknown from its last word on, also where that is found long after the quarter', async () => {
    const history = hallHistory({ now: nine });
    const doors = ['door-a', 'door-b'];
    history.take(...doors.map((id) => door(id, [1, 1], [0, 0], nine)));
    for (const minutes of [0, 5, 10, 18, 20, 30, 40, 50]) {
      history.clock.moveTo(nine + minutes * minute);
      const words = doors.map((id) => status(id, [1, 1], history.clock.now(), { everyS: 300 }));
      if (minutes <= 10) history.take(...words);
      await history.roll();
    }
    expect(history.said('hall_slot', nine)).toMatchObject({ knownS: 600 });
    expect(history.said('hall_slot', nine + 15 * minute)).toMatchObject({ knownS: 0 });
  });
});

describe('one hall that makes our own code fail', () => {
  it('stops no other: a counter that counts without bound is read again', async () => {
    const history = hallHistory({ now: nine });
    history.take(door('door-b', [1, 1], [0, 0], nine), door('door-b', [1, 2], [5, 0], nine + minute));
    const boots = [1, 2, 3, 4].map((boot) =>
      door('door-a', [boot, 1], [Number.MAX_SAFE_INTEGER, 0], nine + 5 * minute),
    );
    history.take(...boots);
    history.clock.moveTo(nine + 30 * minute);
    await history.roll();
    expect(history.said('hall_minute', nine + minute)).toMatchObject({ entered: 5 });
    expect(history.said('hall_slot', nine + 15 * minute)).toMatchObject({ knownS: 0 });
  });

  it('is said, and the others are rolled up', async () => {
    const history = hallHistory({ now: nine });
    const { clock, hall, outbox } = history;
    history.take(door('door-a', [1, 1], [0, 0], nine), door('door-a', [1, 2], [5, 0], nine + minute));
    history.scribe.flush();
    const bad = new Hall(hallConfig({ id: 'bad-hall' }), hall.state);
    Object.defineProperty(bad, 'books', {
      get: () => {
        throw new TypeError('a fault of ours');
      },
    });
    outbox.put([], outbox.position, () => outbox.work.addDue({ kind: 'slot', subject: 'bad-hall', at: nine }));
    clock.moveTo(nine + 30 * minute);
    await new Roller({ outbox, halls: () => [bad, hall], clock, log, simulated: true }).pass();
    expect(history.said('hall_slot', nine)).toMatchObject({ entered: 5 });
    expect(outbox.work.due('slot', 100).filter(({ subject }) => subject === 'bad-hall')).toEqual([]);
  });
});
