// Rules about how terminals are used, by a clock that is moved.
import { describe, expect, it } from 'vitest';
import type { AlertSettings } from '../../../server/contracts/alert-settings.ts';
import type { Reading } from '../../../server/contracts/readings.ts';
import type { HallFile } from '../../../server/contracts/registry.ts';
import type { AlertWorld } from '../../support/alerts.ts';
import { alertWorld } from '../../support/alerts.ts';
import { at, hallConfig, queueEvents, status, terminal } from '../../support/hall-maker.ts';

const nine = at('2026-11-23 09:00');
const s = 1_000;
const min = 60 * s;
const hour = 60 * min;
const name = (text: string) => ({ 'zh-CN': text, en: text });

const terminals = ['pay-1', 'pay-2', 'pay-3'].map((id) => ({
  id,
  type: 'payment-kiosk' as const,
  zone: 'floor',
  name: name(id),
  does: ['pay'],
  accepts: id === 'pay-1' ? (['cash', 'code'] as const).slice() : (['code'] as const).slice(),
}));

interface Made extends Partial<HallFile> {
  start?: number;
  settings?: AlertSettings;
}
/** A hall with three terminals that live and are in service. */
async function world({ start = nine, settings = {}, ...change }: Made = {}): Promise<AlertWorld> {
  const standards = { alerts: settings, ...change.standards };
  const hall = await alertWorld([hallConfig({ terminals, ...change, standards })], { start });
  for (const { id } of change.terminals ?? terminals) {
    await hall.take(
      status(id, [1, 1], start + s, { everyS: 80_000 }),
      of(id, terminal([1, 1], start + s, { done: 0, failed: 0 })),
    );
  }
  return hall;
}
const of = (device: string, reading: Reading): Reading => ({ ...reading, device });

describe('stock-low', () => {
  it('follows the level, and clears when it is filled', async () => {
    const hall = await world();
    await hall.take(of('pay-2', terminal([1, 2], nine + 10 * s, { stock: { paper: 9, cashUnit: 80 } })));
    await hall.to(nine + 50 * s);
    expect(hall.open()).toMatchObject([
      {
        rule: 'stock-low',
        subject: { id: 'pay-2' },
        text: { 'zh-CN': { what: '余量不足：打印纸' }, en: { what: 'Running out: paper' } },
      },
    ]);
    await hall.take(of('pay-2', terminal([1, 3], nine + 2 * min, { stock: { paper: 100 } })));
    await hall.to(nine + 3 * min);
    expect(hall.open()).toEqual([]);
  });

  it('says hours ahead by its own use that it will be out', async () => {
    const hall = await world();
    for (let i = 0; i <= 8; i++) {
      const stock = { paper: 100 - 8 * i, ink: 100 - i };
      await hall.take(of('pay-1', terminal([1, i + 2], nine + (i * hour) / 2 + 10 * s, { stock })));
    }
    // 16 % an hour: 36 % are left, a little over two hours.
    expect(hall.open()).toEqual([]);
    await hall.take(of('pay-1', terminal([1, 20], nine + 4.5 * hour, { stock: { paper: 20 } })));
    await hall.to(nine + 4.5 * hour + min);
    expect(hall.open()).toMatchObject([{ text: { en: { what: 'Running out: paper' } } }]);
  });

  it('stays while nobody uses it, until it is filled; and is nobody’s alert at night', async () => {
    const hall = await world();
    let seq = 1;
    const left = async (at: number, paper: number) => {
      await hall.take(of('pay-1', terminal([1, ++seq], at, { stock: { paper } })));
      await hall.to(at + 2 * min);
    };
    // 20 % an hour, then an hour without anybody.
    for (let i = 0; i <= 4; i++) await left(nine + (i * hour) / 2 + 10 * s, 60 - 10 * i);
    await hall.to(nine + 3 * hour);
    expect(hall.life('stock-low')).toEqual(['raised 1']);
    await left(nine + 3.5 * hour, 100);
    expect(hall.life('stock-low')).toEqual(['raised 1', 'resolved 1']);
    await left(nine + 12 * hour, 5);
    expect(hall.life('stock-low')).toEqual(['raised 1', 'resolved 1']);
    await hall.to(nine + 24 * hour + 2 * min);
    expect(hall.open('stock-low')).toMatchObject([
      { raisedAt: expect.toSatisfy((at: number) => at > nine + 20 * hour) },
    ]);
  });

  it('a cash unit fills up: it is well when it was emptied, and told of before it is full', async () => {
    const hall = await world();
    await hall.take(of('pay-1', terminal([1, 2], nine + 10 * s, { stock: { cashUnit: 0, paper: 80 } })));
    await hall.to(nine + min);
    expect(hall.open()).toEqual([]);
    // 20 % an hour: the last 20 % have room for an hour.
    for (let i = 1; i <= 8; i++)
      await hall.take(
        of('pay-1', terminal([1, i + 2], nine + (i * hour) / 2 + 10 * s, { stock: { cashUnit: 10 * i } })),
      );
    await hall.to(nine + 4 * hour + 10 * min);
    expect(hall.open()).toMatchObject([
      { rule: 'stock-low', text: { 'zh-CN': { what: '将满：钞箱' }, en: { what: 'Nearly full: cash unit' } } },
    ]);
    await hall.take(of('pay-1', terminal([1, 20], nine + 4.5 * hour, { stock: { cashUnit: 0, paper: 5 } })));
    await hall.to(nine + 4.5 * hour + min);
    expect(hall.open()).toMatchObject([{ text: { en: { what: 'Running out: paper' } } }]);
  });

  it('can be overridden', async () => {
    const hall = await world({ settings: { 'stock-low': { level: 50, severity: 'info' } } });
    await hall.take(of('pay-2', terminal([1, 2], nine + 10 * s, { stock: { paper: 40 } })));
    await hall.to(nine + 50 * s);
    expect(hall.open()).toMatchObject([{ severity: 'info' }]);
  });
});

