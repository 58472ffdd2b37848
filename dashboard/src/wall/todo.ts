// What is to be done in this hall, in the order in which somebody should look at it.
import type { Alert } from '../../../server/contracts/alerts.ts';
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { WallKey } from '../messages/wall.ts';
import type { Tone } from './tones.ts';

/** What fits beside the queue, read from afar. */
const mostShown = 6;

const tones: Record<Alert['severity'], Tone> = { critical: 'late', warning: 'care', info: 'accent' };
/** A sign for those who can't tell the colours apart. */
const signs: Record<Alert['severity'], string> = { critical: '!!', warning: '!', info: 'i' };

export interface Todo {
  shown: readonly Alert[];
  /** How many more there are: further down the list, and explained by one that is shown. */
  more: number;
}

/** Null while no rules are run. The server's order (the worst first), those that somebody looks after last. */
export function todoOf({ alerts, alertsOpen }: HallLive): Todo | null {
  if (!alerts) return null;
  const isSeen = ({ state, silenced }: Alert) => state === 'acknowledged' || silenced !== null;
  const shown = [...alerts.filter((alert) => !isSeen(alert)), ...alerts.filter(isSeen)].slice(0, mostShown);
  return { shown, more: Math.max(0, (alertsOpen ?? 0) - shown.length) };
}

export function todoTone({ severity }: Alert): Tone {
  return tones[severity];
}

export function todoSign({ severity }: Alert): string {
  return signs[severity];
}

/** What else is to be known of it. */
export function todoMarks({ flapping, silenced, acknowledged }: Alert): readonly WallKey[] {
  const marks: WallKey[] = [];
  if (flapping) marks.push('todo.flapping');
  if (silenced !== null) marks.push('todo.silenced');
  if (acknowledged) marks.push('todo.acknowledged');
  return marks;
}

/** A place on the hall's own wall: without the hall's name, where it says more than that. */
export function placeWithin(where: string, hall: string): string {
  return where.startsWith(`${hall} · `) ? where.slice(hall.length + 3) : where;
}
