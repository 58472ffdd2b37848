// GET /api/halls: names, time zones and what stands where.
import type { HallLive } from '../../../server/contracts/hall-live.ts';
import type { HallInfo } from '../../../server/contracts/http.ts';

const answerWithinMs = 5_000;

/** The registry of all halls; rejects on any answer but a 200 with a list. */
export async function fetchHalls(): Promise<HallInfo[]> {
  const response = await fetch('/api/halls', { signal: AbortSignal.timeout(answerWithinMs) });
  if (!response.ok) throw new Error(`GET /api/halls answered ${response.status}`);
  const halls: unknown = await response.json();
  if (!Array.isArray(halls)) throw new Error('GET /api/halls did not answer a list');
  return halls;
}

/** True when the live state speaks of something the registry doesn't name: the config was reloaded since. */
export function lacksNames(info: HallInfo, live: HallLive): boolean {
  const known = new Set([...info.services, ...info.desks, ...info.devices].map((item) => item.id));
  return [...live.services, ...live.desks, ...live.devices].some((item) => !known.has(item.id));
}

/** What a page is of, by its path: the hall of `/wall/jiefang`; empty when there is nothing. */
export function nameOfPath(path: string): string {
  const name = path.split('/')[2] ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