describe('terminal-failing and system-down', () => {
  it('one terminal that fails is its own; the others go on', async () => {
    const hall = await world();
    await hall.take(of('pay-1', terminal([1, 2], nine + min, { done: 3, failed: 2 })));
    await hall.take(of('pay-2', terminal([1, 2], nine + min, { done: 9, failed: 1 })));
    await hall.to(nine + 2 * min);
    expect(hall.open()).toEqual([]);
    await hall.take(of('pay-1', terminal([1, 3], nine + 3 * min, { done: 3, failed: 5 })));
    await hall.to(nine + 4 * min);
    expect(hall.open()).toMatchObject([{ rule: 'terminal-failing', subject: { id: 'pay-1' } }]);
    // Half an hour without any says nothing; success does.
    await hall.to(nine + 40 * min);
    expect(hall.open().length).toBe(1);
    await hall.take(of('pay-1', terminal([1, 4], nine + 41 * min, { done: 9, failed: 5 })));
    await hall.to(nine + 44 * min);
    expect(hall.open()).toEqual([]);
  });

  it('failing together is the system, which explains each', async () => {
    const hall = await world();
    for (const id of ['pay-1', 'pay-2']) await hall.take(of(id, terminal([1, 2], nine + min, { done: 0, failed: 5 })));
    await hall.to(nine + 2 * min);
    expect(hall.open().filter(({ parent }) => parent === null)).toMatchObject([
      { rule: 'system-down', subject: { kind: 'hall' }, severity: 'critical' },
    ]);
    for (const id of ['pay-1', 'pay-2'])
      await hall.take(of(id, terminal([1, 3], nine + 20 * min, { done: 30, failed: 5 })));
    await hall.to(nine + 24 * min);
    expect(hall.open()).toEqual([]);
  });

  it('what failed while nobody heard the terminals is told when they are back, and is no news then', async () => {
    const hall = await world();
    const gone = nine + 2 * min;
    const back = nine + hour;
    await hall.take(status('door-a', [1, 1], nine + s, { everyS: 80_000 }));
    for (const id of ['pay-1', 'pay-2']) await hall.take(status(id, [1, 1], gone, { online: false }));
    await hall.to(back);
    for (const id of ['pay-1', 'pay-2']) {
      await hall.take(status(id, [1, 2], back, { everyS: 80_000 }));
      for (let i = 1; i <= 19; i++) {
        const late = terminal([1, 1 + i], gone + 3 * i * min, { done: 0, failed: i });
        await hall.take({ ...of(id, late), receivedAt: back + i });
      }
    }
    await hall.to(back + min);
    expect(hall.life('system-down')).toEqual([]);
    expect(hall.life('terminal-failing')).toEqual([]);
    // What fails from here on is of now.
    for (let i = 1; i <= 5; i++)
      await hall.take(of('pay-1', terminal([1, 20 + i], back + (1 + i) * min, { done: 0, failed: 19 + i })));
    await hall.to(back + 7 * min);
    expect(hall.open('terminal-failing')).toMatchObject([{ subject: { id: 'pay-1' } }]);
  });
});

