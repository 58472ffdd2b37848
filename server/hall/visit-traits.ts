// What is asked of visits and their numbers in passing.
import type { TicketRecord, Visit } from './tickets.ts';

const dayMs = 24 * 3_600_000;

/** True for the visits that Q2 may presume an end of. */
export function isAtDesk({ state }: Visit): boolean {
  return state === 'called' || state === 'serving';
}

export function mayBePresumed(visit: Visit): boolean {
  return visit.presumed || isAtDesk(visit);
}

export function isRecalled({ turn, lastCallAt }: Visit): boolean {
  return turn !== null && (lastCallAt ?? 0) > turn.record.at;
}

export function desksOf(visits: readonly Visit[]): string[] {
  return visits.flatMap(({ turn }) => turn?.desk ?? []);
}

/** True where a number had several customers at one time, so that its last word says nothing about all of them. */
export function isShared(records: readonly TicketRecord[], at: number): boolean {
  let issues = 0;
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i] as TicketRecord;
    if (record.at < at - dayMs) return false;
    if (record.said.event === 'issued' && ++issues > 1) return true;
  }
  return false;
}

/** True for one visit told twice. */
export function isSameStory({ records: a }: Visit, { records: b }: Visit): boolean {
  return a.length === b.length && a.every((record, i) => record === b[i]);
}

/** The number in a key of the state's tickets. */
export function ticketOf(key: string): string {
  return key.slice(key.indexOf('|') + 1);
}
