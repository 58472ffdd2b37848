import type { DeviceLive, HallLive, TerminalLive } from '../../../server/contracts/hall-live.ts';
import type { DeviceKind, Mark } from '../../../server/contracts/names.ts';
import { deviceKinds } from '../../../server/contracts/names.ts';
import type { WallKey } from '../messages/wall.ts';
import { isKey } from '../messages/wall.ts';
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
  const key = `device.reason.${device.reason}`;
  const detail = isKey(key) ? key : null;
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
  return { ...withMark(alive, device), heardAt: null, sole: isOutOfUse(device, terminal) ? sole : [] };
}

function aliveLook(device: DeviceLive, terminal: TerminalLive | undefined): TerminalLook {
  return device.kind === 'terminal' ? terminalLook(terminal) : { ...nothingMore, tone: 'ok', word: 'device.online' };
}

function withDetail(look: TerminalLook, detail: WallKey | null): TerminalLook {
  return { ...look, detail: look.detail ?? detail };
}

/** What is odd about a device that is accepted, what matters most first. Silence is its reason, too. */
const shownMarks = ['clock', 'unnumbered', 'boot-not-counted', 'ts-seconds'] as const satisfies readonly Mark[];
/** Read as it is meant: nothing is wrong with its numbers. */
const harmless: ReadonlySet<Mark> = new Set(['ts-seconds']);

/** What is odd makes a well device worth a look; what is worse stays as it is. */
function withMark(
  look: TerminalLook,
  { marks, clockOffsetMs = 0 }: DeviceLive,
): TerminalLook & { clockOffsetMs?: number } {
  const mark = shownMarks.find((one) => marks.includes(one));
  if (!mark) return look;
  const tone = look.tone === 'ok' && !harmless.has(mark) ? 'care' : look.tone;
  if (mark === 'clock' && clockOffsetMs !== 0)
    return { ...look, tone, detail: look.detail ?? 'device.clock.by', clockOffsetMs };
  return { ...look, tone, detail: look.detail ?? `device.${mark}` };
}

export interface DeviceGroup {
  kind: DeviceKind;
  devices: DeviceLive[];
  /** All there are, and how many of them had no room in the view. */
  all: number;
  more: number;
  online: number;
  /** Devices that ought to be there and aren't known to be; those of a zone that is closed are left alone. */
  missing: number;
}

/** Devices by kind, in the order a customer meets them; kinds that a hall doesn't have are left out. */
export function deviceGroups({ devices, truncated }: Pick<HallLive, 'devices' | 'truncated'>): DeviceGroup[] {
  return deviceKinds
    .map((kind) => {
      const group = devices.filter((device) => device.kind === kind);
      const totals = truncated?.totals.devices[kind] ?? {
        all: group.length,
        online: group.filter((device) => device.online).length,
        missing: group.filter((device) => !device.online && device.reason !== 'zone-off').length,
      };
      return { kind, devices: group, ...totals, more: totals.all - group.length };
    })
    .filter((group) => group.all > 0);
}
