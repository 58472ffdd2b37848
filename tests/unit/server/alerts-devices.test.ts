// Rules about devices, each raised, held, cleared, flapping, overridden and in closed hours, by a clock that is moved.
import { describe, expect, it } from 'vitest';
import type { AlertSettings } from '../../../server/contracts/alert-settings.ts';
import type { HallFile } from '../../../server/contracts/registry.ts';
import { alertWorld } from '../../support/alerts.ts';
import { at, door, hallConfig, hallWith, queueEvents, reading, status, terminal } from '../../support/hall-maker.ts';

const day = '2026-11-23';
const nine = at(`${day} 09:00`);
const s = 1_000;
const min = 60 * s;
const hour = 60 * min;

const world = (
  settings: AlertSettings = {},
  { start = nine, ...change }: { start?: number } & Partial<HallFile> = {},
) => alertWorld([hallConfig({ standards: { alerts: settings }, ...change })], { start });

/** A device says that it lives, at `ts`, for `everyS`. */
const lives = (device: string, ts: number, everyS = 7_200) => status(device, [1, 1], ts, { everyS });
const somebody = { name: 'loopback', via: 'loopback' as const };
const raise = (what: string): never => {
  throw new Error(what);
};
const dies = (device: string, ts: number) => status(device, [1, 1], ts, { online: false });

describe('terminal-fault', () => {
  it('is raised with the message, at any hour, and clears after its hold', async () => {
    const night = at(`${day} 02:00`);
    const hall = await world({}, { start: night });
    await hall.take(lives('pay-1', night + s), terminal([1, 1], night + 2 * s, { parts: { paper: 'jammed' } }));
    expect(hall.open()).toMatchObject([
      { rule: 'terminal-fault', since: night + 2 * s, raisedAt: night + 2 * s, severity: 'warning' },
    ]);
    expect(hall.open()[0]?.text).toMatchObject({
      'zh-CN': { what: '终端故障：卡纸' },
      en: { where: 'Hall · Floor · Pay' },
    });
    await hall.take(terminal([1, 2], night + 60 * s, { parts: { paper: 'full' } }));
    await hall.to(night + 85 * s);
    expect(hall.open().length).toBe(1);
    await hall.to(night + 91 * s);
    expect(hall.life('terminal-fault')).toEqual(['raised 1', 'resolved 1']);
  });

  it('says what is wrong now when more goes wrong, without another step', async () => {
    const hall = await world();
    await hall.take(lives('pay-1', nine + s), terminal([1, 1], nine + 2 * s, { parts: { paper: 'out' } }));
    await hall.take(terminal([1, 2], nine + 60 * s, { parts: { cutter: 'jammed' } }));
    await hall.to(nine + 70 * s);
    expect(hall.open()[0]?.text.en.what).toBe('Out of order: out of paper, cutter jammed');
    expect(hall.life('terminal-fault')).toEqual(['raised 1']);
  });

  it('goes by the names that the config has now', async () => {
    const hall = await world();
    await hall.take(lives('pay-1', nine + s), terminal([1, 1], nine + 2 * s, { state: 'out-of-service' }));
    const renamed = hallConfig({ name: { 'zh-CN': '解放路', en: 'Hall' } });
    hall.halls.configure({ hash: 'renamed', halls: new Map([[renamed.id, renamed]]) } as never, null);
    await hall.to(nine + 2 * min);
    expect(hall.open()[0]?.text['zh-CN'].where).toBe('解放路 · Floor · Pay');
    expect(hall.life('terminal-fault')).toEqual(['raised 1']);
  });

  it('stays when the terminal is not heard any more, and when only staff opened it', async () => {
    const hall = await world();
    await hall.take(lives('pay-1', nine + s), terminal([1, 1], nine + 2 * s, { state: 'out-of-service' }));
    await hall.take(dies('pay-1', nine + 60 * s));
    await hall.to(nine + hour);
    expect(hall.open('terminal-fault').length).toBe(1);
    const other = await world();
    await other.take(
      lives('pay-1', nine + s),
      terminal([1, 1], nine + 2 * s, { state: 'supervisor', parts: { cabinetDoor: 'open' } }),
    );
    await other.to(nine + hour);
    expect(other.open('terminal-fault')).toEqual([]);
  });

  it('one that comes and goes is damped and shown as flapping', async () => {
    const hall = await world();
    await hall.take(lives('pay-1', nine + s));
    for (let i = 0; i < 12; i++) {
      const begins = nine + 2 * s + i * 2 * min;
      await hall.take(terminal([1, 2 * i + 1], begins, { parts: { paper: 'jammed' } }));
      await hall.take(terminal([1, 2 * i + 2], begins + 30 * s, { parts: { paper: 'full' } }));
      await hall.to(begins + 70 * s);
    }
    expect(hall.life('terminal-fault')).toEqual([
      'raised 1',
      'resolved 1',
      'reopened 1',
      'resolved 1',
      'reopened 1',
      'resolved 1',
      'flapping 1',
    ]);
    expect(hall.open()).toMatchObject([{ flapping: true, reopened: 3 }]);
    await hall.to(hall.clock.now() + 16 * min);
    expect(hall.open()).toEqual([]);
  });

  it('can be turned off, and be made worse', async () => {
    const off = await world({ 'terminal-fault': { off: true } });
    await off.take(lives('pay-1', nine + s), terminal([1, 1], nine + 2 * s, { state: 'out-of-service' }));
    expect(off.open()).toEqual([]);
    const worse = await world({ 'terminal-fault': { severity: 'critical', raiseAfterS: 30 } });
    await worse.take(lives('pay-1', nine + s), terminal([1, 1], nine + 2 * s, { state: 'out-of-service' }));
    expect(worse.open()).toEqual([]);
    await worse.to(nine + 33 * s);
    expect(worse.open()).toMatchObject([{ severity: 'critical' }]);
  });
});

