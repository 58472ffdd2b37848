import type { Advice } from '../../contracts/hall-live.ts';
import type { Words } from '../../contracts/http.ts';

/** What to do first for a service, in words; null when nothing can be done, or nobody knows. */
export function bestStep(advice: readonly Advice[] | null, service: string): Words | null {
  return advice?.find((one) => one.service === service && one.kind !== 'limit')?.text ?? null;
}
