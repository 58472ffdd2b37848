import type { DeviceLive, TerminalLive } from '../../../server/contracts/hall-live.ts';
import type { DeviceKind } from '../../../server/contracts/names.ts';
import { deviceKinds } from '../../../server/contracts/names.ts';
import type { WallKey } from '../messages/wall.ts';
import type { TerminalLook } from './terminals.ts';
import { isOutOfUse, terminalLook } from './terminals.ts';

/**
 * `clockOffsetMs`: what its times are corrected by. `heardAt`: only where it is news. `sole`: what customers can't do anywhere in the hall now, as this machine alone does it
 * and is out of use.
 */
export interface DeviceView extends TerminalLook {
  heardAt: number | null;
  sole: readonly string[];
  clockOffsetMs?: number;
}

const nothingMore = { detail: null, since: null, level: null, heardAt: null, sole: [] };

/** A device as the wall shows it: dead or alive first, and a living terminal's own state after that. */
export function deviceView(
  device: DeviceLive,
  terminal: TerminalLive | undefined,
  sole: readonly string[] = [],
): DeviceView {
  const detail: WallKey | null = device.reason ? `device.reason.${device.reason}` : null;
  if (device.online === null) {
    // Of a device that is off with its zone nobody wonders when it was last heard.
    const heardAt = device.reason === 'zone-off' ? null : device.asOf;
    return { ...nothingMore, tone: 'unknown', word: 'device.unknown', detail, heardAt };
  }
  if (!device.online) {
    // Offline says by itself that it was disconnected; that it merely fell silent is worth a word.
    const silent = device.reason === 'silent' ? detail : null;
    return { ...nothingMore, tone: 'late', word: 'device.offline', detail: silent, heardAt: device.asOf, sole };
  }
  const alive = withDetail(aliveLook(device, terminal), detail);
  return { ...withClock(device, alive), heardAt: null, sole: isOutOfUse(device, terminal) ? sole : [] };
}

function aliveLook(device: DeviceLive, terminal: TerminalLive | undefined): TerminalLook {
  return device.kind === 'terminal' ? terminalLook(terminal) : { ...nothingMore, tone: 'ok', word: 'device.online' };
}

function withDetail(look: TerminalLook, detail: WallKey | null): TerminalLook {
  return { ...look, detail: look.detail ?? detail };
}

/** A clock that is off makes a well device worth a look; what is worse stays as it is. Seconds are read as such, and said. */
function withClock(
  { marks, clockOffsetMs = 0 }: DeviceLive,
  look: TerminalLook,
): TerminalLook & { clockOffsetMs?: number } {
  if (!marks.includes('clock')) return marks.includes('ts-seconds') ? withDetail(look, 'device.seconds') : look;
  const tone = look.tone === 'ok' ? 'care' : look.tone;
  const seen = withDetail(look, clockOffsetMs ? 'device.clock.by' : 'device.clock');
  return { ...seen, tone, clockOffsetMs };
}

export interface DeviceGroup {
  kind: DeviceKind;
  devices: DeviceLive[];
  online: number;
  /** Devices that ought to be there and aren't known to be; those of a zone that is closed are left alone. */
  missing: number;
}

/** Devices by kind, in the order a customer meets them; kinds that a hall doesn't have are left out. */
export function deviceGroups(devices: DeviceLive[]): DeviceGroup[] {
  return deviceKinds
    .map((kind) => devices.filter((device) => device.kind === kind))
    .map((group, i) => ({
      kind: deviceKinds[i] ?? 'door',
      devices: group,
      online: group.filter((device) => device.online).length,
      missing: group.filter((device) => !device.online && device.reason !== 'zone-off').length,
    }))
    .filter((group) => group.devices.length > 0);
}
