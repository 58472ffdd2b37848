// docs/limits.md: every bound drops the right thing, is counted, and is on that page.
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { BoundName } from '../../../server/bounds.ts';
import { bounds, boundsReached } from '../../../server/bounds.ts';
import { manualClock } from '../../../server/clock.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import { Hall } from '../../../server/hall/hall.ts';
import { firstLesson } from '../../../server/hall/lesson.ts';
import { keptDeskRecords } from '../../../server/hall/queue.ts';
import { recordsADay, recordsAVisit } from '../../../server/hall/queue-bounds.ts';
import { HistoryHoles, holesMigration } from '../../../server/history/history-holes.ts';
import { Scribe } from '../../../server/history/scribe.ts';
import { UsualBook } from '../../../server/history/usual-book.ts';
import { Outcomes } from '../../../server/ingest/outcomes.ts';
import { GroupCommit } from '../../../server/journal/group-commit.ts';
import { openSqlite } from '../../../server/sqlite.ts';
import {
  at,
  door,
  gone,
  hallConfig,
  hallWith,
  liveAt,
  queueEvents,
  status,
  terminal,
} from '../../support/hall-maker.ts';
import { sourceFiles } from '../../support/source-files.ts';

const nine = at('2026-11-23 09:00');
const minute = 60_000;
const general = { service: 'general' };
const page = readFileSync('docs/limits.md', 'utf8');

/** Times as many as `count`. */
function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function learningHall(): Hall {
  const hall = new Hall(hallConfig());
  hall.learn(firstLesson());
  return hall;
}

function feed(hall: Hall, readings: readonly Reading[]): Hall {
  for (const reading of readings) hall.apply(reading);
  return hall;
}

/** Visits of four events each, 200 ms apart, of numbers that no other has. */
function visits(count: number, from: number, events = queueEvents()): Reading[] {
  return times(count, (i) => {
    const [number, start] = [`N${from + i}`, from + 200 * i];
    return [
      events.ticket('issued', number, start, general),
      events.ticket('called', number, start + 50, { desk: 'desk-1' }),
      events.ticket('started', number, start + 60, { desk: 'desk-1' }),
      events.ticket('finished', number, start + 100, { desk: 'desk-1' }),
    ];
  }).flat();
}

