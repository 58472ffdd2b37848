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
  /** Earliest and latest effective time of its door, queue or terminal messages. */
  firstAt: number | null;
  lastAt: number | null;
  /** Latest effective time of a live word of being online, and the seq that its boot had reached then. */
  lastWord: { at: number; boot: number; lastSeq: number | null } | null;
  /** Stretches it was silent or offline, as they ended: in order of receipt, the newest kept. */
  outages: Span[];
}

export type ClockVerdict = 'right' | 'behind' | 'ahead';

/** Messages in a row with times long before their receipt. `lagMs`: how long, of the first; `leapMs`: the most that one was nearer than the one before. */
export interface OldRun {
  lagMs: number;
  receivedAt: number;
  count: number;
  leapMs: number;
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

/** Everything a hall remembers. Plain data: the same messages give the same state in any order, `clocks` and `course` excepted. */
export interface HallState {
  /** Counts what changed the state, so that screens never go back to an older picture. */
  rev: number;
  /** The latest local date any message belonged to: older days are forgotten from here. */
  latestDate: string;
  /** The local date on which a config change moved `emptyAt`: its parts of the day were cut at two times. */
  recutOn: string;
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
    recutOn: '',
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
