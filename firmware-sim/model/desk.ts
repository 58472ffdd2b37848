import type { HallFile } from '../../server/contracts/registry.ts';
import type { Random } from '../random.ts';
import type { Agenda } from './agenda.ts';
import type { BusinessSystem } from './business-system.ts';
import { meanServiceMs } from './demand.ts';
import type { Floor } from './floor.ts';
import type { ItemMix } from './items.ts';
import type { Profile } from './profile.ts';
import type { Queue, Ticket } from './queue.ts';

const secondMs = 1000;
const minuteMs = 60_000;
/** Longer than this many times the mean, a customer is taken to the back office. */
const longestService = 4;
const serviceVariation = 0.65;
/** Within one business item times vary less. */
const itemVariation = 0.4;
const ratedShare = 0.35;
const slowShare = 0.04;

/**
 * The clerk is away; a planned absence has a reason. `leaves` says whether they go out of the hall, as for lunch;
 * another clerk comes back after a change of shift.
 */
export interface Break {
  reason: string | null;
  lengthMs: number;
  leaves: boolean;
  /** Epoch ms: not worth beginning after this. */
  latest: number;
}

export interface DeskParts {
  desk: HallFile['desks'][number];
  /** The queue machine that reports this desk. */
  machine: string;
  agenda: Agenda;
  floor: Floor;
  queue: Queue;
  business: BusinessSystem;
  items: ItemMix;
  profile: Profile;
  /** Services that customers of a service may be sent on to. */
  onward: (service: string) => readonly string[];
  random: Random;
}

type DeskState = 'closed' | 'idle' | 'busy' | 'paused';

/** One staffed desk: calls, waits for the customer, serves, and takes its breaks between two customers. */
export class Desk {
  state: DeskState = 'closed';
  #break: Break | null = null;
  #closing = false;
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** The place of a service in this desk's list; -1 if it doesn't serve it. */
  rank(service: string): number {
    return this.#parts.desk.serves.indexOf(service);
  }

  /** Whether new customers of a service are served here until closing. */
  takes(service: string): boolean {
    return this.state !== 'closed' && !this.#closing && this.rank(service) >= 0;
  }

  open(): void {
    this.#closing = false;
    this.#record('desk-open');
    this.callNext();
  }

  /** Takes a break as soon as nobody sits at the desk. */
  rest(pause: Break): void {
    if (this.state === 'closed' || this.#closing) return;
    this.#break = pause;
    if (this.state === 'idle') this.#proceed();
  }

  /** Closes as soon as nobody waits for what this desk serves. */
  close(): void {
    this.#closing = true;
    this.#break = null;
    if (this.state === 'idle') this.#proceed();
  }

  callNext(): void {
    const { queue, desk } = this.#parts;
    const ticket = queue.call(desk.serves, desk.id);
    this.state = ticket ? 'busy' : 'idle';
    if (ticket?.state === 'called') this.#await(ticket);
    else if (ticket) this.#callInVain(ticket);
    else if (this.#closing) this.#shut();
  }

  /** Between two customers: a break, or the next one. */
  #proceed(): void {
    const pause = this.#break;
    this.#break = null;
    if (pause && this.#parts.agenda.now <= pause.latest) this.#pause(pause);
    else this.callNext();
  }

  #await(ticket: Ticket): void {
    const { agenda, queue, desk, random, profile } = this.#parts;
    if (!profile.desks.gaps) {
      this.#serve(ticket);
      return;
    }
    const slow = random.chance(slowShare);
    if (slow) agenda.after(random.between(40, 55) * secondMs, () => queue.record('recall', ticket, { desk: desk.id }));
    agenda.after((slow ? random.between(60, 80) : random.between(8, 35)) * secondMs, () => this.#serve(ticket));
  }

  #serve(ticket: Ticket): void {
    const { agenda, queue, desk, random, items, profile } = this.#parts;
    const plain = profile.desks.serviceTimes === 'exponential';
    const { item, meanMs } = plain ? { meanMs: meanServiceMs(ticket.service) } : items.draw(ticket.service, random);
    ticket.item = item;
    queue.record('start', ticket, { desk: desk.id });
    const length = plain
      ? random.exponential(meanMs)
      : Math.min(random.lognormal(meanMs, item ? itemVariation : serviceVariation), longestService * meanMs);
    agenda.after(length, () => this.#conclude(ticket));
  }

  /** Nothing can be finished while the business system is down; afterwards one after the other is. */
  #conclude(ticket: Ticket): void {
    const { agenda, business, profile, random, onward } = this.#parts;
    if (business.isDown) {
      agenda.at(business.upAt + random.between(5, 90) * secondMs, () => this.#conclude(ticket));
      return;
    }
    const others = onward(ticket.service);
    const to = random.chance(profile.desks.transferShare) ? random.pick(others) : undefined;
    if (to === undefined) this.#finish(ticket);
    else this.#sendOn(ticket, to);
  }

  #sendOn(ticket: Ticket, to: string): void {
    const { agenda, queue, desk, random } = this.#parts;
    agenda.after(random.between(6, 25) * secondMs, () => this.#proceed());
    queue.transfer(ticket, to, desk.id);
  }

  #finish(ticket: Ticket): void {
    const { agenda, queue, floor, desk, random, profile } = this.#parts;
    queue.record('finish', ticket, { desk: desk.id });
    ticket.served();
    const score = random.pick([5, 4, 3, 2, 1], (stars) => [0.01, 0.01, 0.04, 0.19, 0.75][stars - 1] ?? 0) ?? 5;
    if (random.chance(ratedShare)) {
      const rating = { kind: 'rate' as const, machine: ticket.machine, ticket: ticket.number, score };
      agenda.after(random.between(2, 5) * secondMs, () => floor.record(rating));
    }
    if (profile.desks.gaps) agenda.after(random.between(6, 25) * secondMs, () => this.#proceed());
    else this.#proceed();
  }

  /** Nobody comes: the number is usually called again, then set aside. */
  #callInVain(ticket: Ticket): void {
    const { agenda, queue, desk, random } = this.#parts;
    const again = random.between(35, 50) * secondMs;
    if (random.chance(0.7)) agenda.after(again, () => queue.record('recall', ticket, { desk: desk.id }));
    agenda.after(again + random.between(25, 40) * secondMs, () => {
      queue.record('no-show', ticket, { desk: desk.id });
      this.#proceed();
    });
  }

  #pause(pause: Break): void {
    const { agenda, floor, random } = this.#parts;
    this.state = 'paused';
    const until = Math.ceil((agenda.now + pause.lengthMs) / minuteMs) * minuteMs;
    this.#record('desk-pause', pause.reason === null ? {} : { reason: pause.reason, until });
    if (pause.leaves) {
      agenda.after(minuteMs, () => floor.staff('leave'));
      agenda.at(until - 3 * minuteMs, () => floor.staff('enter'));
    }
    agenda.at(until + random.between(-2, 4) * minuteMs, () => this.#resume());
  }

  #resume(): void {
    this.#record('desk-open');
    this.callNext();
  }

  #shut(): void {
    this.state = 'closed';
    this.#record('desk-close');
  }

  #record(kind: 'desk-open' | 'desk-pause' | 'desk-close', more: { reason?: string; until?: number } = {}): void {
    const { floor, machine, desk } = this.#parts;
    floor.record({ kind, machine, desk: desk.id, ...more });
  }
}
