import type { DeskEvent, DeviceKind, RefusalReason, TerminalState } from '../contracts/names.ts';
import type { DeviceIdentity } from './identity.ts';
import type { DayCourse, DeviceIntake } from './intake.ts';
import type { Span } from './spans.ts';
import type { Counts } from './tally.ts';
import type { TicketRecord } from './tickets.ts';
import type { TotalsState } from './totals.ts';

/** One event of a desk itself; `at` is effective time, epoch ms. */
export interface DeskRecord {
  at: number;
  seq: number;
  said: { device: string; boot: number; event: DeskEvent; reason: string | null; until: number | null };
}

/** A device's latest word about itself; ordered by when its boot began, by `conn`, then by receipt. */
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

/**
 * Signs of life no further apart than the silence that is allowed; `left`: ended by a goodbye, and not by silence.
 * Epoch ms.
 */
export interface HeardRun {
  from: number;
  to: number;
  left: boolean;
}

/** What is known of a device's life. Times are epoch ms, null until there was one. */
export interface Presence {
  kind: DeviceKind;
  status: StatusWord | null;
  /**
   * Lowest and highest `conn` of its words: conn is counted once these differ. `isRepeated`: a new connection had the
   * name of the one before.
   */
  conns: { lowest: number; highest: number; isRepeated: boolean } | null;
  /** Latest sign of life: receipt of a live message, or the own time of one that waited for us or in the device. */
  lastLiveAt: number | null;
  /** First receipt of a live message. */
  metAt: number | null;
  /** Since when it was heard, and the latest effective time of its door, queue or terminal messages; retained ones left out. */
  firstAt: number | null;
  lastAt: number | null;
  /** Latest effective time of a live word of being online, and the seq that its boot had reached then. */
  lastWord: { at: number; boot: number; lastSeq: number | null } | null;
  /** When it was heard since `metAt`, in order, the newest 500 runs: follows the order of receipt. */
  heard: HeardRun[];
  /**
   * Its highest numbered message by (boot, seq); `late`: its own time is that much before its receipt that it must
   * have waited somewhere.
   */
  lastNumbered: { boot: number; seq: number; at: number; late: boolean } | null;
}

/** A time in which this server could not hear devices, epoch ms; `notedAt`: when that went into the journal. */
export interface Downtime extends Span {
  notedAt: number;
}

/**
 * Messages of a device in a row that could not be read, since the last one that could; `unnamed`: of those, without
 * boot and seq.
 */
export interface Unread {
  count: number;
  unnamed: number;
  since: number;
  fault: RefusalReason;
}

export type ClockVerdict = 'right' | 'behind' | 'ahead';

/** Messages in a row with times long before their receipt. `lagMs`: how long, of the first. */
export interface OldRun {
  lagMs: number;
  receivedAt: number;
  /** When times last ran by faster than they arrive: what was kept is being sent. Null for not at all. */
  fastAt: number | null;
  /** One of them proves that the clock is wrong. */
  isProven: boolean;
  /** The dates of the judgement as they were before. */
  unsureOn: string;
  misplacedOn: string;
}

/** The running judgement of one device's clock (T2). `own` is the device's time in epoch ms, no offset added. */
export interface ClockJudgement {
  /** The latest run of messages of one verdict, and how long it is. */
  verdict: ClockVerdict;
  inARow: number;
  /** Where the run began; `mayBeLate`: its messages may have been made while the device was not heard. */
  since: { own: number; receivedAt: number; mayBeLate: boolean };
  /** What long runs led to; `impossible` is marked at once. */
  marked: ClockVerdict | 'impossible';
  /** Messages in a row that are behind by the same number of quarter hours. */
  steady: { quarters: number; count: number };
  /** The offset that the device should have from here on; null while that is the one it has. */
  dueOffsetMs: number | null;
  /** The offset that is in force. */
  offsetMs: number;
  /** Its latest message sends `ts` in seconds. */
  isSeconds: boolean;
  /** The device's latest message by its own order. */
  latest: { boot: number; seq: number; own: number; receivedAt: number } | null;
  /** Its latest live word of how far it was; `saidAt`: its receipt, or its own time where it was late. */
  word: { boot: number; lastSeq: number; saidAt: number } | null;
  /** The old messages that came last; null while the latest is not old. */
  old: OldRun | null;
  /** Doubtful messages since the clock was last settled, 20 at most, and right ones since the last of those. */
  doubts: number;
  rights: number;
  /** Effective times of messages that a doubtful clock timed, the newest kept; `isWrong`: it was found to have been wrong. */
  unsure: (Span & { isWrong: boolean })[];
  /** The local date on which the latest of them was received, and the latest that counts to another part of a day or in another order. */
  unsureOn: string;
  misplacedOn: string;
  /** The latest effective time that it had told when it was set back: of what began before, its end may count as earlier. */
  setBackAt: number | null;
}

/** The layout of `HallState`: to be raised with each change of it, so that no state of another layout is ever read. */
export const stateVersion = 5;

/** What visits told whose records were dropped: counts of a local day, and the most that waited at once until then. */
export type FoldedCounts = Counts & { maxWaiting: number };

/**
 * Everything a hall remembers. Plain data: the same messages give the same state in any order, `identities`, `clocks`,
 * `unread` and `course` excepted.
 */
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
  /** What visits told that are no longer in `tickets`, by local date and row (a service, or `wholeHall`). */
  folded: Map<string, Map<string, FoldedCounts>>;
  /** Of visits that were over until then (epoch ms) some are in `folded` alone; 0 for none. */
  foldedUntil: number;
  /** The latest local date whose tickets were cut at a bound; empty for none. */
  truncatedOn: string;
  deskEvents: Map<string, DeskRecord[]>;
  /** Messages of each terminal in event order, and its transactions done and failed as running totals. */
  terminals: Map<string, TerminalLog>;
  transactions: Map<string, TotalsState>;
  presence: Map<string, Presence>;
  /** When nothing could be heard, in order, the newest 100. */
  downtimes: Downtime[];
  /** By device: depends on the order of arrival, as `clocks` does. */
  unread: Map<string, Unread>;
  /** What tells copies of messages from restarts: depends on the order of arrival, as `clocks` does. */
  identities: Map<string, DeviceIdentity>;
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
    folded: new Map(),
    foldedUntil: 0,
    truncatedOn: '',
    deskEvents: new Map(),
    terminals: new Map(),
    transactions: new Map(),
    presence: new Map(),
    downtimes: [],
    unread: new Map(),
    identities: new Map(),
    clocks: new Map(),
    course: new Map(),
  };
}
