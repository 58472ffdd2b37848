// What of a config decides how messages are cut into days and counts. What the state holds was cut when each message came: under other
// rules it has to be made again from the messages.
import type { HallConfig } from '../config/hall-config.ts';
import type { HallFile } from '../contracts/registry.ts';

/** True when what a hall remembers was cut by other rules than those of `now`: days, door counters, or which numbers are one system's. */
export function isCutOtherwise(before: HallConfig, now: HallConfig): boolean {
  if (before.days.timeZone !== now.days.timeZone || before.days.emptyAt !== now.days.emptyAt) return true;
  return [...now.devices.values()].some(({ id, counterBits, system }) => {
    const known = before.devices.get(id);
    return known !== undefined && (known.counterBits !== counterBits || known.system !== system);
  });
}

/** A hall's file of then, cut by the rules of now: what else it said, such as which doors there were, stays as it was. */
export function cutLike(then: HallFile, now: HallFile): HallFile {
  const { emptyAt: _, ...rest } = then;
  const doors = new Map(now.doors.map((door) => [door.id, door]));
  const machines = new Map(now.queueMachines.map((machine) => [machine.id, machine]));
  return {
    ...rest,
    timeZone: now.timeZone,
    ...(now.emptyAt === undefined ? {} : { emptyAt: now.emptyAt }),
    doors: then.doors.map((door) => withOwn(door, 'counterBits', doors.get(door.id))),
    queueMachines: then.queueMachines.map((machine) => withOwn(machine, 'system', machines.get(machine.id))),
  };
}

/** The entry with one key as another one has it, or without; as it was where there is no other. */
function withOwn<T extends object, K extends keyof T>(entry: T, key: K, other: T | undefined): T {
  if (!other) return entry;
  const { [key]: _, ...rest } = entry;
  return (other[key] === undefined ? rest : { ...rest, [key]: other[key] }) as T;
}
