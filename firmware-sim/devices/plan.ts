import type { DeviceKind } from '../../server/contracts/names.ts';
import type { HallFile } from '../../server/contracts/registry.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import { faultsOf } from '../model/faults.ts';
import type { HallDay } from '../model/hall-day.ts';
import type { HallEvent } from '../model/hall-event.ts';
import type { Profile } from '../model/profile.ts';
import { ordinary } from '../model/profile.ts';
import { simulate } from '../model/simulate.ts';
import { doorMessages, missedShares } from './door.ts';
import { queueMessages } from './queue-machine.ts';
import type { DeviceMessage } from './sequenced.ts';
import { Sequence } from './sequenced.ts';
import type { Spell } from './spells.ts';
import { aheadMs, darkSpans, spellsOf, withoutDark } from './spells.ts';
import { terminalMessages } from './terminal.ts';

/** A device's place in the registry. */
export interface DeviceEntry {
  region: string;
  hall: string;
  id: string;
  kind: DeviceKind;
}

/** What one device does in a day. */
export interface DevicePlan {
  messages: DeviceMessage[];
  /** When it can't reach the server, in order of their beginnings. */
  spells: Spell[];
  /** How far its clock is ahead, in ms. */
  aheadMs: number;
}

/** One simulated day of a hall: the truth, and what each of its devices says about it, by device id. */
export interface DayPlan {
  day: HallDay;
  truth: HallEvent[];
  devices: ReadonlyMap<string, DevicePlan>;
}

/** All devices of a hall. */
export function devicesOf({ region, id: hall, doors, queueMachines, terminals }: HallFile): DeviceEntry[] {
  const entry = (kind: DeviceKind) => (device: { id: string }) => ({ region, hall, id: device.id, kind });
  return [...doors.map(entry('door')), ...queueMachines.map(entry('queue')), ...terminals.map(entry('terminal'))];
}

export function topicFor(device: DeviceEntry, channel: Parameters<typeof topicOf>[3]): string {
  return topicOf(device.region, device.hall, device.id, channel);
}

/** A pure function of the day, the seed and the profile: the same day planned again gives the same bytes. */
export function planDay(day: HallDay, seed: number, profile: Profile = ordinary): DayPlan {
  const faults = faultsOf(day, seed, profile);
  const truth = simulate(day, seed, { profile, faults });
  const said = (entry: DeviceEntry, ahead: number): DeviceMessage[] => {
    const seen = withoutDark(truth, darkSpans(entry.id, faults));
    if (entry.kind === 'queue') return queueMessages(entry.id, new Sequence('queue', day.boot, ahead), seen);
    if (entry.kind === 'terminal') return terminalMessages(entry.id, new Sequence('terminal', day.boot, ahead), seen);
    const door = day.hall.file.doors.find(({ id }) => id === entry.id);
    const counter = { id: entry.id, counterBits: door?.counterBits, missed: missedShares(seed, entry.id, profile) };
    return doorMessages(counter, { day, seed, sequence: new Sequence('door', day.boot, ahead) }, seen);
  };
  const devices = devicesOf(day.hall.file).map((entry) => {
    const ahead = aheadMs(entry.id, day, seed, profile);
    const plan = { messages: said(entry, ahead), spells: spellsOf(entry.id, day, faults, profile), aheadMs: ahead };
    return [entry.id, plan] as const;
  });
  return { day, truth, devices: new Map(devices) };
}
