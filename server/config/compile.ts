import type { CalendarFile, HallFile, SettingsFile, StandardsFile } from '../contracts/registry.ts';
import { LocalDays } from '../local-days.ts';
import { alertSettingsOf } from './alert-settings.ts';
import { hallCalendar } from './hall-calendar.ts';
import type { DeviceConfig, HallConfig } from './hall-config.ts';
import { OpeningHours, weekOf } from './hours.ts';
import { standardsOf } from './standards.ts';

const defaultEmptyAt = '04:00';

interface Files {
  settings: SettingsFile;
  standards: StandardsFile;
  calendar: CalendarFile;
}

/** Makes one checked hall file ready to look things up in. */
export function compileHall(file: HallFile, { settings, standards, calendar }: Files): HallConfig {
  const days = new LocalDays(file.timeZone, file.emptyAt ?? defaultEmptyAt);
  const ownCalendar = hallCalendar(calendar, file.id);
  const special = new Map(
    [...ownCalendar.days.values()].flatMap(({ date, hours }) => (hours ? [[date, hours] as const] : [])),
  );
  const zones = file.zones.filter((zone) => zone.hours !== undefined);
  return {
    id: file.id,
    region: file.region,
    regionName: settings.regions.find((region) => region.id === file.region)?.name ?? {
      'zh-CN': file.region,
      en: file.region,
    },
    file,
    days,
    calendar: ownCalendar,
    hours: new OpeningHours(days, weekOf(file.hours), special),
    // A zone with hours of its own keeps them on holidays: a 24 h self-service zone stays on at Spring Festival.
    zoneHours: new Map(
      zones.map((zone) => [zone.id, new OpeningHours(days, weekOf(zone.hours ?? file.hours), new Map())]),
    ),
    rosters: new Map(
      file.desks.flatMap(({ id, roster }) =>
        roster === undefined ? [] : [[id, new OpeningHours(days, weekOf(roster), special)]],
      ),
    ),
    devices: new Map(devicesOf(file).map((device) => [device.id, device])),
    serviceIds: new Set(file.services.map((service) => service.id)),
    deskIds: new Set(file.desks.map((desk) => desk.id)),
    standard: standardsOf(standards, file),
    alerts: alertSettingsOf(standards, file),
  };
}

function devicesOf(file: HallFile): DeviceConfig[] {
  const place = ({ id, zone, name }: { id: string; zone: string; name: HallFile['name'] }) => ({ id, zone, name });
  return [
    ...file.doors.map((door) => ({ ...place(door), kind: 'door' as const, counterBits: door.counterBits })),
    ...file.queueMachines.map((machine) => ({
      ...place(machine),
      kind: 'queue' as const,
      system: machine.system ?? machine.id,
    })),
    ...file.terminals.map((terminal) => ({ ...place(terminal), kind: 'terminal' as const, terminal })),
  ];
}
