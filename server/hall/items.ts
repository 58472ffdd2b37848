// What is done at a desk for one ticket, and how long that may take by the hall's standards.
import type { HallConfig } from '../config/hall-config.ts';
import type { Visit } from './tickets.ts';

/** The business items of a visit at the desk where it is, each once, as the machine said them: what was done before it was sent on doesn't count. */
export function itemsOf({ records }: Visit): readonly string[] {
  const sentOn = records.findLastIndex(({ said }) => said.event === 'transferred');
  const items = records.slice(sentOn + 1).flatMap(({ said }) => said.item ?? []);
  return items.length > 1 ? [...new Set(items)] : items;
}

/** How long the items of a ticket may take together, ms; one that the standard doesn't name, or none said, counts as any item does. Null for no limit. */
export function itemLimitMs(
  { standard }: HallConfig,
  { service, tier }: Visit,
  items: readonly string[],
): number | null {
  const { itemLimitMin, items: known = {} } = standard(service, tier);
  let minutes = 0;
  for (const item of items.length > 0 ? items : ['']) {
    const its = Object.hasOwn(known, item) ? known[item] : itemLimitMin;
    if (its === undefined) return null;
    minutes += its;
  }
  return minutes * 60_000;
}
