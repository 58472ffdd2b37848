// Bounds of what grows by what comes from outside. Reaching one is counted and shown in /metrics; docs/limits.md lists them all.

/** By name, what is dropped or refused there. */
export const bounds = {
  'ticket-records-a-day': 'the oldest finished visits of the day, which stay counted',
  'records-a-visit': 'recalls, and then other events, of one visit',
  'late-ticket-records': 'ticket events of visits that were dropped',
  'desk-records': 'the oldest events of a desk',
  'waiting-classes': 'tier and priority of further classes of customers',
  'tier-quotes': 'quotes of further tiers of a service',
  'pending-forecasts': 'the oldest forecasts that wait for their call',
  'classes-taught': 'what classes of customers taught that have not come since the start',
  'terminal-messages': 'repeated messages of a terminal, and then its oldest ones',
  'terminal-parts': 'parts and stocks of a terminal that were named first',
  'door-runs': 'the oldest gap in the totals of a boot: it is no longer repaired',
  'total-boots': 'totals of the lowest boot of a device',
  'intake-boots': 'the lowest boot of a device: what it lacks is missing for good',
  'intake-ranges': 'the oldest ranges of seq of a boot',
  outages: 'the oldest outage of a device: what was before it is unknown',
  'quarantine-waiting': 'the oldest verdicts, while the quarantine can not be written',
  'quarantine-kept': 'the oldest messages in quarantine',
  'history-held': 'points, while the outbox can not be written: the next start derives them again',
  'history-dead': 'the oldest points that history refused',
  'history-holes': 'the oldest holes in history',
  'usual-books': 'the usual of the halls that were asked about longest ago',
  'journal-waiting': 'messages, while the journal does not keep up: their senders send them again',
} as const;

export type BoundName = keyof typeof bounds;

const reached = new Map<string, number>();

/** Counts that a bound was reached and something was dropped. Nothing is decided by it. */
export function boundReached(name: BoundName, times = 1): void {
  reached.set(name, (reached.get(name) ?? 0) + times);
}

/** How often each bound was reached since this process began. */
export function boundsReached(): ReadonlyMap<string, number> {
  return reached;
}
