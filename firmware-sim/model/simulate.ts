import { Random } from '../random.ts';
import { Agenda } from './agenda.ts';
import { Customers } from './customers.ts';
import { demandOf } from './demand.ts';
import { DeskTeam } from './desk-team.ts';
import { Doorways } from './doorways.ts';
import { Floor } from './floor.ts';
import type { HallDay } from './hall-day.ts';
import type { HallEvent } from './hall-event.ts';
import { Queue } from './queue.ts';
import { planStaff } from './staff.ts';

/** The hall is empty this long before the next day begins. */
const emptyForMs = 60_000;

/**
 * One day of a hall, simulated event by event: everything that happens, in order of time. A pure function of the seed,
 * the hall and its local date.
 */
export function simulate(day: HallDay, seed: number): HallEvent[] {
  const { file } = day.hall;
  const stream = (purpose: string) => new Random(seed, file.id, day.date, purpose);
  const agenda = new Agenda(day.from, day.to - emptyForMs);
  const floor = new Floor(agenda, new Doorways(day, stream('doorways')), file.capacity);
  const queue = new Queue(file, floor, stream('queue'));
  const desks = new DeskTeam({ day, agenda, floor, queue, random: stream('desks') });
  const demand = demandOf(day, stream('demand'));
  new Customers({ day, demand, agenda, floor, queue, random: stream('customers') });
  planStaff({ day, agenda, floor, desks, random: stream('staff') });
  agenda.run();
  return floor.events;
}