/** What overfills each bound; each checks what is left. Where one can't be reached here, the test that reaches it. */
const overfills: Record<BoundName, (() => void) | string> = {
  'ticket-records-a-day': () => {
    const events = queueEvents();
    const waiting = events.ticket('issued', 'X1', nine - minute, general);
    const all = [waiting, ...visits(recordsADay / 4 + 500, nine, events)];
    const hall = feed(learningHall(), all);
    const now = all.at(-1)?.receivedAt ?? nine;
    const { queue, services } = liveAt(hall, now);
    const count = recordsADay / 4 + 500;
    expect(queue).toMatchObject({ issuedToday: count + 1, calledToday: count, servedToday: count, waiting: 1 });
    expect(queue).toMatchObject({ maxWaitingToday: 1, quality: 'doubtful', reason: 'truncated' });
    expect(services[0]).toMatchObject({ issuedToday: count + 1, withinLimitToday: count, probablyGone: 1 });
    // The books made again of a copy say the same.
    const again = new Hall(hall.config, structuredClone(hall.state));
    expect(liveAt(again, now).queue).toEqual(queue);
    // Whoever waited longest was not dropped.
    const { ticket } = queueEvents('queue', 2);
    hall.apply(ticket('cancelled', 'X1', now + 1));
    expect(liveAt(hall, now + 1).queue).toMatchObject({ waiting: 0, abandonedToday: 1 });
    expect(liveAt(hall, now + 86_400_000).queue.reason).not.toBe('truncated');
  },
  'late-ticket-records': () => {
    const all = visits(recordsADay / 4 + 500, nine);
    const hall = feed(learningHall(), all);
    const before = liveAt(hall, nine + 3_600_000).queue.servedToday;
    const { ticket } = queueEvents('queue', 2);
    const { notes } = hall.apply(ticket('finished', `N${nine}`, nine + 150));
    expect(notes).toContain('too-many');
    expect(liveAt(hall, nine + 3_600_000).queue.servedToday).toBe(before);
  },
  'records-a-visit': () => {
    const { ticket } = queueEvents();
    const hall = hallWith([
      ticket('issued', 'A1', nine, general),
      ticket('called', 'A1', nine + minute, { desk: 'desk-1' }),
      ...times(3 * recordsAVisit, (i) => ticket('recalled', 'A1', nine + minute + 1_000 * (i + 1), { desk: 'desk-1' })),
      ticket('started', 'A1', nine + 30 * minute, { desk: 'desk-1' }),
      ticket('finished', 'A1', nine + 40 * minute, { desk: 'desk-1' }),
    ]);
    const { queue, desks } = liveAt(hall, nine + 41 * minute);
    expect(queue).toMatchObject({ servedToday: 1, calledToday: 1, waiting: 0, quality: 'good' });
    expect(desks[0]?.state).toBe('idle');
    expect(hall.state.tickets.get('queue|A1')?.length).toBeLessThanOrEqual(recordsAVisit + 1);
    const other = queueEvents();
    const odd = hallWith([
      other.ticket('issued', 'A1', nine, general),
      ...times(2 * recordsAVisit, (i) => other.ticket('started', 'A1', nine + minute + i, { desk: 'desk-1' })),
    ]);
    expect(liveAt(odd, nine + 2 * minute).queue).toMatchObject({
      quality: 'doubtful',
      reason: 'truncated',
      waiting: 0,
    });
  },
  'desk-records': () => {
    const { desk } = queueEvents();
    const events = ['desk-opened', 'desk-paused'] as const;
    const hall = hallWith(times(keptDeskRecords + 11, (i) => desk(events[i % 2] ?? 'desk-opened', 'desk-1', nine + i)));
    expect(hall.state.deskEvents.get('desk-1')).toHaveLength(keptDeskRecords);
    expect(liveAt(hall, nine + minute).desks[0]).toMatchObject({ state: 'idle', since: nine + keptDeskRecords + 10 });
  },
  'waiting-classes': () => {
    const { ticket } = queueEvents();
    const hall = hallWith(times(200, (i) => ticket('issued', `A${i}`, nine + i, { ...general, tier: `tier-${i}` })));
    expect(liveAt(hall, nine + minute).services[0]).toMatchObject({ waiting: 200, longestSince: nine });
  },
  'tier-quotes': () => {
    const { ticket, desk } = queueEvents();
    const tiers = times(12, (i) => ticket('issued', `A${i}`, nine + i, { ...general, tier: `tier-${i}` }));
    const hall = feed(learningHall(), [desk('desk-opened', 'desk-1', nine), ...tiers]);
    expect(liveAt(hall, nine + minute).services[0]?.tierQuotes).toHaveLength(8);
  },
  'pending-forecasts': () => {
    const { ticket } = queueEvents();
    const hall = feed(
      learningHall(),
      times(10_050, (i) => ticket('issued', `A${i}`, nine + i, general)),
    );
    const pending = hall.lesson?.waits.pending;
    expect(pending?.size).toBe(10_000);
    expect([pending?.has('queue|A0'), pending?.has('queue|A10049')]).toEqual([false, true]);
  },
  'classes-taught': () => {
    const lesson = firstLesson();
    for (let i = 0; i < 300; i++) lesson.waits.classWaits.set(`general|tier-${i}|0`, { mean: 60, n: 1 });
    const hall = new Hall(hallConfig());
    hall.learn(lesson);
    const { ticket } = queueEvents();
    feed(hall, [ticket('issued', 'A1', nine, general), ticket('issued', 'A2', nine + 2 * 3_600_000, general)]);
    expect(lesson.waits.classWaits.size).toBeLessThan(64);
  },
  'terminal-messages': () => {
    const steady = times(20_100, (i) => terminal([1, i + 1], nine - 8 * 3_600_000 + i, { parts: { paper: 'full' } }));
    const hall = hallWith([...steady, terminal([1, 30_000], nine, { parts: { paper: 'out' } })]);
    expect(hall.state.terminals.get('pay-1')?.at.length).toBeLessThan(20_000);
    // What it was at first, and what it came to, is still told.
    expect(hall.books.terminals.pictureBefore('pay-1', nine - 8 * 3_600_000 + 1)?.parts).toEqual({ paper: 'full' });
    expect(liveAt(hall, nine + minute).terminals[0]).toMatchObject({ parts: { paper: 'out' }, severity: 'fault' });
  },
  'terminal-parts': () => {
    const named = (from: number) => Object.fromEntries(times(60, (i) => [`part-${from + i}`, 'ok']));
    const hall = hallWith(times(4, (i) => terminal([1, i + 1], nine + i, { parts: named(60 * i) })));
    const parts = Object.keys(liveAt(hall, nine + minute).terminals[0]?.parts ?? {});
    expect([parts.length, parts.includes('part-0'), parts.includes('part-239')]).toEqual([128, false, true]);
  },
  'door-runs': () => {
    const hall = hallWith(times(1_010, (i) => door('door-a', [1, 2 * i + 1], [i, 0], nine + i)));
    expect(liveAt(hall, nine + minute).occupancy.enteredToday).toBe(1_009);
  },
  'total-boots': () => {
    const hall = hallWith(times(70, (i) => door('door-a', [i + 1, 1], [i === 0 ? 0 : 1, 0], nine + i)));
    expect(hall.state.doors.get('door-a')?.boots.size).toBeLessThanOrEqual(64);
  },
  'intake-boots': () => {
    const hall = hallWith(times(70, (i) => door('door-a', [i + 1, 1], [0, 0], nine + i)));
    expect(hall.state.intake.get('door-a')?.boots.size).toBeLessThanOrEqual(64);
    expect(hall.state.intake.get('door-a')?.boots.has(70)).toBe(true);
  },
  'intake-ranges': () => {
    const hall = hallWith([door('door-a', [1, 1], [0, 0], nine)]);
    for (let i = 1; i <= 5_010; i++) hall.apply(gone('door-a', 1, [[3 * i, 3 * i]], nine + i));
    expect(hall.state.intake.get('door-a')?.boots.get(1)?.gone?.length).toBeLessThanOrEqual(15_000);
  },
  'heard-runs': () => {
    const hall = hallWith(times(510, (i) => status('door-b', [1, 1], nine + 10 * minute * i)));
    expect(hall.state.presence.get('door-b')?.heard).toHaveLength(500);
  },
  downtimes: () => {
    const hall = hallWith([]);
    for (let i = 0; i < 110; i++)
      hall.noteDowntime(
        { from: nine + 10 * minute * i, to: nine + 10 * minute * i + minute },
        nine + 10 * minute * (i + 1),
      );
    expect(hall.state.downtimes).toHaveLength(100);
  },
  'journal-waiting': () => {
    const commit = new GroupCommit<number>({
      write: () => {
        throw new Error('no room');
      },
      trouble: () => undefined,
    } as never);
    const answers: (Error | null)[] = [];
    for (let i = 0; i <= 20_000; i++) commit.add(i, (error) => answers.push(error));
    commit.close();
    expect(answers.at(-1)).toBeInstanceOf(Error);
  },
  'quarantine-waiting': () => {
    const lost: { from: number; to: number }[] = [];
    const take = () => {
      throw new Error('no room');
    };
    const outcomes = new Outcomes({
      quarantine: { take },
      refusals: { noted: () => undefined, refused: () => undefined },
      lost: (hole: { from: number; to: number }) => lost.push(hole),
    } as never);
    for (let id = 1; id <= 7_000; id++) {
      outcomes.replayed({ entry: { id, retryOf: null }, refused: { id } } as never);
    }
    // The oldest are given up, and which is said.
    expect(lost[0]?.from).toBe(1);
    expect(outcomes.flush(7_000, true)).toBe(false);
  },
  'history-held': () => {
    const put = () => {
      throw new Error('no room');
    };
    const outbox = { position: 0, work: { takenUntil: 0 }, put } as never;
    const hall = new Hall(hallConfig());
    const parts = { outbox, hall: () => hall, log: pino({ level: 'silent' }), simulated: true, journalDays: 7 };
    const scribe = new Scribe({ ...parts, now: () => nine });
    for (let i = 1; i <= 100_001; i++) {
      const reading = door('door-a', [1, i], [i, 0], nine + i);
      scribe.take({ id: i, reading, ...hall.apply(reading) });
    }
    expect(scribe.flush()).toBe(false);
    expect(scribe.trouble).toContain('no room');
  },
  'history-holes': () => {
    const holes = new HistoryHoles(openSqlite(':memory:', { migrations: [holesMigration], synchronous: 'NORMAL' }));
    for (let i = 1; i <= 130; i++) {
      holes.add({ from: i, to: i, count: 2, cutAt: i });
      holes.end();
    }
    const all = holes.all();
    // No count is lost: the oldest ones become one.
    expect([all.length, all.reduce((sum, { count }) => sum + count, 0)]).toEqual([100, 260]);
  },
  'usual-books': () => {
    const usual = new UsualBook({ store: {}, clock: manualClock(nine), log: pino({ level: 'silent' }) } as never);
    const config = hallConfig();
    for (let i = 0; i <= 5_000; i++) usual.today({ ...config, id: `hall-${i}` }, nine);
    usual.close();
  },
  'history-dead': 'tests/unit/server/outbox.test.ts',
  'quarantine-kept': 'tests/unit/server/quarantine.test.ts',
  'history-questions': 'tests/unit/server/connection-bounds.test.ts',
  'http-connections': 'tests/unit/server/connection-bounds.test.ts',
  'http-unread': 'tests/unit/server/connection-bounds.test.ts',
  screens: 'tests/unit/server/connection-bounds.test.ts',
  'screen-events': 'tests/integration/attacks.test.ts',
  'screen-unread': 'tests/integration/slow-sockets.test.ts',
  'mqtt-connections': 'tests/unit/server/connection-bounds.test.ts',
  'mqtt-packet': 'tests/integration/attacks.test.ts',
  'mqtt-unfinished': 'tests/integration/attacks.test.ts',
  'mqtt-unread': 'tests/integration/attacks.test.ts',
  'mqtt-client-error': 'tests/integration/attacks.test.ts',
  'mqtt-subscriptions': 'tests/unit/server/connection-bounds.test.ts',
  'mqtt-retained': 'tests/unit/server/connection-bounds.test.ts',
};

