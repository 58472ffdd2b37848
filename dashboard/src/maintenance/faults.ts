// Which alerts are shown, in which order, and what belongs together.
import type { Alert } from '../../../server/contracts/alerts.ts';
import type { AlertRule } from '../../../server/contracts/names.ts';

export interface Filter {
  what: 'faults' | 'all';
  /** Empty for all. */
  hall: string;
  state: 'all' | 'open' | 'acknowledged';
}

export interface Fault {
  alert: Alert;
  /** What it explains: open because of it, and shown under it. */
  because: readonly Alert[];
}

const aboutMachines: ReadonlySet<Alert['subject']['kind']> = new Set(['device', 'journey', 'system']);
/** About a whole hall, and yet for those who repair. */
const repairs: ReadonlySet<AlertRule> = new Set(['device-offline', 'system-down', 'self-service-minimum']);
const weight: Record<Alert['severity'], number> = { critical: 2, warning: 1, info: 0 };

/** True for what those look after who repair machines; queues, desks and crowds are the duty manager's. */
export function isFault({ subject, rule }: Alert): boolean {
  return aboutMachines.has(subject.kind) || repairs.has(rule);
}

/** The worst first, then the oldest. What another alert explains stands under that one, where that is shown. */
export function faultsOf(alerts: Iterable<Alert>, filter: Filter): Fault[] {
  const all = [...alerts].filter((alert) => filter.what === 'all' || isFault(alert));
  const fitting = all.filter((alert) => fits(alert, filter));
  const shown = new Set(fitting.map(({ id }) => id));
  return fitting
    .filter(({ parent }) => parent === null || !shown.has(parent))
    .sort((a, b) => weight[b.severity] - weight[a.severity] || a.since - b.since)
    .map((alert) => ({ alert, because: all.filter(({ parent }) => parent === alert.id) }));
}

export function fits(alert: Alert, { hall, state }: Filter): boolean {
  return (hall === '' || alert.hall === hall) && (state === 'all' || alert.state === state);
}

/** How many are open in all, and how many of them are critical; what others explain isn't counted. */
export function tally(alerts: Iterable<Alert>, what: Filter['what']): { n: number; critical: number } {
  const all = [...alerts].filter((alert) => alert.parent === null && (what === 'all' || isFault(alert)));
  return { n: all.length, critical: all.filter(({ severity }) => severity === 'critical').length };
}
