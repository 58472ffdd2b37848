import type { DeskEvent, DeviceKind, TerminalState } from '../contracts/names.ts';
import type { DayCourse, DeviceIntake } from './intake.ts';
import type { Span } from './spans.ts';
import type { TicketRecord } from './tickets.ts';
import type { TotalsState } from './totals.ts';

/** One event of a desk itself; `at` is effective time, epoch ms. */
export interface DeskRecord {
  at: number;
  seq: number;
  said: { device: string; boot: number; event: DeskEvent; reason: string | null; until: number | null };
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

/** What one message of a terminal says, without its totals; what it doesn't name is null. */
export interface TerminalWord {
  boot: number;
  state: TerminalState;
  parts: Record<string, string> | null;
  stock: Record<string, number> | null;
  busy: boolean | null;
}

/** A terminal's messages in event order: the same index in each list is one message; `at` is effective time, epoch ms. */
export interface TerminalLog {
  at: number[];
  seq: number[];
  said: TerminalWord[];
}

/** What is known of a device's life. Times are epoch ms, null until there was one. */
export interface Presence {
  kind: DeviceKind;
  status: StatusWord | null;
  /** Latest receipt of a live message that proves life: any but a word of going offline. */
  lastLiveAt: number | null;
  /** Since when it was heard, and the latest effective time of its door, queue or terminal messages. */
  firstAt: number | null;
  lastAt: number | null;
  /** Latest effective time of a live word of being online, and the seq that its boot had reached then. */
  lastWord: { at: number; boot: number; lastSeq: number | null } | null;
  /** Stretches it was silent or offline, as they ended: in order of receipt, the newest kept. */
  outages: Span[];
}

export type ClockVerdict = 'right' | 'behind' | 'ahead';

/** The running judgement of one device: verdicts of the same kind in a row, and the mark they led to. */
export interface ClockJudgement {
  verdict: ClockVerdict;
  inARow: number;
  marked: ClockVerdict;
  /** Where the row began: its pace tells a slow clock from late messages. */
  since: { ts: number; receivedAt: number };
}

/** The layout of `HallState`: to be raised with each change of it, so that no state of another layout is ever read. */
export const stateVersion = 5;

/** Everything a hall remembers. Plain data: the same messages give the same state in any order, `clocks` and `course` excepted. */
export interface HallState {
  /** Counts what changed the state, so that screens never go back to an older picture. */
  rev: number;
  /** The latest local date any message belonged to: older days are forgotten from here. */
  latestDate: string;
  /** A config came that cuts days or counts otherwise (recut.ts): until the journal was read again, numbers of days aren't known. */
  isOutdated: boolean;
  /** What each device sent by its own numbering, and what of it reached us. */
  intake: Map<string, DeviceIntake>;
  /** Devices whose latest status says that they are of the other sort than the data folder (I5). */
  strangers: Set<string>;
  doors: Map<string, TotalsState>;
  /** Ticket records in event order, by `queue system|number`. */
  tickets: Map<string, readonly TicketRecord[]>;
  deskEvents: Map<string, DeskRecord[]>;
  /** Messages of each terminal in event order, and its transactions done and failed as running totals. */
  terminals: Map<string, TerminalLog>;
  transactions: Map<string, TotalsState>;
  presence: Map<string, Presence>;
  /** Learned, not derived: depends on the order of arrival. */
  clocks: Map<string, ClockJudgement>;
  /** By device and day, what came late into a gap and what came again: depends on the order of arrival, as `clocks` does. */
  course: Map<string, DayCourse[]>;
}

export function emptyHallState(): HallState {
  return {
    rev: 0,
    latestDate: '',
    isOutdated: false,
    intake: new Map(),
    strangers: new Set(),
    doors: new Map(),
    tickets: new Map(),
    deskEvents: new Map(),
    terminals: new Map(),
    transactions: new Map(),
    presence: new Map(),
    clocks: new Map(),
    course: new Map(),
  };
}
