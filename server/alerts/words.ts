// What people read of an alert, in both languages: names from the config, never ids.
import type { HallConfig } from '../config/hall-config.ts';
import type { Words } from '../contracts/http.ts';
import type { Subject } from './rule.ts';

/** The same in both languages, for names that both share. */
export function words(chinese: string, english: string): Words {
  return { 'zh-CN': chinese, en: english };
}

const system = words('系统', 'The system');

/** Where a subject is: hall, zone, and its own name. */
export function placeOf(config: HallConfig | null, { kind, id }: Subject): Words {
  if (!config) return system;
  const { file } = config;
  const zoneOf = (zone: string) => file.zones.find((one) => one.id === zone)?.name;
  switch (kind) {
    case 'device': {
      const device = config.devices.get(id);
      return joined([file.name, zoneOf(device?.zone ?? ''), device?.name ?? words(id, id)]);
    }
    case 'desk': {
      const desk = file.desks.find((one) => one.id === id);
      const label = desk?.label ?? id;
      return joined([file.name, zoneOf(desk?.zone ?? ''), words(`${label} 号台席`, `Desk ${label}`)]);
    }
    case 'service':
      return joined([file.name, file.services.find((one) => one.id === id)?.name]);
    case 'journey':
      return joined([file.name, file.journeys?.find((one) => one.id === id)?.name]);
    default:
      return file.name;
  }
}

const mostNamed = 8;

/** The names of some things, as a list in each language; of many the first eight. */
export function listed(names: readonly Words[]): Words {
  const named = names.slice(0, mostNamed);
  const isAll = named.length === names.length;
  return {
    'zh-CN': `${named.map((name) => name['zh-CN']).join('、')}${isAll ? '' : '等'}`,
    en: `${named.map(({ en }) => en).join(', ')}${isAll ? '' : ' and more'}`,
  };
}

function joined(names: readonly (Words | undefined)[]): Words {
  const known = names.filter((name) => name !== undefined);
  return {
    'zh-CN': known.map((name) => name['zh-CN']).join(' · '),
    en: known.map(({ en }) => en).join(' · '),
  };
}
