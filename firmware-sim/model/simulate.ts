import { Random } from '../random.ts';
import { Agenda } from './agenda.ts';
import { BusinessSystem } from './business-system.ts';
import { Customers } from './customers.ts';
import { demandOf } from './demand.ts';
import { DeskTeam } from './desk-team.ts';
import { Doorways } from './doorways.ts';
import type { Fault } from './faults.ts';
import { Floor } from './floor.ts';
import type { HallDay } from './hall-day.ts';
import type { HallEvent } from './hall-event.ts';
import type { Profile } from './profile.ts';
import { ordinary } from './profile.ts';
import { Queue } from './queue.ts';
import { SelfService } from './self-service.ts';
import { planStaff } from './staff.ts';

/** The hall is empty this long before the next day begins. */
const emptyForMs = 60_000;

export interface Circumstances {
  profile: Profile;
  /** What fails, in order of time. */
  faults: readonly Fault[];
}

/**
 * One day of a hall, simulated event by event: everything that happens, in order of time. A pure function of the seed,
 * the hall, its local date and the circumstances.
 */
export function simulate(
  day: HallDay,
  seed: number,
  { profile, faults }: Circumstances = { profile: ordinary, faults: [] },
): HallEvent[] {
  const { file } = day.hall;
  const stream = (purpose: string) => new Random(seed, file.id, day.date, purpose);
  const agenda = new Agenda(day.from, day.to - emptyForMs);
  const floor = new Floor(agenda, new Doorways(day, stream('doorways')), file.capacity);
  const business = new BusinessSystem(day, profile.outages, agenda, floor);
  const queue = new Queue(file, floor, stream('queue'));
  const desks = new DeskTeam({ day, agenda, floor, queue, business, profile, random: stream('desks') });
  const selfService = new SelfService({ day, agenda, floor, business, faults, random: stream('self-service'), seed });
  const demand = demandOf(day, stream('demand'), profile);
  new Customers({ day, demand, profile, selfService, agenda, floor, queue, random: stream('customers') });
  planStaff({ day, agenda, floor, desks, random: stream('staff') });
  planQueueFaults(faults, { agenda, queue, day });
  agenda.run();
  return floor.events;
}

/** A queue machine that fails takes its tickets and its desks' calls with it. */
function planQueueFaults(
  faults: readonly Fault[],
  { agenda, queue, day }: { agenda: Agenda; queue: Queue; day: HallDay },
): void {
  const machines = new Set(day.hall.file.queueMachines.map(({ id }) => id));
  for (const { device, kind, from, to } of faults) {
    if (kind !== 'power' || !machines.has(device)) continue;
    agenda.at(from, () => queue.setDown(device, true));
    if (to < day.to) agenda.at(to, () => queue.setDown(device, false));
  }
}
