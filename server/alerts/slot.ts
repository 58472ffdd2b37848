import type { AlertRule } from '../contracts/names.ts';
import type { Subject } from './rule.ts';

/** Names what a rule can find at a place, once at a time. */
export function slotOf(rule: AlertRule, { kind, id }: Subject): string {
  return `${rule}|${kind}|${id}`;
}

/** A1: names an alert for ever. */
export function keyOf(hall: string | null, rule: AlertRule, { kind, id }: Subject, since: number): string {
  return `${rule}|${hall ?? ''}|${kind}|${id}|${since}`;
}
