import type { DeviceKind } from '../../server/contracts/names.ts';
import type { HallFile } from '../../server/contracts/registry.ts';
import { topicOf } from '../../server/contracts/topics.ts';
import type { HallDay } from '../model/hall-day.ts';
import type { HallEvent } from '../model/hall-event.ts';
import { simulate } from '../model/simulate.ts';
import { doorMessages } from './door.ts';
import { queueMessages } from './queue-machine.ts';
import type { DeviceMessage } from './sequenced.ts';

/** A device's place in the registry. */
export interface DeviceEntry {
  region: string;
  hall: string;
  id: string;
  kind: DeviceKind;
}

/** One simulated day of a hall: the truth, and what each of its devices says about it, by device id. */
export interface DayPlan {
  day: HallDay;
  truth: HallEvent[];
  messages: ReadonlyMap<string, DeviceMessage[]>;
}

/** All devices of a hall. */
export function devicesOf({ region, id: hall, doors, queueMachines, terminals }: HallFile): DeviceEntry[] {
  const entry = (kind: DeviceKind) => (device: { id: string }) => ({ region, hall, id: device.id, kind });
  return [...doors.map(entry('door')), ...queueMachines.map(entry('queue')), ...terminals.map(entry('terminal'))];
}

export function topicFor(device: DeviceEntry, channel: Parameters<typeof topicOf>[3]): string {
  return topicOf(device.region, device.hall, device.id, channel);
}

/** A pure function of the day and the seed: the same day planned again gives the same bytes. Terminals say nothing yet. */
export function planDay(day: HallDay, seed: number): DayPlan {
  const truth = simulate(day, seed);
  const { doors, queueMachines } = day.hall.file;
  const messages = new Map([
    ...doors.map((door) => [door.id, doorMessages(door, day, seed, truth)] as const),
    ...queueMachines.map(({ id }) => [id, queueMessages(id, day, truth)] as const),
  ]);
  return { day, truth, messages };
}
