import type { HallFile, Standard, StandardLayer, StandardsFile } from '../contracts/registry.ts';
import type { HallConfig } from './hall-config.ts';

/**
 * The lookup of one hall's standards. Layers from general to particular (defaults, hall type, hall), and inside each
 * `all`, then the service, then the tier: the last one that names a value wins.
 */
export function standardsOf(
  file: StandardsFile,
  hall: HallFile,
): (service: string | null, tier: string | null) => Standard {
  const layers = [file.defaults, file.hallTypes?.[hall.type], hall.standards].filter((layer) => layer !== undefined);
  const known = new Map<string | null, Map<string | null, Standard>>();
  let count = 0;
  return (service, tier) => {
    const found = known.get(service)?.get(tier);
    if (found) return found;
    const merged = merge(layers, service, tier);
    // Services and tiers come from messages: only as many as a config could name are remembered.
    if (count++ < 256) known.set(service, (known.get(service) ?? new Map()).set(tier, merged));
    return merged;
  };
}

/**
 * The lowest share of calls within the limit that a service of the hall must reach: a hall below it missed one of them, whichever
 * was called how often. Null where no service has a target.
 */
export function lowestTarget({ file, standard }: Pick<HallConfig, 'file' | 'standard'>): number | null {
  const targets = file.services.map(({ id }) => standard(id, null).targetShare).filter((share) => share !== undefined);
  return targets.length > 0 ? Math.min(...targets) : null;
}

function merge(layers: StandardLayer[], service: string | null, tier: string | null): Standard {
  const parts = layers.flatMap((layer) => [
    layer.all,
    service === null ? undefined : own(layer.services, service),
    tier === null ? undefined : own(layer.tiers, tier),
  ]);
  return Object.assign({}, ...parts) as Standard;
}

function own<T>(record: Record<string, T> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}
