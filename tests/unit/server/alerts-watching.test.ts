// Rules about what we hear and how well, the opening check, and leaps of our clock.
import { describe, expect, it } from 'vitest';
import type { AlertSettings } from '../../../server/contracts/alert-settings.ts';
import type { HallFile } from '../../../server/contracts/registry.ts';
import { alertWorld } from '../../support/alerts.ts';
import { at, door, hallConfig, queueEvents, status, terminal } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const s = 1_000;
const min = 60 * s;
const hour = 60 * min;

interface Made extends Partial<HallFile> {
  start?: number;
  settings?: AlertSettings;
}
const world = ({ start = nine, settings = {}, ...change }: Made = {}) =>
  alertWorld([hallConfig({ standards: { alerts: settings }, ...change })], { start });

describe('device-silent', () => {
  it('is raised after three intervals and its hold, and clears when the device speaks', async () => {
    const hall = await world({ start: nine - 10 * min });
    await hall.take(status('door-a', [1, 1], nine, { everyS: 30 }));
    await hall.take(status('door-b', [1, 1], nine + s, { everyS: 80_000 }));
    await hall.to(nine + 100 * s);
    expect(hall.open()).toEqual([]);
    await hall.to(nine + 106 * s);
    expect(hall.open()).toMatchObject([{ rule: 'device-silent', subject: { id: 'door-a' }, since: nine }]);
    await hall.take(status('door-a', [1, 1], nine + 200 * s, { everyS: 30 }));
    await hall.to(nine + 216 * s);
    expect(hall.open()).toEqual([]);
  });

  it('what we could not hear ourselves is nobody’s silence', async () => {
    const hall = await world({ start: nine - 10 * min });
    await hall.take(
      status('door-a', [1, 1], nine, { everyS: 30 }),
      status('door-b', [1, 1], nine + s, { everyS: 80_000 }),
    );
    hall.state.ingest = 'no-broker';
    await hall.to(nine + 10 * min);
    hall.state.ingest = 'ok';
    await hall.to(nine + 11 * min);
    await hall.take(status('door-a', [1, 1], nine + 11 * min + s, { everyS: 30 }));
    expect(hall.life('device-silent')).toEqual([]);
  });

  it('a closed zone is silent, and that is right', async () => {
    const closing = at('2026-11-23 18:00');
    const hall = await world({ start: closing - hour });
    await hall.take(status('door-b', [1, 1], closing - hour + s, { everyS: 80_000 }));
    await hall.take(status('door-a', [1, 1], closing - 10 * s, { everyS: 30 }));
    await hall.to(at('2026-11-24 08:30') + 80 * s);
    expect(hall.life('device-silent')).toEqual([]);
    await hall.to(at('2026-11-24 08:33'));
    expect(hall.open('device-silent').map(({ subject }) => subject.id)).toEqual(['door-a']);
  });
});

describe('clock-wrong', () => {
  it('is raised once enough messages are behind, and clears when they are right', async () => {
    const hall = await world();
    await hall.take(status('door-a', [1, 1], nine + s, { everyS: 80_000 }));
    const say = async (from: number, behindMs: number, seq: number) => {
      for (let i = 0; i < 25; i++) {
        const receivedAt = nine + from + i * 10 * s;
        await hall.take({ ...door('door-a', [1, seq + i], [i, 0], receivedAt - behindMs), receivedAt });
      }
    };
    await say(2 * s, 20 * min, 1);
    await hall.to(nine + 8 * min);
    expect(hall.open('clock-wrong')).toMatchObject([{ severity: 'info', subject: { id: 'door-a' } }]);
    await say(10 * min, 0, 100);
    await hall.to(nine + 17 * min);
    expect(hall.open('clock-wrong')).toEqual([]);
  });
});

