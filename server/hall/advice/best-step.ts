import type { Advice } from '../../contracts/hall-live.ts';
import type { Words } from '../../contracts/http.ts';

/** What to do first for a service, in words, or (`isAhead`) when its limit will be passed and what helps; null when nobody knows of anything. */
export function bestStep(advice: readonly Advice[] | null, service: string, isAhead = false): Words | null {
  const own = advice?.filter((one) => one.service === service) ?? [];
  const limit = isAhead ? own.find(({ kind }) => kind === 'limit') : undefined;
  return (limit ?? own.find(({ kind }) => kind !== 'limit'))?.text ?? null;
}
