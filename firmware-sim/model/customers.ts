import type { Random } from '../random.ts';
import type { Agenda } from './agenda.ts';
import type { Demand, Wish } from './demand.ts';
import type { Floor } from './floor.ts';
import type { HallDay } from './hall-day.ts';
import { isWithin } from './hall-day.ts';
import type { Profile } from './profile.ts';
import type { Claim, Queue, Ticket } from './queue.ts';
import type { SelfService } from './self-service.ts';
import type { Means, Terminal } from './terminal.ts';

const secondMs = 1000;
const minuteMs = 60_000;
/** Nobody new comes so shortly before the hall is empty by definition. */
const quietMs = 45 * minuteMs;
const companyShare = 0.22;
const tierShare = 0.08;
/** The old, the ill, the pregnant and the disabled go first. */
const priorityShare = 0.025;
/** Customers with a tier who come by appointment. */
const appointmentShare = 0.15;
const meansWeights: Record<Means, number> = { code: 0.6, cash: 0.25, card: 0.15 };
/** Customers who find that they left their papers at home. */
const forgotShare = 0.02;
/** Nobody stays where so many wait for one service that it would be closing time before their turn. */
const deterringLine = 40;

interface CustomerParts {
  day: HallDay;
  demand: Demand;
  profile: Profile;
  selfService: SelfService;
  agenda: Agenda;
  floor: Floor;
  queue: Queue;
  random: Random;
}

/** The customers of a day: when they come, what they want, and when they have had enough. */
export class Customers {
  readonly #parts: CustomerParts;
  /** Customers per ms, at the most: what the thinning starts from. */
  readonly #peakRate: number;

  constructor(parts: CustomerParts) {
    const { demand, day } = parts;
    this.#parts = parts;
    this.#peakRate = demand.peakShare * demand.wishes.reduce((sum, { rate }) => sum + rate, 0);
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
    const { agenda, demand, random, floor } = this.#parts;
    const wish = random.pick(demand.wishes, ({ rate }) => rate);
    if (!wish || !random.chance(this.#shareNow(wish) / demand.peakShare)) return;
    const people = random.chance(companyShare) ? 2 : 1;
    floor.record({ kind: 'arrive', wish: wish.task ?? wish.service, people });
    if (!floor.admit(people)) return;
    if (wish.task === null && wish.service === null) this.#stay(random.lognormal(7, 0.6) * minuteMs, people);
    else agenda.after(random.between(15, 60) * secondMs, () => this.#begin(wish, people));
  }

  /** While the hall is shut, only terminals where people are let in draw anybody. */
  #shareNow({ task }: Wish): number {
    const { agenda, day, demand, selfService } = this.#parts;
    if (isWithin(day.open, agenda.now)) return demand.share(agenda.now);
    return task !== null && selfService.offers(task) ? demand.shareShut(agenda.now) : 0;
  }

  #begin(wish: Wish, people: number): void {
    const { random, day, agenda } = this.#parts;
    const { task } = wish;
    const shown = task !== null && (!isWithin(day.open, agenda.now) || random.chance(wish.guided));
    if (shown) this.#useMachine({ ...wish, task }, people);
    else this.#takeTicket(wish.service, people);
  }

  /** Takes the machine with the shortest line; one that fails is left for another, and that for a ticket. */
  #useMachine(wish: Wish & { task: string }, people: number, failed?: Terminal): void {
    const { random, selfService } = this.#parts;
    const means = random.pick(['code', 'cash', 'card'] as const, (one) => meansWeights[one]) ?? 'code';
    const machine = selfService.choose(wish.task, means, failed);
    if (!machine) {
      this.#takeTicket(wish.service, people);
      return;
    }
    const done = (well: boolean) => {
      if (well) this.#goHome(people);
      else if (failed) this.#takeTicket(wish.service, people);
      else this.#useMachine(wish, people, machine);
    };
    machine.join({ means, done });
  }

  #takeTicket(service: string | null, people: number): void {
    const { agenda, day, queue, random, profile } = this.#parts;
    const canWait = service !== null && isWithin(day.open, agenda.now) && queue.length(service) < deterringLine;
    const claim = canWait ? this.#claimOn(service) : undefined;
    const ticket = claim && queue.issue(claim, () => this.#goHome(people));
    if (!ticket) {
      this.#stay(random.between(20, 60) * secondMs, people);
      return;
    }
    const { patienceMin } = profile.customers;
    if (patienceMin === 'endless') return;
    const forgot = random.chance(forgotShare);
    const patience = forgot ? random.between(1, 6) : random.lognormal(patienceMin, 0.5);
    agenda.after(patience * minuteMs, () => this.#giveUp(ticket, people, forgot));
  }

  #claimOn(service: string): Claim {
    const { random } = this.#parts;
    const tier = this.#tierFor(service);
    const appointment = tier !== undefined && random.chance(appointmentShare);
    const priority = !appointment && random.chance(priorityShare);
    return { service, tier, ...(appointment && { appointment }), ...(priority && { priority }) };
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
