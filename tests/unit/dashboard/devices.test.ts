import { describe, expect, it } from 'vitest';
import { deviceGroups, deviceView } from '../../../dashboard/src/wall/devices.ts';
import type { TerminalLive } from '../../../server/contracts/hall-live.ts';
import { severities, terminalStates } from '../../../server/contracts/names.ts';
import { at10, device } from './hall-live.ts';

function terminal(more: Partial<TerminalLive> = {}): TerminalLive {
  return {
    id: 't',
    type: 'payment-kiosk',
    zone: 'self-service',
    state: 'in-service',
    severity: 'ok',
    parts: null,
    troubles: [],
    stock: null,
    busy: null,
    busySince: null,
    since: null,
    asOf: at10,
    doneToday: null,
    failedToday: null,
    availabilityToday: null,
    ...more,
  };
}

const kiosk = device('t', 'terminal');

describe('a device on the wall', () => {
  it('is well when its sensor is online', () => {
    expect(deviceView(device('d', 'door'), undefined)).toEqual({
      tone: 'ok',
      word: 'device.online',
      detail: null,
      heardAt: null,
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
  });
});

describe('a terminal that lives', () => {
  it('is only connected while its state isn’t known', () => {
    expect(deviceView(kiosk, terminal({ state: null, severity: 'unknown' })).tone).toBe('plain');
    expect(deviceView(kiosk, undefined).tone).toBe('plain');
  });

  it('is well only when its severity is ok', () => {
    for (const state of terminalStates) {
      for (const severity of severities) {
        const { tone } = deviceView(kiosk, terminal({ state, severity }));
        expect(tone === 'ok').toBe(severity === 'ok');
      }
    }
  });

  it('says what is wrong', () => {
    const words = (state: TerminalLive['state'], severity: TerminalLive['severity']) =>
      deviceView(kiosk, terminal({ state, severity })).word;
    expect(words('out-of-service', 'fault')).toBe('terminal.out-of-service');
    expect(words('in-service', 'warning')).toBe('terminal.degraded');
    expect(words('in-service', 'unknown')).toBe('terminal.unknown');
  });
});

describe('devices by kind', () => {
  it('stand in one order, without kinds the hall lacks', () => {
    const groups = deviceGroups([kiosk, device('d', 'door'), device('d2', 'door', { online: false })]);
    expect(groups.map(({ kind, online, missing }) => [kind, online, missing])).toEqual([
      ['door', 1, 1],
      ['terminal', 1, 0],
    ]);
  });

  it('don’t miss what is off with its zone', () => {
    const [group] = deviceGroups([device('d', 'door', { online: null, reason: 'zone-off' })]);
    expect(group).toMatchObject({ online: 0, missing: 0 });
  });
});
