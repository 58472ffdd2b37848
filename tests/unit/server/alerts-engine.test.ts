// The engine: holds, returns, flapping, rest, parents, silences. Pure, so each look is handed its time.
import { describe, expect, it } from 'vitest';
import type { Decision, Memory } from '../../../server/alerts/engine.ts';
import { decide, emptyMemory, shift } from '../../../server/alerts/engine.ts';
import { acted, advanced, born } from '../../../server/alerts/life.ts';
import type { Finding, Subject } from '../../../server/alerts/rule.ts';
import { nothing } from '../../../server/alerts/rule.ts';
import { alertSettingsOf } from '../../../server/config/alert-settings.ts';
import type { AlertSettings } from '../../../server/contracts/alert-settings.ts';
import type { Alert } from '../../../server/contracts/alerts.ts';
import type { AlertRule } from '../../../server/contracts/names.ts';

const s = 1_000;
const min = 60 * s;
const hour = 60 * min;
const said = { 'zh-CN': '某事', en: 'something' };
const service: Subject = { kind: 'service', id: 'general' };
const device = (id: string): Subject => ({ kind: 'device', id });
const somebody = { name: 'loopback', via: 'loopback' as const };

/** A place whose alerts are kept here: what each look decides is done at once, as the server does. */
function place(settings: AlertSettings = {}) {
  const lookup = alertSettingsOf({ defaults: { alerts: settings } });
  const memory: Memory = emptyMemory();
  let alerts: Alert[] = [];
  let nextId = 1;
  const log: string[] = [];
  const heard = new Set<string>();
  const silenced = new Map<AlertRule, string>();
  const put = (alert: Alert) => {
    alerts = [...alerts.filter(({ id }) => id !== alert.id), alert];
  };
  const step = (decision: Decision, now: number) => {
    const made =
      decision.what === 'raise' ? born(decision, 'hall', now, () => said) : advanced(decision, now, () => said);
    const alert = made.alert.id === '' ? { ...made.alert, id: String(nextId++) } : made.alert;
    put(alert);
    if (made.transition) log.push(`${made.transition.what} ${alert.id}`);
  };
  return {
    memory,
    log,
    heard,
    silenced,
    get alerts() {
      return alerts;
    },
    act(id: string, action: 'resolve' | 'acknowledge', now: number) {
      const alert = alerts.find((one) => one.id === id);
      if (alert) put(acted(alert, action, {}, somebody, now).alert);
    },
    /** Looks with what each rule finds; rules that aren't named here are known to find nothing. */
    look(now: number, found: Partial<Record<AlertRule, { findings?: Finding[]; unknown?: Subject[] | 'all' }>>) {
      const rules = new Set([...alerts.map(({ rule }) => rule), ...(Object.keys(found) as AlertRule[])]);
      for (let round = 0; ; round++) {
        const { decisions, nextAt } = decide({
          now,
          judged: [...rules].map((rule) => ({
            rule,
            settings: lookup(rule),
            judgement: { ...nothing, ...found[rule] },
          })),
          alerts,
          memory,
          kindOf: (id) => (id.startsWith('queue') ? 'queue' : id.startsWith('door') ? 'door' : 'terminal'),
          isHeard: (id) => heard.has(id),
          where: () => said,
          silence: ({ rule }) => silenced.get(rule) ?? null,
        });
        if (decisions.length === 0) return nextAt;
        if (round > 5) throw new Error('no end');
        for (const one of decisions) step(one, now);
      }
    },
  };
}

const finds = (subject: Subject, since: number | null = null, more: Partial<Finding> = {}) => ({
  findings: [{ subject, since, what: said, todo: said, ...more }],
});

