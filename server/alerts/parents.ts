// Which alert explains which others of its hall: one alert instead of thirty.
import type { AlertRule } from '../contracts/names.ts';
import type { Subject } from './rule.ts';

export interface Cause {
  rule: AlertRule;
  subject: Subject;
}

interface Place {
  /** Kind of a device; null for what isn't one. */
  kindOf(device: string): 'door' | 'queue' | 'terminal' | null;
  /** Known to live. */
  isHeard(device: string): boolean;
}

const ofQueues: readonly AlertRule[] = ['wait-care', 'wait-limit', 'wait-forecast', 'long-transaction', 'paused-desk'];
const ofNetwork: readonly AlertRule[] = [
  ...ofQueues,
  'terminal-offline',
  'device-offline',
  'device-silent',
  'terminal-failing',
  'terminal-silent',
  'customer-stuck',
  'self-service-minimum',
  'journey',
  'system-down',
  'count-drift',
];
const ofSystem: readonly AlertRule[] = ['terminal-failing', 'long-transaction', 'paused-desk'];

/** True when `cause` explains `one`. A device that is heard from is never explained away by a network or another device. */
export function explains(cause: Cause, one: Cause, place: Place): boolean {
  if (cause.rule === 'device-offline' || cause.rule === 'device-silent') {
    if (one.subject.kind === 'device' && place.isHeard(one.subject.id)) return false;
    if (cause.subject.kind === 'hall') return ofNetwork.includes(one.rule) && !isSame(cause, one);
    return place.kindOf(cause.subject.id) === 'queue' && ofQueues.includes(one.rule);
  }
  if (cause.rule === 'system-down') return ofSystem.includes(one.rule);
  if (cause.rule === 'wait-limit') return isOfWaits(one.rule) && one.subject.id === cause.subject.id;
  return false;
}

/** Rules whose alerts can explain others, the wider first. */
export const causes: readonly AlertRule[] = ['device-offline', 'device-silent', 'system-down', 'wait-limit'];

/** How wide a cause is: a hall's network goes before one device. */
export function width({ rule, subject }: Cause): number {
  return subject.kind === 'hall' ? 0 : 1 + causes.indexOf(rule);
}

/** What a broken limit makes no news. */
function isOfWaits(rule: AlertRule): boolean {
  return rule === 'wait-care' || rule === 'wait-forecast';
}

function isSame(a: Cause, b: Cause): boolean {
  return a.rule === b.rule && a.subject.kind === b.subject.kind && a.subject.id === b.subject.id;
}
