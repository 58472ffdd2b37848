// Bounds of what grows by what comes from outside. Reaching one is counted and shown in /metrics; docs/limits.md lists them all.

import type { Logger } from './log.ts';

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
  'heard-runs': 'the oldest time in which a device was heard: what was before it is unknown',
  downtimes: 'the oldest time in which this server heard nothing',
  'quarantine-waiting': 'the oldest verdicts, while the quarantine can not be written',
  'quarantine-kept': 'the oldest messages in quarantine',
  'history-held': 'points, while the outbox can not be written: the next start derives them again',
  'history-dead': 'the oldest points that history refused',
  'history-holes': 'the oldest holes in history',
  'usual-books': 'the usual of the halls that were asked about longest ago',
  'journal-waiting': 'messages, while the journal does not keep up: their senders send them again',
  'history-questions': 'questions to history beside many others: they are asked to come again',
  'http-connections': 'new connections over HTTP, while there are too many',
  'http-unread': 'connections whose answer is not read',
  screens: 'new screens, while there are too many',
  'screen-events': 'screens that send more than any would',
  'screen-unread': 'screens that do not read what they are sent',
  'mqtt-connections': 'new connections to the built-in broker, while there are too many',
  'mqtt-packet': 'clients of the built-in broker whose packet is longer than any may be',
  'mqtt-unfinished': 'clients of the built-in broker with the largest unfinished packet',
  'mqtt-unread': 'clients of the built-in broker that do not read what they asked for',
  'mqtt-client-error': 'connections to the built-in broker that speak no MQTT',
  'mqtt-subscriptions': 'subscriptions of a client beyond what it may have',
  'mqtt-retained': 'the retained messages that were not written for longest',
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

const sayEveryMs = 60_000;

/** Bounds of what one server hands out to connections: counted, and said in the log without filling it. */
export class BoundsReached {
  /** How often each was reached. */
  readonly counts = new Map<BoundName, number>();
  readonly #log: Logger;
  /** When each was last said, ms of `performance.now()`. */
  readonly #saidMs = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** `what` says in words what was done about it. */
  reached(bound: BoundName, what: string): void {
    const count = (this.counts.get(bound) ?? 0) + 1;
    this.counts.set(bound, count);
    boundReached(bound);
    const now = performance.now();
    if (now - (this.#saidMs.get(bound) ?? Number.NEGATIVE_INFINITY) < sayEveryMs) return;
    this.#saidMs.set(bound, now);
    this.#log.warn({ bound, count }, what);
  }
}
