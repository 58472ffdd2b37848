import type { TerminalState } from '../../server/contracts/names.ts';
import type { FaultKind, StockFault } from './fault-kinds.ts';

/** A person passes a door. `door` is null in a hall that has none; `staff` are not customers. */
export interface Crossing {
  kind: 'enter' | 'leave';
  door: string | null;
  staff: boolean;
}

/** Something that happens to a ticket; `machine` is the queue machine that printed it. */
export interface TicketStep {
  kind: 'issue' | 'call' | 'recall' | 'start' | 'finish' | 'no-show' | 'cancel' | 'transfer';
  machine: string;
  ticket: string;
  service: string;
  tier?: string;
  priority?: true;
  appointment?: true;
  desk?: string;
  item?: string;
  toService?: string;
}

export interface DeskStep {
  kind: 'desk-open' | 'desk-pause' | 'desk-close';
  machine: string;
  desk: string;
  reason?: string;
  /** Epoch ms of the planned return. */
  until?: number;
}

export interface Rating {
  kind: 'rate';
  machine: string;
  ticket: string;
  score: number;
}

/** A customer gives up without a word: no device sees it, the number stays on the board until it is called. */
export interface WalkOut {
  kind: 'walk-out';
  ticket: string;
  service: string;
}

/** A party of customers comes: with a task for a terminal, for a service, or to look round. Not all are let in. */
export interface Arrival {
  kind: 'arrive';
  wish: string | null;
  people: number;
}

/** How a terminal is after something about it changed. `stock` in percent; `done` and `failed` since the day began. */
export interface TerminalStep {
  kind: 'terminal';
  device: string;
  state: TerminalState;
  parts: Record<string, string>;
  stock: Record<string, number>;
  busy: boolean;
  done: number;
  failed: number;
}

/** A device begins to fail, or fails no more; what was left from the day before begins with the day. */
export interface FaultStep {
  kind: 'fault' | 'repair';
  device: string;
  fault: FaultKind | StockFault;
}

/** Staff fill up paper, toner or cards, or empty a cash unit. */
export interface Refill {
  kind: 'refill';
  device: string;
  supply: string;
}

/** The business system goes down, and comes back. */
export interface Outage {
  kind: 'outage' | 'outage-over';
}

export type Happening =
  | Crossing
  | TicketStep
  | DeskStep
  | Rating
  | WalkOut
  | Arrival
  | TerminalStep
  | FaultStep
  | Refill
  | Outage;

/** What is true right after a happening. */
export interface Headcount {
  /** People inside, staff included. */
  inside: number;
  staffInside: number;
  /** People with a ticket who wait to be called. */
  waiting: number;
  /** Tickets not yet called or cancelled: `waiting`, and the tickets of those who walked out. */
  openTickets: number;
}

/** The truth of a simulated day: what really happened at `at` (epoch ms), whatever the sensors make of it. */
export type HallEvent = { at: number } & Happening & Headcount;
