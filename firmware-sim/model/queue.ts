import type { HallFile } from '../../server/contracts/registry.ts';
import type { Random } from '../random.ts';
import type { Floor } from './floor.ts';

const digits = 3;

/** One number on the board, and whether its customer is still there. */
export interface Ticket {
  number: string;
  service: string;
  machine: string;
  tier?: string;
  state: 'waiting' | 'abandoned' | 'called' | 'cancelled';
  /** Runs when the customer is at the desk and served. */
  served: () => void;
}

/** The lines of a hall's services, first come first served, and the machines that print their numbers. */
export class Queue {
  /** Set by the desks: told of every new ticket. */
  onIssue: (service: string) => void = () => {};
  readonly #file: HallFile;
  readonly #floor: Floor;
  readonly #random: Random;
  readonly #lines = new Map<string, Ticket[]>();
  readonly #issued = new Map<string, number>();

  constructor(file: HallFile, floor: Floor, random: Random) {
    this.#file = file;
    this.#floor = floor;
    this.#random = random;
  }

  issue(service: string, tier: string | undefined, served: () => void): Ticket {
    const running = (this.#issued.get(service) ?? 0) + 1;
    this.#issued.set(service, running);
    const letter = this.#file.services.find(({ id }) => id === service)?.letter ?? '';
    const number = `${letter}${String(running).padStart(digits, '0')}`;
    const machine = this.#random.pick(this.#file.queueMachines)?.id ?? '';
    const ticket: Ticket = { number, service, machine, tier, state: 'waiting', served };
    this.#lineOf(service).push(ticket);
    this.#floor.count.waiting += 1;
    this.#floor.count.openTickets += 1;
    this.record('issue', ticket);
    this.onIssue(service);
    return ticket;
  }

  /** Tickets not yet called, the abandoned ones too: nobody knows that their customers have gone. */
  length(service: string): number {
    return this.#lineOf(service).length;
  }

  /** The next ticket of the first of `services` that has one, called to a desk. */
  call(services: readonly string[], desk: string): Ticket | undefined {
    const service = services.find((id) => this.length(id) > 0);
    const ticket = service === undefined ? undefined : this.#lineOf(service).shift();
    if (!ticket) return undefined;
    this.#close(ticket, ticket.state === 'waiting' ? 'called' : 'abandoned');
    this.record('call', ticket, desk);
    return ticket;
  }

  /** The customer goes without a word; the number stays in line. */
  walkOut(ticket: Ticket): void {
    ticket.state = 'abandoned';
    this.#floor.count.waiting -= 1;
    this.#floor.record({ kind: 'walk-out', ticket: ticket.number, service: ticket.service });
  }

  /** The customer gives the number back at the machine. */
  cancel(ticket: Ticket): void {
    const line = this.#lineOf(ticket.service);
    line.splice(line.indexOf(ticket), 1);
    this.#close(ticket, 'cancelled');
    this.record('cancel', ticket);
  }

  record(kind: 'issue' | 'call' | 'recall' | 'start' | 'finish' | 'no-show' | 'cancel', ticket: Ticket, desk?: string) {
    const { number, service, machine, tier } = ticket;
    this.#floor.record({ kind, machine, ticket: number, service, tier, desk });
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
