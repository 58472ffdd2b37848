// What is done at a desk for one ticket, and how long that may take by the hall's standards.
import type { HallConfig } from '../config/hall-config.ts';
import type { TicketRecord, Visit } from './tickets.ts';

/** The business items of a visit, each once, as the machine said them. */
export function itemsOf(visit: Visit, records: readonly TicketRecord[]): readonly string[] {
  const items = records.slice(visit.from, visit.to).flatMap(({ said }) => said.item ?? []);
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
