import type { DeskEvent, DeviceKind } from '../contracts/names.ts';
import type { DoorState } from './doors.ts';
import type { SeenBoots } from './sequence.ts';
import type { TicketRecord } from './tickets.ts';

/** One event of a desk itself; `at` is effective time, epoch ms. */
export interface DeskRecord {
  at: number;
  event: DeskEvent;
  device: string;
  boot: number;
  seq: number;
  reason: string | null;
  until: number | null;
}

/** A device's latest word about itself; ordered by (boot, conn), then by receipt. */
export interface StatusWord {
  boot: number;
  conn: number;
  receivedAt: number;
  online: boolean;
  everyS: number;
  lastSeq: number | null;
  resend: boolean;
}

/** What is known of a device's life. Times are epoch ms, null until there was one. */
export interface Presence {
  kind: DeviceKind;
  status: StatusWord | null;
  /** Latest receipt of a live message that proves life: any but a word of going offline. */
  lastLiveAt: number | null;
  /** Latest effective time of its door, queue or terminal messages. */
  lastAt: number | null;
}

export type ClockVerdict = 'right' | 'behind' | 'ahead';

/** The running judgement of one device: verdicts of the same kind in a row, and the mark they led to. */
export interface ClockJudgement {
  verdict: ClockVerdict;
  inARow: number;
  marked: ClockVerdict;
  last: { ts: number; receivedAt: number } | null;
}

/** Everything a hall remembers. Plain data: the same messages give the same state in any order, `clocks` excepted. */
export interface HallState {
  /** Counts what changed the state, so that screens never go back to an older picture. */
  rev: number;
  /** The latest local date any message belonged to: older days are forgotten from here. */
  latestDate: string;
  seen: Map<string, SeenBoots>;
  doors: Map<string, DoorState>;
  /** Ticket records in event order, by `queue system|number`. */
  tickets: Map<string, TicketRecord[]>;
  deskEvents: Map<string, DeskRecord[]>;
  presence: Map<string, Presence>;
  /** Learned, not derived: depends on the order of arrival. */
  clocks: Map<string, ClockJudgement>;
}

export function emptyHallState(): HallState {
  return {
    rev: 0,
    latestDate: '',
    seen: new Map(),
    doors: new Map(),
    tickets: new Map(),
    deskEvents: new Map(),
    presence: new Map(),
    clocks: new Map(),
  };
}
