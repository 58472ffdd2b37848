import type { HallFile } from '../../server/contracts/registry.ts';
import type { Random } from '../random.ts';
import type { Floor } from './floor.ts';
import type { Happening } from './hall-event.ts';

const digits = 3;

/** What a customer asks of the queue machine. */
export interface Claim {
  service: string;
  tier?: string;
  /** Goes ahead of those who have neither. */
  priority?: true;
  /** Called at once: by the next desk that is free, ahead of everyone. */
  appointment?: true;
}

/** One number on the board, and whether its customer is still there. */
export interface Ticket extends Claim {
  number: string;
  machine: string;
  state: 'waiting' | 'abandoned' | 'called' | 'cancelled';
  /** The business item that the clerk enters, once one does. */
  item?: string;
  /** Runs when the customer is at the desk and served. */
  served: () => void;
}

type Step = Extract<Happening, { ticket: string; machine: string; service: string }>['kind'];

/** The lines of a hall's services, and the machines that print their numbers and show whose turn it is. */
export class Queue {
  /** Set by the desks: told of every new ticket. */
  onIssue: (service: string) => void = () => {};
  readonly #file: HallFile;
  readonly #floor: Floor;
  readonly #random: Random;
  readonly #lines = new Map<string, Ticket[]>();
  readonly #issued = new Map<string, number>();
  readonly #down = new Set<string>();

  constructor(file: HallFile, floor: Floor, random: Random) {
    this.#file = file;
    this.#floor = floor;
    this.#random = random;
  }

  /** A machine without power, or one that hangs, prints nothing; without the first one no desk calls anybody. */
  setDown(machine: string, isDown: boolean): void {
    if (isDown) this.#down.add(machine);
    else this.#down.delete(machine);
    if (isDown) return;
    for (const [service, line] of this.#lines) for (const _ticket of [...line]) this.onIssue(service);
  }

  /** Undefined when no machine prints. */
  issue(claim: Claim, served: () => void): Ticket | undefined {
    const { service } = claim;
    const machine = this.#random.pick(this.#file.queueMachines.filter(({ id }) => !this.#down.has(id)))?.id;
    if (machine === undefined) return undefined;
    const running = (this.#issued.get(service) ?? 0) + 1;
    this.#issued.set(service, running);
    const letter = this.#file.services.find(({ id }) => id === service)?.letter ?? '';
    const number = `${letter}${String(running).padStart(digits, '0')}`;
    const ticket: Ticket = { ...claim, number, machine, state: 'waiting', served };
    this.#count(1);
    this.record('issue', ticket);
    this.#enter(ticket);
    return ticket;
  }

  /** The customer is sent on to another service, and waits again. */
  transfer(ticket: Ticket, toService: string, desk: string): void {
    this.#count(1);
    this.record('transfer', ticket, { desk, toService });
    Object.assign(ticket, { service: toService, state: 'waiting', item: undefined });
    this.#enter(ticket);
  }

  /** Tickets not yet called, the abandoned ones too: nobody knows that their customers have gone. */
  length(service: string): number {
    return this.#lineOf(service).length;
  }

  /** The next ticket called to a desk: an appointment, or of the first of `services` that has someone in line. */
  call(services: readonly string[], desk: string): Ticket | undefined {
    if (this.#down.has(this.#file.queueMachines[0]?.id ?? '')) return undefined;
    const lines = services.map((service) => this.#lineOf(service)).filter(({ length }) => length > 0);
    const ticket = (lines.find(([first]) => first?.appointment) ?? lines[0])?.shift();
    if (!ticket) return undefined;
    this.#close(ticket, ticket.state === 'waiting' ? 'called' : 'abandoned');
    this.record('call', ticket, { desk });
    return ticket;
  }

  /** The customer goes without a word; the number stays in line. */
  walkOut(ticket: Ticket): void {
    ticket.state = 'abandoned';
    this.#floor.count.waiting -= 1;
    this.#floor.record({ kind: 'walk-out', ticket: ticket.number, service: ticket.service });
  }

  /** The customer gives the number back at the machine, or just goes if that is down. */
  cancel(ticket: Ticket): void {
    if (this.#down.has(ticket.machine)) {
      this.walkOut(ticket);
      return;
    }
    const line = this.#lineOf(ticket.service);
    line.splice(line.indexOf(ticket), 1);
    this.#close(ticket, 'cancelled');
    this.record('cancel', ticket);
  }

  record(kind: Step, ticket: Ticket, more: { desk?: string; toService?: string } = {}): void {
    const { number, service, machine, tier, priority, appointment, item } = ticket;
    this.#floor.record({ kind, machine, ticket: number, service, tier, priority, appointment, item, ...more });
  }

  #count(people: number): void {
    this.#floor.count.waiting += people;
    this.#floor.count.openTickets += people;
  }

  /** Into line, ahead of those with less of a claim. */
  #enter(ticket: Ticket): void {
    const line = this.#lineOf(ticket.service);
    const behind = line.findIndex((other) => claimRank(other) < claimRank(ticket));
    line.splice(behind === -1 ? line.length : behind, 0, ticket);
    this.onIssue(ticket.service);
  }

  #close(ticket: Ticket, state: Ticket['state']): void {
    if (ticket.state === 'waiting') this.#floor.count.waiting -= 1;
    this.#floor.count.openTickets -= 1;
    ticket.state = state;
  }

  #lineOf(service: string): Ticket[] {
    const known = this.#lines.get(service);
    if (known) return known;
    const line: Ticket[] = [];
    this.#lines.set(service, line);
    return line;
  }
}

function claimRank({ priority, appointment }: Claim): number {
  return appointment ? 2 : priority ? 1 : 0;
}