describe('holds', () => {
  it('raises after the hold, with the beginning in event time, and says when to look again', () => {
    const at = place({ 'wait-limit': { raiseAfterS: 30 } });
    expect(at.look(100 * s, { 'wait-limit': finds(service, 90 * s) })).toBe(130 * s);
    expect(at.log).toEqual([]);
    at.look(130 * s, { 'wait-limit': finds(service, 90 * s) });
    expect(at.alerts).toMatchObject([{ state: 'open', since: 90 * s, raisedAt: 130 * s, severity: 'warning' }]);
    at.look(140 * s, { 'wait-limit': finds(service, 95 * s) });
    expect(at.log).toEqual(['raised 1']);
  });

  it('a condition that goes within its hold was nothing, and begins anew', () => {
    const at = place({ 'wait-limit': { raiseAfterS: 30 } });
    at.look(0, { 'wait-limit': finds(service) });
    at.look(20 * s, { 'wait-limit': {} });
    at.look(25 * s, { 'wait-limit': finds(service) });
    at.look(40 * s, { 'wait-limit': finds(service) });
    expect(at.log).toEqual([]);
    at.look(55 * s, { 'wait-limit': finds(service) });
    expect(at.alerts).toMatchObject([{ since: 25 * s }]);
  });

  it('clears after its hold; not knowing neither clears nor counts as calm', () => {
    const at = place({ 'wait-limit': { raiseAfterS: 0, clearAfterS: 60 } });
    at.look(0, { 'wait-limit': finds(service) });
    expect(at.look(10 * s, {})).toBe(70 * s);
    at.look(30 * s, { 'wait-limit': { unknown: [service] } });
    at.look(3_600 * s, { 'wait-limit': { unknown: 'all' } });
    expect(at.alerts[0]?.state).toBe('open');
    expect(at.look(3_601 * s, {})).toBe(3_661 * s);
    at.look(3_661 * s, {});
    expect(at.alerts[0]).toMatchObject({ state: 'resolved', resolvedAt: 3_661 * s, resolvedBy: null });
    expect(at.log).toEqual(['raised 1', 'resolved 1']);
  });

  it('a leap of the clock is no time that passed', () => {
    const at = place({ 'wait-limit': { raiseAfterS: 30 } });
    at.look(0, { 'wait-limit': finds(service) });
    shift(at.memory, 3_600 * s);
    at.look(3_605 * s, { 'wait-limit': finds(service) });
    expect(at.log).toEqual([]);
    at.look(3_630 * s, { 'wait-limit': finds(service) });
    expect(at.log).toEqual(['raised 1']);
  });

  it('a severity that changes is told, words that change are not', () => {
    const at = place({ crowded: { raiseAfterS: 0 } });
    at.look(0, { crowded: finds({ kind: 'hall', id: 'hall' }) });
    at.look(1 * s, { crowded: finds({ kind: 'hall', id: 'hall' }, null, { severity: 'critical' }) });
    at.look(2 * s, {
      crowded: finds({ kind: 'hall', id: 'hall' }, null, {
        severity: 'critical',
        what: { 'zh-CN': '别的', en: 'else' },
      }),
    });
    expect(at.log).toEqual(['raised 1', 'changed 1']);
    expect(at.alerts[0]).toMatchObject({ severity: 'critical', text: { en: { what: 'else' } } });
  });
});

describe('returns', () => {
  const settings = { 'terminal-fault': { raiseAfterS: 0, clearAfterS: 30, returnWithinS: 600, calmS: 900 } };
  const fault = (since: number) => ({ 'terminal-fault': finds(device('pay-1'), since) });

  it('one that returns soon is the same alert, reopened; later it is a new one', () => {
    const at = place(settings);
    at.look(0, fault(0));
    at.look(1 * min, {});
    at.look(2 * min, {});
    at.look(10 * min, fault(10 * min));
    expect(at.log).toEqual(['raised 1', 'resolved 1', 'reopened 1']);
    expect(at.alerts).toMatchObject([{ state: 'open', reopened: 1, since: 0, resolvedAt: null, acknowledged: null }]);
    at.look(11 * min, {});
    at.look(12 * min, {});
    at.look(30 * min, fault(30 * min));
    expect(at.alerts.map(({ since, reopened }) => [since, reopened])).toEqual([
      [0, 1],
      [30 * min, 0],
    ]);
  });

  it('from the third return on it is flapping: shown so, and quiet until a long calm', () => {
    const at = place(settings);
    let now = 0;
    for (let turn = 0; turn < 20; turn++) {
      at.look(now, fault(now));
      at.look(now + min, {});
      now += 2 * min;
      at.look(now, {});
    }
    expect(at.log).toEqual([
      'raised 1',
      ...Array.from({ length: 2 }, () => ['resolved 1', 'reopened 1']).flat(),
      'resolved 1',
      'flapping 1',
    ]);
    expect(at.alerts).toMatchObject([{ flapping: true, reopened: 3, state: 'open' }]);
    expect(at.look(now, {})).toBe(now - min + 15 * min);
    at.look(now + 15 * min, {});
    expect(at.alerts).toMatchObject([{ flapping: true, state: 'resolved' }]);
  });

  it('resolved by hand while it holds, it rests, and then comes back', () => {
    const at = place(settings);
    at.look(0, fault(0));
    at.act('1', 'resolve', 1 * min);
    expect(at.look(2 * min, fault(0))).toBe(31 * min);
    at.look(30 * min, fault(0));
    expect(at.log).toEqual(['raised 1']);
    at.look(31 * min, fault(0));
    expect(at.log).toEqual(['raised 1', 'reopened 1']);
  });

  it('a new episode after it was resolved by hand is a new alert at once', () => {
    const at = place(settings);
    at.look(0, fault(0));
    at.act('1', 'resolve', 1 * min);
    at.look(2 * min, {});
    at.look(3 * min, fault(3 * min));
    expect(at.log).toEqual(['raised 1', 'raised 2']);
  });
});

