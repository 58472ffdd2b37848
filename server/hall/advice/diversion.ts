// Terminals that are free now and spare the customers of a service the desk.

import type { TerminalLive } from '../../contracts/hall-live.ts';
import type { HallFile } from '../../contracts/registry.ts';

type Accepted = NonNullable<HallFile['terminals'][number]['accepts']>[number];
type Service = HallFile['services'][number];

export interface Diversion {
  terminals: readonly string[];
  /** What they take together: cash only where that works. */
  accepts: readonly Accepted[];
}

const cashParts: ReadonlySet<string> = new Set(['banknoteReader', 'cashUnit', 'coinReader']);

/** Null when no such terminal is free. */
export function diversionOf(
  { atTerminals }: Service,
  file: HallFile,
  lives: readonly TerminalLive[],
): Diversion | null {
  const free = file.terminals.filter(({ id, does }) => {
    const live = lives.find((one) => one.id === id);
    return does.some((what) => atTerminals?.includes(what)) && live !== undefined && isFree(live);
  });
  if (free.length === 0) return null;
  const accepts = new Set(free.flatMap(({ id, accepts: its = [] }) => its.filter((what) => takes(what, id, lives))));
  return { terminals: free.map(({ id }) => id), accepts: [...accepts] };
}

/** `unknown` is never free (L3). */
function isFree({ state, severity, busy }: TerminalLive): boolean {
  return (
    (state === 'in-service' || state === 'degraded') && (severity === 'ok' || severity === 'warning') && busy !== true
  );
}

function takes(what: Accepted, id: string, lives: readonly TerminalLive[]): boolean {
  if (what !== 'cash') return true;
  const troubles = lives.find((one) => one.id === id)?.troubles ?? [];
  return !troubles.some(({ part, severity }) => severity === 'fault' && cashParts.has(part.split('-')[0] ?? part));
}