describe('our own downtime', () => {
  /** From five past nine on we could not hear anything; until then. */
  const until = nine + 65 * min;
  const hearAgain = ({ halls, clock, state }: AlertWorld) => {
    clock.moveTo(nine + 5 * min);
    state.ingest = 'no-broker';
    clock.moveTo(until);
    halls.noteDowntime({ from: nine + 5 * min, to: until }, until, 1);
    state.ingest = 'ok';
  };

  it('makes no alert of what was told before it, nor of transactions in it', async () => {
    const hall = await world();
    await hall.take(of('pay-1', terminal([1, 2], nine + 2 * min, { busy: true })));
    hearAgain(hall);
    await hall.take(status('pay-1', [1, 2], until + s, { everyS: 80_000 }));
    await hall.to(until + 5 * min);
    expect(hall.open('customer-stuck')).toEqual([]);
    // Its transactions of the hour come late, and more fail than may of half an hour.
    const late = of('pay-1', terminal([1, 3], nine + 60 * min, { done: 9, failed: 9, busy: true }));
    await hall.take({ ...late, receivedAt: until + 5 * min + s });
    await hall.to(until + 6 * min);
    expect(hall.open('terminal-failing')).toEqual([]);
    expect(hall.open('device-silent')).toEqual([]);
    // What is told of now is judged as ever.
    await hall.take(of('pay-1', terminal([1, 4], until + 7 * min, { busy: true })));
    await hall.to(until + 8 * min);
    expect(hall.open('customer-stuck')).toMatchObject([{ subject: { id: 'pay-1' } }]);
  });
});

describe('terminal-silent', () => {
  it('learns its hours, keeps them over a restart, and is raised where they usually have transactions', async () => {
    const first = at('2026-11-19 08:40');
    let hall = await world({ start: first });
    let seq = 2;
    let done = 0;
    const work = async (date: string, from: number, to: number) => {
      for (let hours = from; hours < to; hours += 0.25) {
        done += 2;
        await hall.take(of('pay-1', terminal([1, seq++], at(`${date} 00:00`) + hours * hour, { done })));
      }
    };
    for (const date of ['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22']) await work(date, 9, 18);
    await hall.to(at('2026-11-23 08:50'));
    hall = await hall.restart();
    await work('2026-11-23', 9, 11);
    await hall.to(at('2026-11-23 11:30'));
    expect(hall.open()).toEqual([]);
    // Eight an hour: none for an hour is no chance.
    await hall.to(at('2026-11-23 11:45'));
    expect(hall.open()).toMatchObject([
      { rule: 'terminal-silent', subject: { id: 'pay-1' }, since: at('2026-11-23 10:45') },
    ]);
    await hall.take(of('pay-1', terminal([1, seq++], at('2026-11-23 11:50'), { done: ++done })));
    await hall.to(at('2026-11-23 11:52'));
    expect(hall.open()).toEqual([]);
    // Closed, and in hours of which nothing was learned.
    await hall.to(at('2026-11-24 08:45'));
    expect(hall.life('terminal-silent').length % 2).toBe(0);
  });
});

describe('customer-stuck', () => {
  it('is raised far beyond its usual, ten minutes at the least, and clears when it is free', async () => {
    const hall = await world();
    await hall.take(of('pay-1', terminal([1, 2], nine + min, { busy: true })));
    await hall.to(nine + 11 * min);
    expect(hall.open()).toEqual([]);
    await hall.to(nine + 11 * min + 15 * s);
    expect(hall.open()).toMatchObject([{ rule: 'customer-stuck', since: nine + 11 * min }]);
    await hall.take(of('pay-1', terminal([1, 3], nine + 12 * min, { busy: false })));
    await hall.to(nine + 13 * min);
    expect(hall.open()).toEqual([]);
  });

  it('its own usual may be long', async () => {
    const hall = await world();
    for (let i = 0; i < 12; i++) {
      await hall.take(of('pay-1', terminal([1, 2 + 2 * i], nine + (10 * i + 1) * min, { busy: true })));
      await hall.take(of('pay-1', terminal([1, 3 + 2 * i], nine + (10 * i + 5) * min, { busy: false })));
    }
    const from = hall.clock.now() + min;
    await hall.take(of('pay-1', terminal([1, 40], from, { busy: true })));
    await hall.to(from + 19 * min);
    expect(hall.open()).toEqual([]);
    await hall.to(from + 21 * min);
    expect(hall.open().length).toBe(1);
  });
});

