// An alert, for tests of what becomes of one.
import type { Alert } from '../../server/contracts/alerts.ts';

const told = { what: 'Waits are longer', where: 'Hall · VIP', todo: 'Open a desk' };

/** An open alert about a wait, or what else is said of it. */
export function alertOf(id: string, more: Partial<Alert> = {}): Alert {
  return {
    id,
    rule: 'wait-limit',
    hall: 'jiefang',
    subject: { kind: 'service', id: 'vip' },
    severity: 'warning',
    state: 'open',
    since: 0,
    raisedAt: 0,
    acknowledged: null,
    assignedTo: null,
    resolvedAt: null,
    resolvedBy: null,
    cause: null,
    parent: null,
    advice: null,
    flapping: false,
    reopened: 0,
    silenced: null,
    text: { 'zh-CN': told, en: told },
    ...more,
  };
}
