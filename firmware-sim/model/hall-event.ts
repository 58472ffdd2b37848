/** A person passes a door. `door` is null in a hall that has none; `staff` are not customers. */
export interface Crossing {
  kind: 'enter' | 'leave';
  door: string | null;
  staff: boolean;
}

/** Something that happens to a ticket; `machine` is the queue machine that printed it. */
export interface TicketStep {
  kind: 'issue' | 'call' | 'recall' | 'start' | 'finish' | 'no-show' | 'cancel';
  machine: string;
  ticket: string;
  service: string;
  tier?: string;
  desk?: string;
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

export type Happening = Crossing | TicketStep | DeskStep | Rating | WalkOut;

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
