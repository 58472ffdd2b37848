// The to-do column: the server's order, those that somebody looks after last, and what is broken as red as in the rest of the wall.
import { describe, expect, it } from 'vitest';
import { adviceBeside } from '../../../dashboard/src/wall/advice.ts';
import { moreSaid, placeOn, todoMarks, todoOf, todoTone } from '../../../dashboard/src/wall/todo.ts';
import type { Alert } from '../../../server/contracts/alerts.ts';
import type { Advice } from '../../../server/contracts/hall-live.ts';
import type { HallInfo } from '../../../server/contracts/http.ts';
import { alertOf } from '../../support/alert-of.ts';
import { device, hallLive } from './hall-live.ts';

const both = (text: string) => ({ 'zh-CN': text, en: text });
const seen = { state: 'acknowledged', acknowledged: { at: 1, actor: { name: 'x', via: 'loopback' } } } as const;
const shown = (alerts: Alert[] | null) => todoOf(hallLive({ alerts }))?.map(({ id }) => id);

describe('the to-do column', () => {
  it('keeps the order of the server, and puts those seen to or silenced last', () => {
    const alerts = [alertOf('1', seen), alertOf('2'), alertOf('3', { silenced: '7' }), alertOf('4')];
    expect(shown(alerts)).toEqual(['2', '4', '1', '3']);
  });

  it('L3: tells nothing to do from not knowing', () => {
    expect(shown([])).toEqual([]);
    expect(shown(null)).toBeUndefined();
    const unheard = device('door', 'door', { online: null, reason: 'not-heard' });
    expect(todoOf({ alerts: [], devices: [unheard] })).toBeNull();
    expect(todoOf({ alerts: [], devices: [unheard, device('queue', 'queue')] })).toEqual([]);
    expect(todoOf({ alerts: [alertOf('1')], devices: [unheard] })).toHaveLength(1);
  });

  it('marks what comes and goes, is silenced or is seen to', () => {
    expect(todoMarks(alertOf('1'))).toEqual([]);
    expect(todoMarks(alertOf('1', { ...seen, flapping: true, silenced: '7' }))).toEqual([
      'todo.flapping',
      'todo.silenced',
      'todo.acknowledged',
    ]);
  });

  it('says of those it doesn’t show whether they found no room or are explained', () => {
    expect(moreSaid(3, { alertsExplained: 3 })).toBe('todo.explained');
    expect(moreSaid(3, { alertsExplained: 2 })).toBe('todo.more');
    expect(moreSaid(3, { alertsExplained: 0 })).toBe('todo.more');
  });

  it('shows in red what the wall shows in red', () => {
    const tone = (rule: Alert['rule'], severity: Alert['severity']) => todoTone({ rule, severity });
    expect(tone('wait-limit', 'warning')).toBe('late');
    expect(tone('terminal-fault', 'warning')).toBe('late');
    expect(tone('stock-low', 'warning')).toBe('care');
    expect(tone('journey', 'critical')).toBe('late');
    // A hall may have made a rule less than it was.
    expect(tone('wait-limit', 'info')).toBe('accent');
  });
});

describe('where an alert is, on the wall of its hall', () => {
  const zones = [{ id: 'z', kind: 'business', name: both('Floor'), always: false }] as const;
  const devices = [{ id: 'pay', name: both('Pay · cash') }];
  const info = { name: both('Hall'), zones, devices } as unknown as HallInfo;
  const place = (where: string, kind: Alert['subject']['kind'] = 'service', id = 'x') =>
    placeOn(alertOf('1', { subject: { kind, id }, text: { 'zh-CN': told(where), en: told(where) } }), info, 'en');
  const told = (where: string) => ({ what: 'w', where, todo: 't' });

  it('names neither the hall nor the zone', () => {
    expect(place('Hall · VIP')).toBe('VIP');
    expect(place('Hall · Floor · Desk 4', 'desk')).toBe('Desk 4');
    expect(place('Hall · Floor · Pay · cash', 'device', 'pay')).toBe('Pay · cash');
  });

  it('is empty for the whole hall, and for what customers can’t do, which says it already', () => {
    expect(place('Hall', 'hall', 'hall')).toBe('');
    expect(place('Hall · print a statement', 'journey')).toBe('');
  });

  it('is what the server says where that is another place', () => {
    expect(place('Hall 2 · VIP')).toBe('Hall 2 · VIP');
  });
});

describe('advice beside its queue', () => {
  const step = (service: string, text: string) => ({ service, text: both(text) }) as Advice;
  const beside = (advice: Advice[] | null, isDense = false) =>
    adviceBeside({ advice }, isDense).map(({ service, text }) => `${service}: ${text.en}`);

  it('is the first of each service, the worst service first, and none is told twice', () => {
    const advice = [step('vip', 'open V'), step('vip', 'open 2'), step('general', 'open V'), step('general', 'open 3')];
    expect(beside(advice)).toEqual(['vip: open V', 'general: open 3']);
    expect(beside(null)).toEqual([]);
  });

  it('is one alone where the wall is dense', () => {
    expect(beside([step('vip', 'open V'), step('general', 'open 3')], true)).toEqual(['vip: open V']);
  });
});