describe('a picture', () => {
  it('has room for its alerts, whatever names and parts there are', async () => {
    const long = (name: string) => ({
      'zh-CN': `解放路与中山大道交叉口旗舰营业厅${name}`,
      en: `Flagship hall at the crossing of Jiefang and Zhongshan ${name}`,
    });
    const zones = [{ id: 'floor', kind: 'business' as const, name: long('floor') }];
    const terminals = Array.from({ length: 16 }, (_, i) => ({
      id: `pay-${i}`,
      type: 'payment-kiosk' as const,
      zone: 'floor',
      name: long(`kiosk ${i}`),
      does: ['pay'],
    }));
    const hall = await world({}, { name: long(''), zones, terminals });
    const parts = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`cashUnit-${i}`, 'inoperative']));
    for (const { id } of terminals) {
      const broken = { ...terminal([1, 1], nine + 2 * s, { parts }), device: id };
      await hall.take(lives(id, nine + s), broken);
    }
    await hall.to(nine + min);
    for (const { id } of hall.open()) hall.alerts.act(id, 'assign', { to: '张'.repeat(500) }, somebody);
    const { alerts, alertsOpen } = hall.alerts.now('test-hall') ?? {};
    expect(Buffer.byteLength(JSON.stringify(alerts))).toBeLessThan(15_000);
    expect(alerts?.length).toBeGreaterThan(2);
    expect(alertsOpen).toBe(16);
    expect(alerts?.[0]?.text['zh-CN'].what).toMatch(/^终端故障：钞箱 0 号.*、(.*、){6}.*等$/);
    expect(alerts?.[0]?.text.en.what).toMatch(/ and more$/);
  });
});

describe('terminal-offline', () => {
  it('is raised after its hold while its zone is open, and clears when it is heard', async () => {
    const hall = await world();
    await hall.take(lives('door-a', nine + s), lives('pay-1', nine + s), dies('pay-1', nine + 60 * s));
    await hall.to(nine + 79 * s);
    expect(hall.open()).toEqual([]);
    await hall.to(nine + 81 * s);
    expect(hall.open()).toMatchObject([{ rule: 'terminal-offline', since: nine + 60 * s, severity: 'warning' }]);
    await hall.take(status('pay-1', [1, 2], nine + 120 * s, { everyS: 7_200 }));
    await hall.to(nine + 140 * s);
    expect(hall.open()).toEqual([]);
    // Where clears, nothing stays to be done.
    expect(hall.life('terminal-offline')).toEqual(['raised 1', 'resolved 1']);
  });

  it('one switched off at night is nobody’s alert until the zone has been open for a while', async () => {
    const closing = at(`${day} 18:00`);
    const hall = await world({}, { start: closing - hour });
    await hall.take(lives('door-a', closing - hour + 5, 50_000), lives('pay-1', closing - hour + 5, 50_000));
    await hall.take(dies('pay-1', closing + 60 * s));
    const opening = at('2026-11-24 08:30');
    await hall.to(opening + 4 * min);
    expect(hall.open('terminal-offline')).toEqual([]);
    await hall.to(opening + 6 * min);
    expect(hall.open('terminal-offline')).toMatchObject([{ since: opening }]);
  });

  it('open at closing, it stays over night: closing repairs nothing', async () => {
    const closing = at(`${day} 18:00`);
    const hall = await world({}, { start: closing - hour });
    await hall.take(lives('door-a', closing - hour + 5, 50_000), lives('pay-1', closing - hour + 5, 50_000));
    await hall.take(dies('pay-1', closing - 10 * min));
    await hall.to(closing + 5 * hour);
    expect(hall.life('terminal-offline')).toEqual(['raised 1']);
    expect(hall.open('terminal-offline').length).toBe(1);
  });
});

