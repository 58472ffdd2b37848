import { describe, expect, it } from 'vitest';
import { deviceView } from '../../../dashboard/src/wall/devices.ts';
import type { Trouble } from '../../../dashboard/src/wall/terminals.ts';
import {
  availabilityPercent,
  condition,
  functionText,
  isOutOfUse,
  terminalLook,
  unknownMinutes,
} from '../../../dashboard/src/wall/terminals.ts';
import { severities, terminalStates } from '../../../server/contracts/names.ts';
import { at10, device, terminal } from './hall-live.ts';

const kiosk = device('t', 'terminal');
const since = at10 - 720_000;
const trouble = (part: string, status: string, severity: Trouble['severity']): Trouble => {
  const text = `${part} ${status}`;
  return { part, status, severity, text: { 'zh-CN': text, en: text } };
};
const full = trouble('cashUnit', 'full', 'fault');
const low = trouble('paper', 'low', 'warning');
const odd = trouble('fan', 'tired', 'unknown');

describe('a terminal that lives', () => {
  it('is in use or idle when it is well, and merely online when it doesn’t say which', () => {
    const word = (busy: boolean | null) => terminalLook(terminal({ busy })).word;
    expect([true, false, null].map(word)).toEqual(['terminal.busy', 'terminal.idle', 'device.online']);
  });

  it('L3: is unknown while its state isn’t known', () => {
    for (const unheard of [undefined, terminal({ state: null, severity: 'unknown' })]) {
      expect(deviceView(kiosk, unheard)).toMatchObject({ tone: 'unknown', word: 'terminal.unknown' });
    }
  });

  it('L3: is well only when its severity is ok', () => {
    for (const state of terminalStates.filter((one) => one !== 'supervisor')) {
      for (const severity of severities) {
        const { tone } = terminalLook(terminal({ state, severity, troubles: [odd] }));
        expect(tone === 'ok').toBe(severity === 'ok');
      }
    }
  });

  it('names the broken part and since when', () => {
    const faulty = terminal({ state: 'out-of-service', severity: 'fault', since, troubles: [full, low] });
    expect(terminalLook(faulty)).toEqual({ tone: 'late', word: full, detail: null, since, level: null });
  });

  it('is out of service where no part explains it', () => {
    const faulty = terminal({ state: 'out-of-service', severity: 'fault', since });
    expect(terminalLook(faulty)).toMatchObject({ word: 'terminal.out-of-service', detail: null, since });
    expect(terminalLook({ ...faulty, troubles: [low] })).toMatchObject({
      word: 'terminal.out-of-service',
      detail: low,
    });
  });

  it('warns of the part that runs short, with what is left of it', () => {
    const short = terminal({ severity: 'warning', since, troubles: [low], stock: { paper: 7.6 } });
    expect(terminalLook(short)).toEqual({ tone: 'care', word: low, detail: null, since: null, level: 8 });
    expect(terminalLook({ ...short, stock: { cards: 40 } }).level).toBeNull();
    expect(terminalLook(terminal({ state: 'degraded', severity: 'warning' })).word).toBe('terminal.degraded');
  });

  it('is being serviced while staff stand at it, whatever its parts say', () => {
    const open = trouble('cabinetDoor', 'open', 'fault');
    const serviced = terminal({ state: 'supervisor', severity: 'fault', since, troubles: [open, low] });
    expect(terminalLook(serviced)).toMatchObject({ tone: 'care', word: 'terminal.supervisor', detail: low, since });
    expect(terminalLook({ ...serviced, troubles: [open] }).detail).toBeNull();
  });

  it('shows what it can’t judge', () => {
    const strange = terminal({ severity: 'unknown', troubles: [odd] });
    expect(terminalLook(strange)).toMatchObject({ tone: 'unknown', word: 'terminal.unknown', detail: odd });
  });
});

describe('the condition rate', () => {
  const machines = [
    { device: device('idle', 'terminal'), is: terminal({ id: 'idle' }) },
    { device: device('short', 'terminal'), is: terminal({ id: 'short', severity: 'warning' }) },
    { device: device('broken', 'terminal'), is: terminal({ id: 'broken', severity: 'fault' }) },
    { device: device('open', 'terminal'), is: terminal({ id: 'open', state: 'supervisor', severity: 'warning' }) },
    { device: device('odd', 'terminal'), is: terminal({ id: 'odd', severity: 'unknown' }) },
    { device: device('dead', 'terminal', { online: false }), is: terminal({ id: 'dead' }) },
    { device: device('unheard', 'terminal', { online: null }), is: terminal({ id: 'unheard', state: null }) },
  ];
  const devices = machines.map((machine) => machine.device);
  const terminals = machines.map(({ is }) => is);

  it('counts machines that live and serve, a warning included', () => {
    expect(condition({ devices: [...devices, device('d', 'door')], terminals, truncated: null })).toEqual({
      well: 2,
      all: 7,
    });
  });

  it('leaves out what is off with its zone', () => {
    const off = device('off', 'terminal', { online: null, reason: 'zone-off' });
    expect(condition({ devices: [off, ...devices.slice(0, 1)], terminals, truncated: null })).toEqual({
      well: 1,
      all: 1,
    });
    expect(condition({ devices: [off], terminals, truncated: null })).toBeNull();
  });

  it('doesn’t call out of use what nobody knows', () => {
    const out = machines.filter((machine) => isOutOfUse(machine.device, machine.is)).map(({ is }) => is.id);
    expect(out).toEqual(['broken', 'open', 'dead']);
  });
});

describe('availability today', () => {
  const of = (...shares: (number | null)[]) =>
    availabilityPercent({
      terminals: shares.map((availabilityToday) => terminal({ availabilityToday })),
      truncated: null,
    });

  it('is the mean of the terminals that have one', () => {
    expect(of(1, 0.928, null)).toBe(96.4);
    expect(of(null)).toBeNull();
    expect(of()).toBeNull();
  });

  it('is rounded down, so that a hundred means never out of use', () => {
    expect(of(1, 1)).toBe(100);
    expect(of(0.99996)).toBe(99.9);
    expect(of(0.57)).toBe(57);
  });
});

describe('what of today nobody knows because the server was away', () => {
  it('is told in minutes, of the terminal of which the least is known', () => {
    const of = (...seconds: (number | null)[]) =>
      unknownMinutes(seconds.map((unknownTodayS) => terminal({ unknownTodayS })));
    expect(of(0, 200, 3_600, null)).toBe(60);
    expect(of(29)).toBe(0);
    expect(of()).toBe(0);
  });
});

describe('what a machine does', () => {
  it('has words, or is shown as sent', () => {
    expect(functionText('print-statement', 'zh-CN')).toBe('清单打印');
    expect(functionText('brew-tea', 'en')).toBe('brew-tea');
  });
});
