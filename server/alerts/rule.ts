// What a rule is: it looks at what is known at a moment and says what holds, and what nobody can know now. No clock, no I/O.
import type { HallConfig } from '../config/hall-config.ts';
import type { RuleSettings } from '../contracts/alert-settings.ts';
import type { DeskLive, DeviceLive, HallLive, OccupancyLive } from '../contracts/hall-live.ts';
import type { CompletenessRow, Words } from '../contracts/http.ts';
import type { AlertRule, AlertSeverity, AlertSubject, Severity, TerminalState } from '../contracts/names.ts';
import type { Books } from '../hall/books.ts';

export interface Subject {
  kind: AlertSubject;
  id: string;
}

/** One thing that holds. `since`: when it began, in event time; null where the rule can't know: then since it was first seen. */
export interface Finding {
  subject: Subject;
  since: number | null;
  what: Words;
  todo: Words;
  /** The step that helps most, with its effect; asked for when it is raised, for it takes a whole picture. */
  advice?: () => Words | null;
  /** Where the rule's own settings don't fit. */
  severity?: AlertSeverity;
  raiseAfterS?: number;
}

/**
 * What holds, and of what nothing is known now: that is neither raised nor cleared. What isn't named doesn't hold. `nextAt`: when
 * that changes by itself, epoch ms.
 */
export interface Judgement {
  findings: readonly Finding[];
  unknown: readonly Subject[] | 'all';
  nextAt: number | null;
}

/** Since when somebody waits, the first of each class of customers that has one. */
export interface FirstWaiting {
  service: string;
  tier: string | null;
  since: number;
}

/** Transactions of a terminal within a window that ends now. */
export interface Outcomes {
  done: number;
  failed: number;
}

/** What was learned of a terminal's use. */
export interface TerminalUse {
  /** Since its latest transaction, or since we began to look; epoch ms. */
  quietSince: number;
  /** How many transactions its own hours of former days have for that time; null while they are too few. */
  expected(from: number, to: number, days: number): number | null;
  within(windowMs: number): Outcomes;
  /** Median time a customer is at it, ms; null while too few were. */
  usualBusyMs: number | null;
  /** How fast each stock goes, % an hour of opening; none for what did not go down. */
  goesPerHour: ReadonlyMap<string, number>;
}

/** What a terminal last said of itself, heard of or not; all null before it said anything. */
export interface TerminalNow {
  id: string;
  state: TerminalState | null;
  severity: Severity;
  parts: Readonly<Record<string, string>> | null;
  stock: Readonly<Record<string, number>> | null;
  busy: boolean | null;
  busySince: number | null;
  since: number | null;
}

/** What is known of a hall at `now`; each answer is worked out once. */
export interface HallContext {
  now: number;
  config: HallConfig;
  books: Books;
  device(id: string): { live: DeviceLive; nextChangeAt: number | null };
  desks(): readonly DeskLive[];
  terminals(): readonly TerminalNow[];
  occupancy(): OccupancyLive;
  /** What the estimates say can be done; null where they can't. */
  advice(): HallLive['advice'];
  waiting(): readonly FirstWaiting[];
  /** By service, when one who waits will have waited longer than the limit, and by `margin` of it, if nothing is done: moments up to `until`, epoch ms. */
  limitsAhead(until: number, margin: number): ReadonlyMap<string, number>;
  /** Mean length of a service here of late, of all for null, ms; the less is known of it, the longer. */
  serviceMs(service: string | null): number;
  /** Services in which somebody waits of whom nobody knows since when: a doubtful clock timed it. */
  unsureWaits(): ReadonlySet<string>;
  waitingFor(service: string): number;
  use(terminal: string): TerminalUse;
  /** Messages of a device are missing that it may be sending right now: what it told last may be long over. */
  isAwaited(device: string): boolean;
  completeness(): readonly CompletenessRow[];
  /** When the hall's business system was last down, the end of that, epoch ms: now while it is down, 0 for never of late. What failed before that was its doing. */
  systemUpSince: number;
  /** Since when messages reach us without a break, epoch ms. */
  hearingSince: number;
  /** When our own clock last made a leap, epoch ms; 0 for never. What lasts since before that lasts nobody knows how long. */
  steadySince: number;
}

/** How the server itself is. */
export interface SystemState {
  historyDelayed: string | null;
  /** Why nothing can be taken in; null while it can. */
  notStoring: string | null;
  /** What the journal lost. */
  holes: readonly { consumer: string; from: number; to: number }[];
}

interface Common<R extends AlertRule> {
  id: R;
  /** What of the context it looks at. */
  reads: readonly (keyof HallContext | keyof SystemState)[];
}

export interface HallRule<R extends AlertRule = AlertRule> extends Common<R> {
  about: 'device' | 'hall';
  judge(context: HallContext, settings: RuleSettings<R>): Judgement;
}

export interface SystemRule<R extends AlertRule = AlertRule> extends Common<R> {
  about: 'system';
  judge(context: { now: number; system: SystemState }, settings: RuleSettings<R>): Judgement;
}

/** Typed by its own settings where it is written, and as any rule in the list. */
export function hallRule<R extends AlertRule>(rule: HallRule<R>): HallRule {
  return rule as unknown as HallRule;
}

export function systemRule<R extends AlertRule>(rule: SystemRule<R>): SystemRule {
  return rule as unknown as SystemRule;
}

export const nothing: Judgement = { findings: [], unknown: [], nextAt: null };

/** Begun before our clock leapt, ahead or back: how long it lasts nobody knows. */
export function isTimeless(since: number, { now, steadySince }: Pick<HallContext, 'now' | 'steadySince'>): boolean {
  return steadySince > 0 && (since < steadySince || since > now);
}

/** The earliest of some moments; null for none. */
export function soonest(moments: Iterable<number | null>): number | null {
  let first: number | null = null;
  for (const at of moments) if (at !== null) first = Math.min(first ?? at, at);
  return first;
}
