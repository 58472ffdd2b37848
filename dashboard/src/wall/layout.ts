// How a hall of any size fills one screen.
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { HallInfo } from '../../../server/contracts/http.ts';
import type { Locale } from '../../../server/contracts/names.ts';

/** What the large area holds: people and queue, the queue alone, or people alone. */
export type Shape = 'both' | 'queue' | 'people';

export function hallShape(live: HallLive): Shape {
  const counted = live.devices.some((device) => device.kind === 'door');
  const queued = live.services.length > 0;
  if (counted && queued) return 'both';
  return queued ? 'queue' : 'people';
}

/** A name that won't stand on one line at its usual size; a Chinese character is as wide as two Latin letters. */
export function isLong(name: string, most = 18): boolean {
  return [...name].reduce((width, letter) => width + (letter > '\u2e80' ? 2 : 1), 0) > most;
}

const desksBeside = 8;
const desksAcross = 14;
/** One card alone doesn't spread over the whole screen. */
export const fewestColumns = 3;

/** Where the desks stand: in one row beside the people, or across the whole screen in rows as equal as they can be. */
export function deskLayout(n: number, shape: Shape): { across: boolean; columns: number } {
  const across = n > desksBeside || shape !== 'both';
  const even = n === 0 ? 1 : Math.ceil(n / Math.ceil(n / desksAcross));
  return { across, columns: Math.max(even, fewestColumns) };
}

/** A hall with so much to show that letters and margins become smaller, rather than the page longer. */
export function isDense(live: HallLive, info: HallInfo, locale: Locale): boolean {
  if (hallShape(live) !== 'both') return false;
  const deskRows = Math.ceil(live.desks.length / desksAcross);
  const wraps = [...info.services, ...info.devices].some(({ name }) => isLong(name[locale]));
  return live.services.length + 1.5 * deskRows + 1.5 * deviceRows(live.devices.length) + (wraps ? 1.5 : 0) >= 9;
}

/** Rows of device cards that all groups share, so that cards are of one height: 1 up to 6 devices, then 2, 3, ... */
export function deviceRows(devices: number): number {
  if (devices <= 6) return 1;
  return devices <= 14 ? 2 : Math.max(3, Math.ceil(devices / 10));
}