describe('device-offline', () => {
  it('of one device is its own alert; of all of a hall together one, critical, and the parent of the others', async () => {
    const hall = await world();
    const all = ['door-a', 'door-b', 'queue', 'pay-1'];
    await hall.take(...all.map((id) => lives(id, nine + s)));
    await hall.take(dies('door-a', nine + 60 * s));
    await hall.to(nine + 100 * s);
    expect(hall.open()).toMatchObject([{ rule: 'device-offline', subject: { kind: 'device', id: 'door-a' } }]);
    await hall.take(...['door-b', 'queue', 'pay-1'].map((id) => dies(id, nine + 120 * s)));
    await hall.to(nine + 126 * s);
    expect(hall.open().filter(({ parent }) => parent === null)).toMatchObject([
      { rule: 'device-offline', subject: { kind: 'hall', id: 'test-hall' }, severity: 'critical' },
    ]);
    await hall.to(nine + hour);
    expect(hall.open().length).toBe(2);
    expect(hall.alerts.now('test-hall')).toMatchObject({
      alerts: [{ severity: 'critical' }],
      alertsOpen: 2,
      alertsExplained: 1,
    });
    // The first that is heard ends it; what is gone still, stands for itself.
    await hall.take(status('pay-1', [1, 2], nine + hour + s, { everyS: 7_200 }));
    await hall.to(nine + hour + 30 * s);
    expect(hall.open().map(({ subject, parent }) => [subject.id, parent])).toEqual([
      ['door-a', null],
      ['door-b', null],
      ['queue', null],
    ]);
  });

  it('a hall that is switched off at closing lost no network; one that still is off when it should be on did', async () => {
    const closing = at(`${day} 18:00`);
    const hall = await world({}, { start: closing - hour });
    const all = ['door-a', 'door-b', 'queue', 'pay-1'];
    await hall.take(...all.map((id) => lives(id, closing - hour + 5, 50_000)));
    await hall.take(...all.map((id, i) => dies(id, closing + 5 * min + i * s)));
    const opening = at('2026-11-24 08:30');
    await hall.to(opening + 4 * min);
    expect(hall.life('device-offline')).toEqual([]);
    await hall.to(opening + 6 * min);
    expect(hall.open('device-offline')).toMatchObject([{ subject: { kind: 'hall' }, since: opening }]);
  });

  it('of the queue machine hides who waits, and nothing of it is closed meanwhile', async () => {
    const hall = await world({}, { start: nine });
    const queue = queueEvents();
    await hall.take(lives('door-a', nine + s), lives('queue', nine + s));
    await hall.take(queue.ticket('issued', 'A1', nine + 10 * s, { service: 'general' }));
    await hall.to(nine + 16 * min);
    expect(hall.open()).toMatchObject([{ rule: 'wait-limit', parent: null }]);
    await hall.take(dies('queue', nine + 17 * min));
    await hall.to(nine + 18 * min);
    const machine = hall.open('device-offline')[0];
    expect(hall.open('wait-limit')).toMatchObject([{ parent: machine?.id }]);
    await hall.take(status('queue', [1, 2], nine + 20 * min, { everyS: 7_200 }));
    await hall.to(nine + 21 * min);
    expect(hall.open()).toMatchObject([{ rule: 'wait-limit', parent: null }]);
  });
});

