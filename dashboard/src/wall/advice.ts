// Which advice stands beside its queue.
import type { Advice, HallLive } from '../../../server/contracts/hall-live.ts';

/**
 * What to do first for each service, the worst service first; the same step isn't told twice. A dense wall has room for the
 * first alone.
 */
export function adviceBeside({ advice }: Pick<HallLive, 'advice'>, isDense: boolean): readonly Advice[] {
  const told: Advice[] = [];
  for (const one of advice ?? []) {
    if (!told.some(({ service, text }) => service === one.service || text.en === one.text.en)) told.push(one);
  }
  return isDense ? told.slice(0, 1) : told;
}
