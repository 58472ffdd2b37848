import type { DeviceLive, TerminalLive } from '../../../server/contracts/hall-live.ts';
import type { DeviceKind } from '../../../server/contracts/names.ts';
import { deviceKinds } from '../../../server/contracts/names.ts';
import type { Key } from '../messages/messages.ts';
import type { Tone } from './tones.ts';

/** `word`: what it is in one word. `detail`: what the reader should know beside it. `heardAt`: only where it is news. */
export interface DeviceView {
  tone: Tone;
  word: Key;
  detail: Key | null;
  heardAt: number | null;
}

/** A device as the wall shows it: dead or alive first, and a living terminal's own state after that. */
export function deviceView(device: DeviceLive, terminal: TerminalLive | undefined): DeviceView {
  const detail: Key | null = device.reason ? `device.reason.${device.reason}` : null;
  if (device.online === null) {
    // Of a device that is off with its zone nobody wonders when it was last heard.
    const heardAt = device.reason === 'zone-off' ? null : device.asOf;
    return { tone: 'unknown', word: 'device.unknown', detail, heardAt };
  }
  // Offline says by itself that it was disconnected; that it merely fell silent is worth a word.
  const silent = device.reason === 'silent' ? detail : null;
  if (!device.online) return { tone: 'late', word: 'device.offline', detail: silent, heardAt: device.asOf };
  const clock: Key | null = device.marks.includes('clock') ? 'device.clock' : null;
  const alive = { ...aliveLook(device, terminal), heardAt: null };
  return clock ? { ...alive, tone: alive.tone === 'late' ? 'late' : 'care', detail: clock } : { ...alive, detail };
}

function aliveLook(device: DeviceLive, terminal: TerminalLive | undefined): Pick<DeviceView, 'tone' | 'word'> {
  if (device.kind !== 'terminal') return { tone: 'ok', word: 'device.online' };
  // Connected, and that is all we know of it: not a machine that is said to work.
  if (!terminal || terminal.state === null) return { tone: 'plain', word: 'device.online' };
  if (terminal.severity === 'ok') return { tone: 'ok', word: 'device.online' };
  if (terminal.severity === 'unknown') return { tone: 'unknown', word: 'terminal.unknown' };
  const tone = terminal.severity === 'fault' ? 'late' : 'care';
  return { tone, word: terminal.state === 'in-service' ? 'terminal.degraded' : `terminal.${terminal.state}` };
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