const reached = (name: string) => boundsReached().get(name) ?? 0;
const here = Object.entries(overfills).flatMap(([name, fill]) => (typeof fill === 'string' ? [] : [{ name, fill }]));

describe('bounds', () => {
  it.each(here)('$name drops the right thing, and is counted', { timeout: 60_000 }, ({ name, fill }) => {
    const before = reached(name);
    fill();
    expect(reached(name)).toBeGreaterThan(before);
  });

  it('that are overfilled elsewhere are counted there', () => {
    for (const [name, test] of Object.entries(overfills)) {
      if (typeof test === 'string') expect(readFileSync(test, 'utf8'), test).toContain(`'${name}'`);
    }
  });

  it('are all on docs/limits.md, and nothing else is', () => {
    const names = Object.keys(bounds);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    const counted = sourceFiles('server').flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(
          /(?:boundReached|\.reached|\.drop|#drop)\(\s*(?:socket,\s*)?'([a-z-]+)'/g,
        ),
      ].map(([, name]) => name ?? ''),
    );
    expect([...new Set(counted)].sort()).toEqual([...names].sort());
  });

  it('are said with the number that the code has', () => {
    for (const number of ['40,000', '2,000', '20,000', '10,000', '5,000', '1,000']) expect(page).toContain(number);
    expect([recordsADay, recordsAVisit, keptDeskRecords]).toEqual([40_000, 200, 2_000]);
  });
});