describe('parents', () => {
  const settings: AlertSettings = {
    'device-offline': { raiseAfterS: 0, clearAfterS: 0 },
    'terminal-offline': { raiseAfterS: 0, clearAfterS: 0 },
    'wait-limit': { raiseAfterS: 0, clearAfterS: 0 },
  };
  const network = { subject: { kind: 'hall' as const, id: 'hall' }, since: 5 * s, what: said, todo: said };

  it('all devices of a hall gone is one alert; those gone already are its children', () => {
    const at = place(settings);
    at.look(1 * s, { 'terminal-offline': finds(device('pay-1')) });
    const gone = {
      findings: [device('pay-1'), device('pay-2')].map((subject) => finds(subject).findings[0] as Finding),
    };
    at.look(5 * s, { 'terminal-offline': gone, 'device-offline': { findings: [network] } });
    expect(at.log).toEqual(['raised 1', 'raised 2', 'absorbed 1']);
    at.look(9 * s, { 'terminal-offline': gone, 'device-offline': { findings: [network] } });
    expect(at.log.length).toBe(3);
    // One comes back: the others stand for themselves.
    at.heard.add('pay-1');
    at.look(20 * s, { 'terminal-offline': finds(device('pay-2')), 'device-offline': {} });
    expect(at.alerts.filter(({ state }) => state === 'open')).toMatchObject([
      { subject: { id: 'pay-2' }, parent: null },
    ]);
  });

  it('one that is heard and gone by turns is not released and explained again each time', () => {
    const at = place({ ...settings, 'terminal-offline': { raiseAfterS: 0, clearAfterS: 15, calmS: 900 } });
    const gone = { 'terminal-offline': finds(device('pay-1')), 'device-offline': { findings: [network] } };
    at.look(0, { 'terminal-offline': finds(device('pay-1')) });
    const turns = (from: number, everyS: number, count: number) => {
      for (let i = 0; i < count; i++) {
        at.heard[i % 2 === 0 ? 'delete' : 'add']('pay-1');
        at.look(from + i * everyS * s, gone);
        at.look(from + (i + 0.9) * everyS * s, gone);
      }
      at.heard.delete('pay-1');
    };
    turns(1 * s, 1, 600);
    expect(at.log).toEqual(['raised 1', 'raised 2', 'absorbed 1', 'released 1']);
    turns(hour, 20, 600);
    expect(at.log.filter((step) => step === 'absorbed 1').length).toBe(3);
    at.look(10 * hour, gone);
    expect(at.look(10 * hour + 60 * s, gone)).toBe(10 * hour + 900 * s);
    at.look(10 * hour + 900 * s, gone);
    expect(at.log.at(-1)).toBe('absorbed 1');
  });

  it('waits for one that is about to be raised', () => {
    const at = place({ ...settings, 'device-offline': { raiseAfterS: 10 } });
    const all = { 'terminal-offline': finds(device('pay-1')), 'device-offline': { findings: [network] } };
    at.look(0, all);
    at.look(10 * s, all);
    expect(at.log).toEqual(['raised 1']);
    expect(at.alerts[0]?.rule).toBe('device-offline');
  });

  it('a device that is heard from is never explained away', () => {
    const at = place({ ...settings, 'terminal-failing': { raiseAfterS: 0 } });
    at.heard.add('pay-1');
    at.look(0, { 'terminal-failing': finds(device('pay-1')), 'device-offline': { findings: [network] } });
    expect(at.alerts.map(({ rule }) => rule).sort()).toEqual(['device-offline', 'terminal-failing']);
    expect(at.alerts.every(({ parent }) => parent === null)).toBe(true);
  });

  it('a queue machine that is gone hides who waits, a door does not', () => {
    const at = place(settings);
    at.look(0, { 'wait-limit': finds(service) });
    at.look(1 * s, { 'wait-limit': { unknown: 'all' }, 'device-offline': finds(device('door-a')) });
    expect(at.alerts.find(({ rule }) => rule === 'wait-limit')?.parent).toBe(null);
    at.look(2 * s, { 'wait-limit': { unknown: 'all' }, 'device-offline': finds(device('queue')) });
    const machine = at.alerts.find(({ subject }) => subject.id === 'queue');
    expect(at.alerts.find(({ rule }) => rule === 'wait-limit')?.parent).toBe(machine?.id);
  });

  it('one that somebody resolved by hand explains nothing any more: for them it is over', () => {
    const at = place({ ...settings, 'terminal-offline': { raiseAfterS: 10, clearAfterS: 0 } });
    const gone = { 'device-offline': { findings: [network] }, 'terminal-offline': finds(device('pay-1'), 6 * s) };
    at.look(6 * s, gone);
    at.look(20 * s, gone);
    expect(at.log).toEqual(['raised 1']);
    at.act('1', 'resolve', 60 * s);
    at.look(61 * s, gone);
    expect(at.log).toEqual(['raised 1', 'raised 2']);
    expect(at.alerts[1]).toMatchObject({ rule: 'terminal-offline', parent: null });
  });
});