describe('what nobody can know', () => {
  it('while no messages reach us, nothing is raised and nothing clears', async () => {
    const hall = await world();
    await hall.take(lives('pay-1', nine + s), terminal([1, 1], nine + 2 * s, { state: 'out-of-service' }));
    hall.state.ingest = 'no-broker';
    await hall.take(
      dies('pay-1', nine + 60 * s),
      reading('door-a', { kind: 'door', boot: 1, seq: 1, in: 1, out: 0, ts: nine }),
    );
    await hall.to(nine + hour);
    expect(hall.life('terminal-fault')).toEqual(['raised 1']);
    expect(hall.open().length).toBe(1);
  });

  it('a restart raises nothing twice and closes nothing unheard', async () => {
    const hall = await world();
    await hall.take(lives('pay-1', nine + s), terminal([1, 1], nine + 2 * s, { state: 'out-of-service' }));
    await hall.take(door('door-a', [1, 1], [5, 0], nine + 3 * s));
    const again = await hall.restart();
    await again.to(nine + 10 * min);
    expect(again.life('terminal-fault')).toEqual(['raised 1']);
    expect(again.open('terminal-fault')).toMatchObject([{ since: nine + 2 * s, raisedAt: nine + 2 * s }]);
  });

  it('a rule that throws is counted and named, and the others go on', async () => {
    const hall = await world();
    const broken = hall.halls.get('test-hall')?.config;
    // A terminal that the config's list of devices lacks: what no checked config has.
    if (broken) broken.file.queueMachines.push({ id: 'ghost', zone: 'floor', name: { 'zh-CN': '鬼', en: 'Ghost' } });
    await hall.take(lives('pay-1', nine + s), terminal([1, 1], nine + 2 * s, { state: 'out-of-service' }));
    expect(hall.open()).toMatchObject([{ rule: 'terminal-fault' }]);
    expect(hall.alerts.judges.failures.get('device-offline')).toBeGreaterThan(0);
    expect(hall.alerts.judges.trouble()).toMatch(/rule device-offline failed \(no device "ghost"\)/);
  });
});

describe('what fails', () => {
  it('nobody to tell of an alert costs none of it: it is written down, once', async () => {
    const hall = await world();
    await hall.take(lives('door-a', nine + s), lives('pay-1', nine + s), lives('queue', nine + s));
    hall.state.isDeaf = true;
    await hall.take(terminal([1, 1], nine + 2 * s, { state: 'out-of-service' }));
    await hall.take(dies('queue', nine + 3 * s));
    await hall.to(nine + min);
    hall.state.isDeaf = false;
    await hall.to(nine + 2 * min);
    expect(hall.alerts.trouble).toBe(null);
    expect(hall.alerts.judges.trouble()).toBe('alerts: telling failed (nobody to tell)');
    expect(hall.life('terminal-fault')).toEqual(['raised 1']);
    expect(hall.life('device-offline')).toEqual(['raised 2']);
    expect(hall.open().length).toBe(2);
  });

  it('a hall that can not be looked at is named, and stops no other', async () => {
    const other = hallConfig({ id: 'other-hall' });
    const hall = await alertWorld([hallConfig(), other], { start: nine });
    const broken = hall.halls.get('other-hall');
    if (broken) Object.defineProperty(broken, 'state', { get: () => raise('no state') });
    await hall.take(lives('pay-1', nine + s), terminal([1, 1], nine + 2 * s, { state: 'out-of-service' }));
    await hall.to(nine + 90 * s);
    expect(hall.open()).toMatchObject([{ rule: 'terminal-fault', hall: 'test-hall' }]);
    expect(hall.alerts.judges.trouble()).toBe('alerts: hall other-hall failed (no state)');
    await hall.to(nine + 2 * min);
    Object.defineProperty(broken ?? {}, 'state', { value: hallWith([]).state });
    await hall.to(nine + 15 * min);
    expect(hall.alerts.judges.trouble()).toBe(null);
  });
});

describe('the system’s own', () => {
  it('history-delayed is about no hall, holds for two minutes, and clears', async () => {
    const hall = await world();
    hall.state.system.historyDelayed = 'away';
    await hall.to(nine + 60 * s);
    expect(hall.open()).toEqual([]);
    await hall.to(nine + 140 * s);
    expect(hall.open()).toMatchObject([{ rule: 'history-delayed', hall: null, subject: { kind: 'system' } }]);
    hall.state.system.historyDelayed = null;
    await hall.to(nine + 200 * s);
    expect(hall.open()).toEqual([]);
  });
});
