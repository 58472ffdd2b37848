import { describe, expect, it } from 'vitest';
import { deviceGroups, deviceView } from '../../../dashboard/src/wall/devices.ts';
import type { DeviceLive } from '../../../server/contracts/hall-live.ts';
import type { Mark } from '../../../server/contracts/names.ts';
import { at10, device, terminal } from './hall-live.ts';

const kiosk = device('t', 'terminal');

describe('a device on the wall', () => {
  it('is well when its sensor is online', () => {
    expect(deviceView(device('d', 'door'), undefined)).toEqual({
      tone: 'ok',
      word: 'device.online',
      detail: null,
      since: null,
      level: null,
      heardAt: null,
      sole: [],
    });
  });

  it('L3: unknown never looks well, with or without words of its terminal', () => {
    for (const reason of ['not-heard', 'zone-off', null] as const) {
      const unknown = device('t', 'terminal', { online: null, reason });
      for (const beside of [undefined, terminal()]) {
        expect(deviceView(unknown, beside)).toMatchObject({ tone: 'unknown', word: 'device.unknown' });
      }
    }
  });

  it('tells since when it is offline', () => {
    const offline = device('d', 'door', { online: false, reason: 'offline', asOf: at10 - 180_000 });
    expect(deviceView(offline, undefined)).toMatchObject({ tone: 'late', heardAt: at10 - 180_000, detail: null });
    expect(deviceView({ ...offline, reason: 'silent' }, undefined).detail).toBe('device.reason.silent');
  });

  it('with a wrong clock is worth a look, and a fault stays one', () => {
    expect(deviceView(device('d', 'door', { marks: ['clock'] }), undefined)).toMatchObject({
      tone: 'care',
      detail: 'device.clock',
    });
    const faulty = terminal({ state: 'out-of-service', severity: 'fault' });
    expect(deviceView({ ...kiosk, marks: ['clock'] }, faulty).tone).toBe('late');
    expect(deviceView({ ...kiosk, marks: ['clock'] }, undefined).tone).toBe('unknown');
  });
});

describe('what is odd about a device that is accepted', () => {
  const view = (marks: Mark[], more: Partial<DeviceLive> = {}) =>
    deviceView(device('d', 'door', { marks, ...more }), undefined);

  it.each([
    [['unnumbered'], 'care', 'device.unnumbered'],
    [['boot-not-counted'], 'care', 'device.boot-not-counted'],
    // Its times are read as they are meant.
    [['ts-seconds'], 'ok', 'device.ts-seconds'],
    [['ts-seconds', 'boot-not-counted', 'clock'], 'care', 'device.clock'],
    [['silent'], 'ok', null],
  ] as const)('%j shows as %s with %s', (marks, tone, detail) => {
    expect(view([...marks])).toMatchObject({ tone, detail });
  });

  it('gives way to what is worse', () => {
    expect(view(['unnumbered'], { online: false, reason: 'offline' })).toMatchObject({ tone: 'late', detail: null });
    const faulty = terminal({ state: 'out-of-service', severity: 'fault' });
    expect(deviceView({ ...kiosk, marks: ['boot-not-counted'] }, faulty).tone).toBe('late');
  });

  it('of a clock that is off by a known time is by how much', () => {
    for (const clockOffsetMs of [18_000_000, -18_000_000])
      expect(view(['clock'], { clockOffsetMs })).toMatchObject({
        tone: 'care',
        detail: 'device.clock.by',
        clockOffsetMs,
      });
  });
});

describe('a machine that alone does something', () => {
  const sole = ['print-statement'];

  it('says what can’t be done now while it is known to be out of use', () => {
    const offline = device('t', 'terminal', { online: false, reason: 'offline' });
    expect(deviceView(offline, terminal(), sole).sole).toEqual(sole);
    expect(deviceView(kiosk, terminal({ severity: 'fault' }), sole).sole).toEqual(sole);
    expect(deviceView(kiosk, terminal({ state: 'supervisor', severity: 'warning' }), sole).sole).toEqual(sole);
  });

  it('says nothing while it works, and while nobody knows', () => {
    expect(deviceView(kiosk, terminal({ severity: 'warning' }), sole).sole).toEqual([]);
    expect(deviceView(kiosk, undefined, sole).sole).toEqual([]);
    expect(deviceView(device('t', 'terminal', { online: null }), terminal(), sole).sole).toEqual([]);
  });
});

describe('devices by kind', () => {
  it('stand in one order, without kinds the hall lacks', () => {
    const groups = deviceGroups({
      devices: [kiosk, device('d', 'door'), device('d2', 'door', { online: false })],
      truncated: null,
    });
    expect(groups.map(({ kind, online, missing }) => [kind, online, missing])).toEqual([
      ['door', 1, 1],
      ['terminal', 1, 0],
    ]);
  });

  it('don’t miss what is off with its zone', () => {
    const [group] = deviceGroups({
      devices: [device('d', 'door', { online: null, reason: 'zone-off' })],
      truncated: null,
    });
    expect(group).toMatchObject({ online: 0, missing: 0 });
  });
});