describe('silences', () => {
  it('are shown with the alert, and their end too', () => {
    const at = place({ 'wait-limit': { raiseAfterS: 0 } });
    at.silenced.set('wait-limit', '7');
    at.look(0, { 'wait-limit': finds(service) });
    expect(at.alerts[0]).toMatchObject({ silenced: '7', state: 'open' });
    at.silenced.clear();
    at.look(1 * s, { 'wait-limit': finds(service) });
    expect(at.alerts[0]?.silenced).toBe(null);
    expect(at.log).toEqual(['raised 1', 'unsilenced 1']);
  });
});

describe('what people do', () => {
  const alert = () => {
    const at = place({ 'wait-limit': { raiseAfterS: 0 } });
    at.look(0, { 'wait-limit': finds(service) });
    return at.alerts[0] as Alert;
  };

  it('the first acknowledgement stays', () => {
    const once = acted(alert(), 'acknowledge', { note: 'on my way' }, somebody, 5 * s);
    expect(once).toMatchObject({
      alert: { state: 'acknowledged', acknowledged: { at: 5 * s, actor: somebody } },
      transition: { what: 'acknowledged', note: 'on my way' },
    });
    const twice = acted(once.alert, 'acknowledge', {}, { ...somebody, name: 'other' }, 9 * s);
    expect(twice).toEqual({ alert: once.alert, transition: null });
  });

  it('resolving keeps the cause; nothing but a note can follow', () => {
    const { alert: resolved } = acted(alert(), 'resolve', { cause: 'paper' }, somebody, 5 * s);
    expect(resolved).toMatchObject({ state: 'resolved', cause: 'paper', resolvedBy: somebody, resolvedAt: 5 * s });
    expect(() => acted(resolved, 'acknowledge', {}, somebody, 6 * s)).toThrow(/resolved already/);
    expect(acted(resolved, 'note', { note: 'late' }, somebody, 6 * s).transition?.what).toBe('noted');
  });

  it.each([
    ['assign', /has no to/],
    ['note', /has no note/],
  ] as const)('%s without what it needs says so', (action, message) => {
    expect(() => acted(alert(), action, {}, somebody, 0)).toThrow(message);
  });
});
