import type { Random } from '../random.ts';
import type { Agenda } from './agenda.ts';
import type { Demand } from './demand.ts';
import type { Floor } from './floor.ts';
import type { HallDay } from './hall-day.ts';
import { isWithin } from './hall-day.ts';
import type { Queue, Ticket } from './queue.ts';

const secondMs = 1000;
const minuteMs = 60_000;
/** Nobody new comes so shortly before the hall is empty by definition. */
const quietMs = 45 * minuteMs;
const companyShare = 0.22;
const tierShare = 0.08;
const patienceMin = 32;
/** Customers who find that they left their papers at home. */
const forgotShare = 0.02;
/** Nobody stays where so many wait for one service that it would be closing time before their turn. */
const deterringLine = 40;

interface CustomerParts {
  day: HallDay;
  demand: Demand;
  agenda: Agenda;
  floor: Floor;
  queue: Queue;
  random: Random;
}

/** The customers of a day: when they come, what they want, and when they have had enough. */
export class Customers {
  readonly #parts: CustomerParts;
  readonly #wishes: [service: string | null, rate: number][];
  /** Customers per ms, at the most: what the thinning starts from. */
  readonly #peakRate: number;

  constructor(parts: CustomerParts) {
    const { demand, day } = parts;
    this.#parts = parts;
    this.#wishes = [[null, demand.visitors], ...demand.tickets];
    this.#peakRate = demand.peakShare * this.#wishes.reduce((sum, [, rate]) => sum + rate, 0);
    if (this.#peakRate > 0) this.#expectNext(day.from);
  }

  /** Arrivals are a Poisson process whose rate follows the day, drawn by Lewis and Shedler's thinning. */
  #expectNext(from: number): void {
    const { agenda, day, random } = this.#parts;
    const at = from + random.exponential(1 / this.#peakRate);
    if (at > day.to - quietMs) return;
    agenda.at(at, () => {
      this.#arrive();
      this.#expectNext(at);
    });
  }

  #arrive(): void {
    const { agenda, day, demand, random } = this.#parts;
    const [wish] = random.pick(this.#wishes, ([, rate]) => rate) ?? [null];
    const open = isWithin(day.open, agenda.now);
    const share = open ? demand.share(agenda.now) : wish === null ? demand.shareShut(agenda.now) : 0;
    if (!random.chance(share / demand.peakShare)) return;
    const people = random.chance(companyShare) ? 2 : 1;
    if (!this.#parts.floor.admit(people)) return;
    if (wish === null) this.#stay(random.lognormal(7, 0.6) * minuteMs, people);
    else agenda.after(random.between(15, 60) * secondMs, () => this.#takeTicket(wish, people));
  }

  #takeTicket(service: string, people: number): void {
    const { agenda, day, queue, random } = this.#parts;
    if (!isWithin(day.open, agenda.now) || queue.length(service) >= deterringLine) {
      this.#stay(random.between(20, 60) * secondMs, people);
      return;
    }
    const ticket = queue.issue(service, this.#tierFor(service), () => this.#goHome(people));
    const forgot = random.chance(forgotShare);
    const patience = forgot ? random.between(1, 6) : random.lognormal(patienceMin, 0.5);
    agenda.after(patience * minuteMs, () => this.#giveUp(ticket, people, forgot));
  }

  /** VIP tickets are for customers with a tier; a few of the others have one too. */
  #tierFor(service: string): string | undefined {
    const { random, day } = this.#parts;
    const has = service === 'vip' || random.chance(tierShare);
    return has ? random.pick(day.hall.tiers, (_tier, rank) => 1 / (rank + 1)) : undefined;
  }

  /** The orderly give the number back at the machine; most just go. */
  #giveUp(ticket: Ticket, people: number, orderly: boolean): void {
    const { queue, random } = this.#parts;
    if (ticket.state !== 'waiting') return;
    if (orderly || random.chance(0.2)) queue.cancel(ticket);
    else queue.walkOut(ticket);
    this.#stay(random.between(15, 60) * secondMs, people);
  }

  /** Some have a look at the phones before they go. */
  #goHome(people: number): void {
    const { random } = this.#parts;
    const minutes = random.chance(0.12) ? random.between(3, 12) : random.between(0.4, 2);
    this.#stay(minutes * minuteMs, people);
  }

  #stay(lengthMs: number, people: number): void {
    this.#parts.agenda.after(lengthMs, () => this.#parts.floor.release(people));
  }
}
