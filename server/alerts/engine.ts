// Conditions in, decisions out: holds before raising and before clearing, returns and flapping, parents. Pure: what it remembers between
// two looks is handed in, and may be lost: then holds begin anew, and nothing is raised twice.
import type { RuleSettings } from '../contracts/alert-settings.ts';
import type { Alert } from '../contracts/alerts.ts';
import type { Words } from '../contracts/http.ts';
import type { AlertRule } from '../contracts/names.ts';
import { alertSeverities } from '../contracts/names.ts';
import type { Cause } from './parents.ts';
import { causes, explains, width } from './parents.ts';
import type { Finding, Judgement, Subject } from './rule.ts';
import { slotOf } from './slot.ts';

/** What is remembered of one hall, or of the system, by slot. Epoch ms. */
export interface Memory {
  /** Since when a condition holds, and since when one is gone. */
  holds: Map<string, number>;
  clears: Map<string, number>;
  /** Conditions that were seen to be gone after somebody resolved their alert. */
  overs: Set<string>;
  /** Open alerts that stood for themselves again after another explained them: how often, and since when one explains them again. */
  releases: Map<string, { times: number; explainedSince: number | null }>;
}

export function emptyMemory(): Memory {
  return { holds: new Map(), clears: new Map(), overs: new Set(), releases: new Map() };
}

/** Our clock leapt by so much: what was begun goes on as if it had not. */
export function shift({ holds, clears, releases }: Memory, ms: number): void {
  for (const begun of [holds, clears]) for (const [slot, at] of begun) begun.set(slot, at + ms);
  for (const release of releases.values()) if (release.explainedSince !== null) release.explainedSince += ms;
}

export interface Judged {
  rule: AlertRule;
  settings: RuleSettings;
  judgement: Judgement;
}

export interface Look {
  now: number;
  judged: readonly Judged[];
  /** The latest alert of each slot here, those that were resolved lately included. */
  alerts: readonly Alert[];
  memory: Memory;
  kindOf(device: string): 'door' | 'queue' | 'terminal' | null;
  isHeard(device: string): boolean;
  /** Where a subject is, in words: names change with the config. */
  where(subject: Subject): Words;
  /** The silence that holds for an alert now, by id. */
  silence(one: { rule: AlertRule; subject: Subject }): string | null;
}

export type Decision =
  | {
      what: 'raise';
      rule: AlertRule;
      finding: Finding;
      since: number;
      severity: Alert['severity'];
      silenced: string | null;
    }
  | {
      what: 'reopen';
      alert: Alert;
      finding: Finding;
      severity: Alert['severity'];
      flapping: boolean;
      silenced: string | null;
    }
  | { what: 'resolve'; alert: Alert }
  | { what: 'change'; alert: Alert; finding: Finding; severity: Alert['severity'] }
  | { what: 'parent'; alert: Alert; parent: string | null }
  | { what: 'silence'; alert: Alert; silenced: string | null };

const returnsToFlap = 3;
/** What is later than now by more was written before our clock was set back. */
const setBackMs = 120_000;

/** What is to happen now, and when to look again at the latest (null: when something changes). */
export function decide(look: Look): { decisions: Decision[]; nextAt: number | null } {
  return new Engine(look).run();
}

class Engine {
  readonly #look: Look;
  readonly #bySlot: ReadonlyMap<string, Alert>;
  readonly #open: readonly Alert[];
  readonly #decisions: Decision[] = [];
  #nextAt: number | null = null;

  constructor(look: Look) {
    this.#look = look;
    this.#open = look.alerts.filter(isOpen);
    this.#bySlot = new Map(look.alerts.map((alert) => [slotOf(alert.rule, alert.subject), alert]));
  }

