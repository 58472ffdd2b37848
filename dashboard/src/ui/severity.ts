// How severe an alert is, as screens show it; and whether somebody looks after it.
import type { Alert } from '../../../server/contracts/alerts.ts';

export const severityTones = { critical: 'late', warning: 'care', info: 'accent' } as const satisfies Record<
  Alert['severity'],
  string
>;

/** A sign for those who can't tell the colours apart. */
export const severitySigns: Record<Alert['severity'], string> = { critical: '!!', warning: '!', info: 'i' };

/** Somebody looks after it, or it is to be left in peace. */
export function isSeen({ state, silenced }: Alert): boolean {
  return state === 'acknowledged' || silenced !== null;
}