describe('A6: a number that is used again and again', () => {
  it('counts all 60 customers of a tag, leaves no ghost, and tells of no limit', () => {
    const { ticket } = queueEvents();
    const hall = feed(
      learningHall(),
      times(60, (i) => {
        const start = nine + 8 * minute * i;
        return [
          ticket('issued', '01', start, general),
          ticket('called', '01', start + minute, { desk: 'desk-1' }),
          ticket('started', '01', start + 2 * minute, { desk: 'desk-1' }),
          ticket('finished', '01', start + 5 * minute, { desk: 'desk-1' }),
        ];
      }).flat(),
    );
    const { queue, services } = liveAt(hall, nine + (59 * 8 + 5) * minute);
    const counts = { issuedToday: 60, calledToday: 60, servedToday: 60, abandonedToday: 0, waiting: 0 };
    expect(queue).toMatchObject({ ...counts, maxWaitingToday: 1, quality: 'good', reason: null });
    expect(services[0]).toMatchObject({ ...counts, withinLimitToday: 60, longestSince: null });
  });

  it('costs per event what any number costs, however often it was used', () => {
    const { ticket } = queueEvents();
    const hall = new Hall(hallConfig());
    const use = (i: number) => [
      ticket('issued', '01', nine + 7_000 * i, general),
      ticket('called', '01', nine + 7_000 * i + 1_000, { desk: 'desk-1' }),
      ticket('finished', '01', nine + 7_000 * i + 5_000, { desk: 'desk-1' }),
    ];
    feed(hall, times(4_000, use).flat());
    const { trace } = hall.apply(ticket('issued', '01', nine + 7_000 * 4_000, general));
    // Those of the last minutes, to whose calls an issue may belong.
    expect(trace?.visits[0]?.now.length).toBeLessThan(50);
    expect(liveAt(hall, nine + 7_000 * 4_000).queue).toMatchObject({ issuedToday: 4_001, servedToday: 4_000 });
  });

  it('stays exact beyond 5,000 numbers a day', () => {
    const { ticket } = queueEvents();
    const hall = hallWith(times(7_000, (i) => ticket('issued', `A${i}`, nine + i, general)));
    expect(liveAt(hall, nine + minute).queue).toMatchObject({ issuedToday: 7_000, waiting: 7_000, quality: 'good' });
  });
});
