import type { History } from './history.ts';

const s = (n: number) => (n === 1 ? '' : 's');

/** What /readyz says of history, without passwords; null while it is written as it comes. */
export function historyTrouble({
  status,
  scribe,
  outbox,
}: Pick<History, 'status' | 'scribe' | 'outbox'>): string | null {
  const { state, waiting, lastError, dead } = status;
  const holes = outbox.holes.reduce((sum, { count }) => sum + count, 0);
  const waits = `${waiting} point${s(waiting)} wait in the data folder`;
  const troubles = [
    scribe.trouble,
    state === 'delayed' && (lastError ? `${lastError}; ${waits}` : `the store doesn't keep up: ${waits}`),
    holes > 0 && `${holes} point${s(holes)} were given up while the store was away`,
    dead > 0 && `${dead} point${s(dead)} were refused for good: see the log`,
  ].filter((text) => text !== null && text !== false);
  return troubles.length > 0 ? `history: ${troubles.join('; ')}` : null;
}
