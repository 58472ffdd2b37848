import type { Words } from '../contracts/http.ts';
import type { DeviceKind } from '../contracts/names.ts';
import type { HallFile, Standard } from '../contracts/registry.ts';
import type { LocalDays } from '../local-days.ts';
import type { SettingsLookup } from './alert-settings.ts';
import type { HallCalendar } from './hall-calendar.ts';
import type { OpeningHours } from './hours.ts';

export interface DeviceConfig {
  id: string;
  kind: DeviceKind;
  zone: string;
  name: Words;
  /** Doors: where the counter rolls over. Queue machines: the system they belong to. Terminals: their entry. */
  counterBits?: 16 | 32;
  system?: string;
  terminal?: HallFile['terminals'][number];
}

/** One hall as the rest of the server sees it: the file, checked and made ready to look things up in. */
export interface HallConfig {
  id: string;
  region: string;
  regionName: Words;
  file: HallFile;
  days: LocalDays;
  calendar: HallCalendar;
  /** The hall's own opening hours; zones that keep others have an entry in `zoneHours`. */
  hours: OpeningHours;
  zoneHours: ReadonlyMap<string, OpeningHours>;
  /** When somebody can sit at a desk, of those that say so. */
  rosters: ReadonlyMap<string, OpeningHours>;
  devices: ReadonlyMap<string, DeviceConfig>;
  serviceIds: ReadonlySet<string>;
  deskIds: ReadonlySet<string>;
  /** The standard that holds for a service and a customer's tier; null when the ticket doesn't say. */
  standard(service: string | null, tier: string | null): Standard;
  /** What holds for a rule of alerts here. */
  alerts: SettingsLookup;
}

/** The opening hours that a device keeps: its zone's, or the hall's. */
export function hoursOf(config: HallConfig, device: DeviceConfig): OpeningHours {
  return config.zoneHours.get(device.zone) ?? config.hours;
}