describe('self-service-minimum', () => {
  const standards = { all: { workingTerminalsMin: 2 }, alerts: { 'terminal-fault': { off: true } } };

  it('counts what works; not knowing raises nothing', async () => {
    const hall = await world({ standards });
    await hall.take(of('pay-1', terminal([1, 2], nine + min, { state: 'out-of-service' })));
    await hall.to(nine + 5 * min);
    expect(hall.open()).toEqual([]);
    await hall.take(of('pay-2', terminal([1, 2], nine + 6 * min, { parts: { paper: 'out' } })));
    await hall.to(nine + 6 * min + 50 * s);
    expect(hall.open()).toEqual([]);
    await hall.to(nine + 7 * min + 10 * s);
    expect(hall.open()).toMatchObject([
      { rule: 'self-service-minimum', text: { en: { what: 'Fewer than 2 terminals work' } } },
    ]);
    await hall.take(of('pay-2', terminal([1, 3], nine + 8 * min, { parts: { paper: 'full' } })));
    await hall.to(nine + 10 * min);
    expect(hall.open()).toEqual([]);
  });

  it('a hall with fewer installed, and a closed one, are not judged', async () => {
    const few = await world({ standards: { ...standards, all: { workingTerminalsMin: 4 } } });
    await few.take(...terminals.map(({ id }) => of(id, terminal([1, 2], nine + min, { state: 'out-of-service' }))));
    await few.to(nine + hour);
    expect(few.open('self-service-minimum')).toEqual([]);
    const night = await world({ standards, start: at('2026-11-23 22:00') });
    await night.take(
      ...terminals.map(({ id }) => of(id, terminal([1, 2], at('2026-11-23 22:05'), { state: 'out-of-service' }))),
    );
    await night.to(at('2026-11-24 05:00'));
    expect(night.open()).toEqual([]);
  });
});

describe('journey', () => {
  const journeys: HallFile['journeys'] = [
    { id: 'cash', name: name('pay in cash'), needs: { does: 'pay', accepts: 'cash' } },
    { id: 'pay', name: name('pay'), needs: { does: 'pay' } },
    { id: 'vip', name: name('VIP'), needs: { service: 'vip' } },
  ];

  it('is critical when the only machine for it is down, and only for that', async () => {
    const hall = await world({ journeys });
    await hall.take(of('pay-1', terminal([1, 2], nine + min, { parts: { banknoteReader: 'inoperable' } })));
    await hall.to(nine + min + 19 * s);
    expect(hall.open('journey')).toEqual([]);
    await hall.to(nine + min + 21 * s);
    expect(hall.open('journey')).toMatchObject([
      {
        subject: { kind: 'journey', id: 'cash' },
        severity: 'critical',
        text: { en: { what: 'Customers can’t: pay in cash' } },
      },
    ]);
    await hall.take(of('pay-1', terminal([1, 3], nine + 5 * min, { parts: { banknoteReader: 'ok' } })));
    await hall.to(nine + 6 * min);
    expect(hall.open('journey')).toEqual([]);
  });

  it('a service is served while one of its desks is at work', async () => {
    const hall = await world({ journeys });
    const queue = queueEvents();
    await hall.take(
      status('queue', [1, 1], nine + 2 * s, { everyS: 80_000 }),
      queue.desk('desk-opened', 'desk-2', nine + 3 * s),
      queue.desk('desk-closed', 'desk-v', nine + 3 * s),
    );
    await hall.to(nine + 5 * min);
    expect(hall.open('journey')).toEqual([]);
    await hall.take(queue.desk('desk-paused', 'desk-2', nine + 6 * min));
    await hall.to(nine + 7 * min);
    expect(hall.open('journey')).toMatchObject([{ subject: { id: 'vip' } }]);
  });

  it('with its zone closed nobody comes for it', async () => {
    const night = at('2026-11-23 22:00');
    const hall = await world({ journeys, start: night });
    await hall.take(of('pay-1', terminal([1, 2], night + min, { state: 'out-of-service' })));
    await hall.to(night + hour);
    expect(hall.open('journey')).toEqual([]);
  });
});