  run(): { decisions: Decision[]; nextAt: number | null } {
    const { releases } = this.#look.memory;
    for (const slot of releases.keys()) if (this.#bySlot.get(slot)?.resolvedAt !== null) releases.delete(slot);
    const found = this.#look.judged.map((one) => ({ ...one, slots: this.#note(one) }));
    for (const one of found) this.#clear(one, one.slots);
    const holding = found.flatMap((one) => this.#aboutToExplain(one));
    for (const one of found) for (const finding of one.judgement.findings) this.#take(one, finding, holding);
    for (const alert of this.#open) this.#explain(alert);
    return { decisions: this.#decisions, nextAt: this.#nextAt };
  }

  /** Notes since when each finding holds; what doesn't hold any more, or isn't known to, is forgotten. */
  #note({ rule, judgement }: Judged): ReadonlySet<string> {
    const { now, memory } = this.#look;
    const slots = new Set(judgement.findings.map(({ subject }) => slotOf(rule, subject)));
    for (const slot of slots) {
      memory.clears.delete(slot);
      if (!memory.holds.has(slot)) memory.holds.set(slot, now);
    }
    for (const slot of memory.holds.keys())
      if (slot.startsWith(`${rule}|`) && !slots.has(slot)) memory.holds.delete(slot);
    this.#lookAgain(judgement.nextAt);
    return slots;
  }

  #clear({ rule, settings, judgement }: Judged, slots: ReadonlySet<string>): void {
    const { now, memory } = this.#look;
    const { unknown } = judgement;
    for (const [slot, alert] of this.#bySlot) {
      if (alert.rule !== rule) continue;
      if (alert.resolvedBy === null) memory.overs.delete(slot);
      if (slots.has(slot)) continue;
      const isUnknown = unknown === 'all' || unknown.some((subject) => slotOf(rule, subject) === slot);
      if (!isOpen(alert)) {
        if (alert.resolvedBy !== null && !isUnknown) memory.overs.add(slot);
        continue;
      }
      if (isUnknown) {
        // Not knowing closes nothing: the calm begins anew.
        memory.clears.delete(slot);
        continue;
      }
      const from = memory.clears.get(slot) ?? now;
      memory.clears.set(slot, from);
      const dueAt = from + (alert.flapping ? settings.calmS : settings.clearAfterS) * 1_000;
      if (now < dueAt) this.#lookAgain(dueAt);
      else {
        memory.clears.delete(slot);
        this.#decisions.push({ what: 'resolve', alert });
      }
    }
  }

  /** What holds and may explain others, though it isn't raised yet; not what somebody resolved by hand: for them it is over. */
  #aboutToExplain({ rule, judgement }: Judged): Cause[] {
    if (!causes.includes(rule)) return [];
    return judgement.findings.flatMap((finding): Cause[] => {
      const slot = slotOf(rule, finding.subject);
      const { resolvedAt = null, resolvedBy = null } = this.#bySlot.get(slot) ?? {};
      const since = this.#sinceOf(slot, finding);
      const isResting =
        resolvedBy !== null && resolvedAt !== null && this.#goesOn(slot, finding, { since, resolvedAt });
      return isResting ? [] : [{ rule, subject: finding.subject }];
    });
  }

  /** A finding of an open alert may change it; one whose hold is over is raised, or brings its alert back. */
  #take({ rule, settings }: Judged, finding: Finding, holding: readonly Cause[]): void {
    const { now, memory } = this.#look;
    const slot = slotOf(rule, finding.subject);
    const alert = this.#bySlot.get(slot);
    if (alert && isOpen(alert)) {
      this.#change(alert, finding, settings);
      return;
    }
    const from = memory.holds.get(slot) ?? now;
    const dueAt = from + (finding.raiseAfterS ?? settings.raiseAfterS) * 1_000;
    this.#lookAgain(dueAt);
    if (now < dueAt) return;
    // What explains it may be about to be raised itself.
    const one = { rule, subject: finding.subject };
    if ([...holding, ...this.#causes()].some((cause) => explains(cause, one, this.#look))) return;
    this.#raise(alert, { rule, finding, settings, since: this.#sinceOf(slot, finding) });
  }

  /** When the episode began: as the rule says, or when it was first seen. */
  #sinceOf(slot: string, { since }: Finding): number {
    const { now, memory } = this.#look;
    return Math.floor(Math.min(since ?? memory.holds.get(slot) ?? now, now));
  }

  /** Worse is said at once, milder after the hold that clearing has: near a limit it would go to and fro. */
  #change(alert: Alert, finding: Finding, settings: RuleSettings): void {
    const { now, memory } = this.#look;
    const severity = finding.severity ?? settings.severity;
    const milder = `${slotOf(alert.rule, alert.subject)}|milder`;
    const isMilder = alertSeverities.indexOf(severity) < alertSeverities.indexOf(alert.severity);
    if (!isMilder) memory.clears.delete(milder);
    else {
      const from = memory.clears.get(milder) ?? now;
      memory.clears.set(milder, from);
      this.#lookAgain(from + settings.clearAfterS * 1_000);
      if (now < from + settings.clearAfterS * 1_000) return;
    }
    if (alert.severity === severity && this.#isSaid(alert, finding)) return;
    this.#decisions.push({ what: 'change', alert, finding, severity });
  }

  /** Its words are those of now, in both languages. */
  #isSaid({ text, subject }: Alert, finding: Finding): boolean {
    const where = this.#look.where(subject);
    return (['zh-CN', 'en'] as const).every((language) => {
      const said = text[language];
      return (
        said.what === finding.what[language] && said.todo === finding.todo[language] && said.where === where[language]
      );
    });
  }