describe('count-drift', () => {
  const doors = [{ id: 'door-a', zone: 'floor', name: { 'zh-CN': 'A', en: 'A' } }];

  it('is raised ten minutes after a counter restarted, in opening hours only', async () => {
    const hall = await world({ doors });
    await hall.take(
      status('door-a', [1, 1], nine + s, { everyS: 80_000 }),
      door('door-a', [1, 1], [0, 0], nine + s),
      door('door-a', [1, 2], [50, 20], nine + min),
      ...[2, 3, 4].map((ins, i) => door('door-a', [1, 3 + i], [ins, 1], nine + 2 * min + i * s)),
    );
    await hall.to(nine + 11 * min);
    expect(hall.open()).toEqual([]);
    await hall.to(nine + 13 * min);
    expect(hall.open()).toMatchObject([{ rule: 'count-drift', subject: { kind: 'hall' }, severity: 'info' }]);
    await hall.to(at('2026-11-23 18:06'));
    expect(hall.open()).toEqual([]);
  });
});

describe('data-missing', () => {
  it('is raised when what is missing does not come, and clears when it does', async () => {
    const hall = await world();
    await hall.take(status('door-a', [1, 1], nine + s, { everyS: 80_000 }), door('door-a', [1, 1], [0, 0], nine + s));
    await hall.take(door('door-a', [1, 40], [39, 0], nine + min));
    await hall.to(nine + 5 * min);
    expect(hall.open('data-missing')).toEqual([]);
    await hall.to(nine + 8 * min);
    expect(hall.open('data-missing')).toMatchObject([{ rule: 'data-missing', subject: { id: 'door-a' } }]);
    for (let seq = 2; seq < 40; seq++)
      await hall.take({ ...door('door-a', [1, seq], [seq - 1, 0], nine + 30 * s), receivedAt: nine + 9 * min });
    await hall.to(nine + 12 * min);
    expect(hall.open('data-missing')).toEqual([]);
  });

  it('of the journal is the system’s, and critical', async () => {
    const hall = await world();
    hall.state.system.notStoring = 'the disk is full';
    hall.state.system.holes = [{ consumer: 'history', from: 5, to: 9 }];
    await hall.to(nine + 20 * s);
    expect(hall.open().map(({ subject, severity, hall: of }) => [subject.id, severity, of])).toEqual([
      ['history-5-9', 'critical', null],
      ['journal', 'critical', null],
    ]);
    hall.state.system.notStoring = null;
    await hall.to(nine + 100 * s);
    expect(hall.open().map(({ subject }) => subject.id)).toEqual(['history-5-9']);
  });
});

describe('opening-check', () => {
  it('lists a quarter of an hour before opening what is not ready, as it is put right, and ends', async () => {
    const early = at('2026-11-23 08:00');
    const opening = at('2026-11-23 08:30');
    const hall = await world({ start: early });
    const queue = queueEvents();
    for (const id of ['door-a', 'queue', 'pay-1']) await hall.take(status(id, [1, 1], early + s, { everyS: 80_000 }));
    await hall.take(terminal([1, 1], early + 2 * s, { parts: { paper: 'low' } }));
    await hall.to(opening - 15 * min - s);
    expect(hall.open()).toEqual([]);
    await hall.to(opening - 14 * min);
    expect(hall.open()).toMatchObject([
      {
        rule: 'opening-check',
        since: opening - 15 * min,
        text: {
          'zh-CN': { what: '营业前检查：2 项未就绪', todo: 'B未开机或离线、Pay：余纸不足' },
          en: { what: 'Opening check: 2 not ready', todo: 'B isn’t on, Pay: paper low' },
        },
      },
    ]);
    await hall.take(status('door-b', [1, 1], opening - 10 * min, { everyS: 80_000 }));
    await hall.take(terminal([1, 2], opening - 9 * min, { parts: { paper: 'full' } }));
    await hall.to(opening - 8 * min);
    expect(hall.open()).toEqual([]);
    // Open, and nobody sits down.
    await hall.to(opening + 2 * min);
    expect(hall.open()).toEqual([]);
    await hall.to(opening + 4 * min);
    expect(hall.open()).toMatchObject([{ text: { en: { todo: 'no desk is open' } } }]);
    await hall.take(queue.desk('desk-opened', 'desk-1', opening + 5 * min));
    await hall.to(opening + 6 * min);
    expect(hall.open()).toEqual([]);
    await hall.to(opening + 10 * hour);
    expect(hall.life('opening-check').filter((step) => step.startsWith('raised'))).toEqual(['raised 1']);
  });

  it('not on a closed day, and ends when the hall has been open for a while', async () => {
    const closed = await alertWorld(
      [
        hallConfig({}, {
          days: [{ date: '2026-11-23', kind: 'holiday', hours: 'closed', name: { 'zh-CN': '休', en: 'Off' } }],
        } as never),
      ],
      { start: at('2026-11-23 08:00') },
    );
    await closed.to(at('2026-11-23 12:00'));
    expect(closed.life('opening-check')).toEqual([]);
    const hall = await world({ start: at('2026-11-23 08:00') });
    await hall.to(at('2026-11-23 08:44'));
    expect(hall.open('opening-check').length).toBe(1);
    await hall.to(at('2026-11-23 08:46'));
    expect(hall.open('opening-check')).toEqual([]);
  });
});

