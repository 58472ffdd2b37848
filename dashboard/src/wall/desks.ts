import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { DeskState } from '../../../server/contracts/names.ts';
import type { WallKey } from '../messages/wall.ts';
import type { Tone } from './tones.ts';

const tones: Record<DeskState, Tone> = {
  serving: 'ok',
  calling: 'ok',
  idle: 'accent',
  paused: 'care',
  closed: 'off',
  unknown: 'unknown',
};

export function deskTone(state: DeskState): Tone {
  return tones[state];
}

const reasons: Record<string, WallKey> = {
  lunch: 'desk.reason.lunch',
  break: 'desk.reason.break',
  meeting: 'desk.reason.meeting',
};

/** The words for a reason that queue machines are known to send; any other is shown as it came. */
export function reasonKey(reason: string): WallKey | null {
  return reasons[reason] ?? null;
}

/** How many desks are in each state, in the order of `tones`, without the states that no desk is in. */
export function deskTally({ desks, truncated }: Pick<HallLive, 'desks' | 'truncated'>): [DeskState, number][] {
  const states = Object.keys(tones) as DeskState[];
  const count = (state: DeskState) =>
    truncated?.totals.desks[state] ?? desks.filter((desk) => desk.state === state).length;
  return states.map((state): [DeskState, number] => [state, count(state)]).filter(([, n]) => n > 0);
}
