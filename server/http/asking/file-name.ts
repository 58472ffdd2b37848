import type { LocalDays } from '../../local-days.ts';

/** Name of a CSV file: what it holds, the local dates it covers, and whether that is simulated. */
export function fileNameOf(
  parts: readonly (string | undefined)[],
  { from, to, days, simulated }: { from: number; to: number; days: LocalDays; simulated: boolean },
): string {
  const dates = [days.of(from).date, days.of(to - 1).date];
  return `${[...parts, ...new Set(dates), simulated ? 'simulated' : undefined].filter((part) => part !== undefined).join('-')}.csv`;
}