describe('a leap of our clock', () => {
  it('by an hour, ahead or back, raises nothing about the past', async () => {
    const hall = await world({ start: nine });
    const queue = queueEvents();
    for (const id of ['door-a', 'queue', 'pay-1']) await hall.take(status(id, [1, 1], nine + s, { everyS: 30 }));
    await hall.take(
      terminal([1, 1], nine + 2 * s, { busy: true }),
      queue.ticket('issued', 'A1', nine + 10 * s, { service: 'general' }),
      queue.ticket('issued', 'A2', nine + 10 * s, { service: 'general' }),
      queue.ticket('started', 'A2', nine + 11 * s, { desk: 'desk-1' }),
    );
    await hall.to(nine + 20 * s);
    const after = nine + hour;
    hall.clock.leapTo(after);
    const speak = async (from: number) => {
      for (const id of ['door-a', 'queue', 'pay-1']) await hall.take(status(id, [1, 1], from, { everyS: 80_000 }));
    };
    await hall.to(after + 10 * s);
    await speak(after + 20 * s);
    await hall.to(after + 30 * min);
    expect(hall.told).toEqual([]);
    hall.clock.leapTo(after - hour);
    await speak(after - hour + 20 * s);
    await hall.to(after - 45 * min);
    expect(hall.told).toEqual([]);
  });

  it('back by an hour ends no wait that goes on', async () => {
    const hall = await world({ start: nine });
    const queue = queueEvents();
    for (const id of ['door-a', 'queue', 'pay-1']) await hall.take(status(id, [1, 1], nine + s, { everyS: 80_000 }));
    await hall.take(
      queue.ticket('issued', 'A1', nine + 10 * s, { service: 'general' }),
      queue.ticket('issued', 'A2', nine + 40 * min, { service: 'general' }),
    );
    await hall.to(nine + 75 * min);
    expect(hall.open('wait-limit')).toHaveLength(1);
    const after = nine + 15 * min;
    hall.clock.leapTo(after);
    for (const id of ['door-a', 'queue', 'pay-1'])
      await hall.take(status(id, [1, 1], after + 20 * s, { everyS: 80_000 }));
    await hall.to(after + 20 * min);
    expect(hall.open('wait-limit')).toHaveLength(1);
    expect(hall.told.filter(({ state }) => state === 'resolved')).toEqual([]);
  });

  it('back by hours holds up nothing: neither what the system says nor a hall that nobody hears', async () => {
    const hall = await world({ start: nine });
    await hall.take(status('door-a', [1, 1], nine + s, { everyS: 80_000 }), status('pay-1', [1, 1], nine + s));
    await hall.take(terminal([1, 1], nine + 2 * s, { state: 'out-of-service' }));
    hall.clock.leapTo(nine - 5 * hour);
    hall.state.system.notStoring = 'the disk is full';
    await hall.to(nine - 5 * hour + 3 * min);
    expect(hall.open().map(({ rule }) => rule)).toEqual(['data-missing', 'terminal-fault']);
  });
});