  /** A new alert, unless it is one that was there: it returned soon, or was resolved by hand and went on. */
  #raise(
    alert: Alert | undefined,
    { rule, finding, settings, since }: Pick<Judged, 'rule' | 'settings'> & { finding: Finding; since: number },
  ): void {
    const { now } = this.#look;
    const severity = finding.severity ?? settings.severity;
    const silenced = this.#look.silence({ rule, subject: finding.subject });
    const resolvedAt = alert?.resolvedAt ?? null;
    if (!alert || resolvedAt === null) {
      this.#decisions.push({ what: 'raise', rule, finding, since, severity, silenced });
      return;
    }
    const isByHand = alert.resolvedBy !== null;
    if (isByHand && this.#goesOn(slotOf(rule, finding.subject), finding, { since, resolvedAt })) {
      const isSetBack = resolvedAt > now + setBackMs;
      const restsUntil = isSetBack ? now : resolvedAt + settings.handRestS * 1_000;
      this.#lookAgain(restsUntil);
      if (now >= restsUntil)
        this.#decisions.push({ what: 'reopen', alert, finding, severity, flapping: alert.flapping, silenced });
    } else if (isByHand || now > resolvedAt + settings.returnWithinS * 1_000) {
      this.#decisions.push({ what: 'raise', rule, finding, since, severity, silenced });
    } else {
      const flapping = alert.reopened + 1 >= returnsToFlap;
      this.#decisions.push({ what: 'reopen', alert, finding, severity, flapping, silenced });
    }
  }

  /**
   * What somebody resolved by hand still holds: it began before, or was never seen to be gone, though others may be the reason now. After
   * a restart nobody knows since when it holds where the rule can't tell: then it does.
   */
  #goesOn(slot: string, finding: Finding, { since, resolvedAt }: { since: number; resolvedAt: number }): boolean {
    const { holds, overs } = this.#look.memory;
    if (since <= resolvedAt) return true;
    if (overs.has(slot)) return false;
    return finding.since === null || (holds.get(slot) ?? since) <= resolvedAt;
  }

  /** Who explains an open alert, and who silences it. */
  #explain(alert: Alert): void {
    if (this.#decisions.some((decision) => decision.what === 'resolve' && decision.alert === alert)) return;
    const parent =
      this.#causes().find((cause) => cause.id !== alert.id && explains(cause, alert, this.#look))?.id ?? null;
    if (this.#isLasting(alert, parent) && parent !== alert.parent)
      this.#decisions.push({ what: 'parent', alert, parent });
    const silenced = this.#look.silence(alert);
    if (silenced !== alert.silenced) this.#decisions.push({ what: 'silence', alert, silenced });
  }

  /** What was explained before is released at once, and explained again only once that lasts: a device may come and go each second. */
  #isLasting(alert: Alert, parent: string | null): boolean {
    const { now, memory, judged } = this.#look;
    const slot = slotOf(alert.rule, alert.subject);
    const before = memory.releases.get(slot);
    if (parent === null) {
      const times = (before?.times ?? 0) + (alert.parent === null ? 0 : 1);
      if (times > 0) memory.releases.set(slot, { times, explainedSince: null });
      return true;
    }
    if (!before || alert.parent !== null) return true;
    const settings = judged.find(({ rule }) => rule === alert.rule)?.settings;
    const lastsS = (before.times < returnsToFlap ? settings?.clearAfterS : settings?.calmS) ?? 0;
    before.explainedSince ??= now;
    const dueAt = before.explainedSince + lastsS * 1_000;
    this.#lookAgain(dueAt);
    return now >= dueAt;
  }

  /** Open alerts that may explain others, the widest first. */
  #causes(): readonly Alert[] {
    const isResolved = new Set(this.#decisions.flatMap((one) => (one.what === 'resolve' ? [one.alert] : [])));
    return this.#open
      .filter((alert) => causes.includes(alert.rule) && !isResolved.has(alert))
      .sort((a, b) => width(a) - width(b));
  }

  #lookAgain(at: number | null): void {
    if (at !== null && at > this.#look.now) this.#nextAt = Math.min(this.#nextAt ?? at, at);
  }
}

export function isOpen({ state }: Alert): boolean {
  return state !== 'resolved';
}
