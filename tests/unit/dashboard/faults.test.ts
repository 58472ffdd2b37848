// Which alerts the maintenance page shows, in which order, and what stands under what.
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../../dashboard/src/maintenance/faults.ts';
import { faultsOf, tally } from '../../../dashboard/src/maintenance/faults.ts';
import type { Alert } from '../../../server/contracts/alerts.ts';
import { alertOf } from '../../support/alert-of.ts';

const all: Filter = { what: 'all', hall: '', state: 'all' };
const machine = (id: string, more: Partial<Alert> = {}) =>
  alertOf(id, { rule: 'terminal-fault', subject: { kind: 'device', id }, ...more });
const ids = (alerts: Alert[], filter: Partial<Filter> = {}) =>
  faultsOf(alerts, { ...all, ...filter }).map(({ alert }) => alert.id);

describe('the maintenance page', () => {
  it('shows the worst first, then the oldest', () => {
    const alerts = [
      machine('1', { since: 5 }),
      machine('2', { severity: 'critical', since: 9 }),
      machine('3', { severity: 'info', since: 1 }),
      machine('4', { since: 2 }),
    ];
    expect(ids(alerts)).toEqual(['2', '4', '1', '3']);
  });

  it('leaves queues and crowds to the duty manager, but not a hall whose network is gone', () => {
    const alerts = [
      alertOf('1'),
      alertOf('2', { rule: 'crowded', subject: { kind: 'hall', id: 'jiefang' } }),
      alertOf('3', { rule: 'device-offline', subject: { kind: 'hall', id: 'jiefang' } }),
      alertOf('4', { rule: 'history-delayed', subject: { kind: 'system', id: 'history' }, hall: null }),
    ];
    expect(ids(alerts, { what: 'faults' })).toEqual(['3', '4']);
    expect(tally(alerts, 'all')).toEqual({ n: 4, critical: 0 });
    expect(tally(alerts, 'faults')).toEqual({ n: 2, critical: 0 });
  });

  it('puts what an alert explains under it, and by itself where that one isn’t shown', () => {
    const alerts = [
      machine('1', { state: 'acknowledged', severity: 'critical' }),
      machine('2', { parent: '1' }),
      machine('3', { parent: '1', state: 'acknowledged' }),
    ];
    expect(faultsOf(alerts, all)).toEqual([{ alert: alerts[0], because: [alerts[1], alerts[2]] }]);
    expect(ids(alerts, { state: 'open' })).toEqual(['2']);
    expect(tally(alerts, 'faults')).toEqual({ n: 1, critical: 1 });
  });

  it('chooses by hall and state', () => {
    const alerts = [machine('1', { hall: 'guanggu' }), machine('2', { state: 'acknowledged' }), machine('3')];
    expect(ids(alerts, { hall: 'guanggu' })).toEqual(['1']);
    expect(ids(alerts, { state: 'acknowledged' })).toEqual(['2']);
  });
});
