// The life of an alert: what each decision or action makes of it, and the transition that tells of that. Pure.
import type { Actor, Alert, AlertAction, AlertActionName, Transition } from '../contracts/alerts.ts';
import type { Words } from '../contracts/http.ts';
import type { TransitionKind } from '../contracts/names.ts';
import { HallwatchError } from '../errors.ts';
import type { Decision } from './engine.ts';
import type { Finding, Subject } from './rule.ts';

/** An alert as it becomes, and what is told of it: null for a change of words alone. */
export interface Step {
  alert: Alert;
  transition: Omit<Transition, 'id' | 'alert'> | null;
}

/** Where the subject of a finding is, in both languages. */
export type Where = (subject: Subject) => Words;

type Raise = Extract<Decision, { what: 'raise' }>;

/** A new alert; `id` is the register's to give. */
export function born(
  { rule, finding, since, severity, silenced }: Raise,
  hall: string | null,
  now: number,
  where: Where,
): Step {
  const alert: Alert = {
    id: '',
    rule,
    hall,
    subject: finding.subject,
    severity,
    state: 'open',
    since,
    raisedAt: now,
    acknowledged: null,
    assignedTo: null,
    resolvedAt: null,
    resolvedBy: null,
    cause: null,
    parent: null,
    advice: finding.advice?.() ?? null,
    flapping: false,
    reopened: 0,
    silenced,
    text: textOf(finding, where),
  };
  return stepOf(alert, 'raised', now);
}

/** What a decision of the engine makes of an alert that is there. */
export function advanced(decision: Exclude<Decision, Raise>, now: number, where: Where): Step {
  const { alert } = decision;
  switch (decision.what) {
    case 'resolve':
      return stepOf({ ...alert, state: 'resolved', resolvedAt: now, resolvedBy: null, parent: null }, 'resolved', now);
    case 'reopen':
      return reopened(decision, now, where);
    case 'change': {
      const { severity, finding } = decision;
      const changed = { ...alert, severity, text: textOf(finding, where) };
      if (severity !== alert.severity) return stepOf(changed, 'changed', now);
      return { alert: changed, transition: null };
    }
    case 'parent':
      return stepOf({ ...alert, parent: decision.parent }, decision.parent === null ? 'released' : 'absorbed', now);
    default:
      return stepOf(
        { ...alert, silenced: decision.silenced },
        decision.silenced === null ? 'unsilenced' : 'silenced',
        now,
      );
  }
}

/** The same alert comes back: as open as new, for who dealt with it dealt with what was over. */
function reopened(
  { alert, finding, severity, flapping, silenced }: Extract<Decision, { what: 'reopen' }>,
  now: number,
  where: Where,
): Step {
  const again: Alert = {
    ...alert,
    state: 'open',
    severity,
    acknowledged: null,
    resolvedAt: null,
    resolvedBy: null,
    cause: null,
    flapping,
    silenced,
    advice: finding.advice?.() ?? null,
    reopened: alert.reopened + 1,
    text: textOf(finding, where),
  };
  return stepOf(again, flapping && !alert.flapping ? 'flapping' : 'reopened', now);
}

/** What a person did. Throws `alert-resolved`, and `bad-request` for an action without what it needs. */
export function acted(alert: Alert, action: AlertActionName, said: AlertAction, actor: Actor, now: number): Step {
  if (alert.state === 'resolved' && action !== 'note') {
    throw new HallwatchError('alert-resolved', {
      what: `alert ${alert.id} is resolved already`,
      fix: 'write a note to it, or act on the one that is open now: GET /api/alerts lists them',
    });
  }
  const by = { actor, note: said.note ?? null };
  switch (action) {
    case 'acknowledge': {
      // The first to say so stays: a second press of the button is a note at most.
      if (alert.acknowledged)
        return said.note === undefined ? { alert, transition: null } : stepOf(alert, 'noted', now, by);
      return stepOf({ ...alert, state: 'acknowledged', acknowledged: { at: now, actor } }, 'acknowledged', now, by);
    }
    case 'assign':
      if (said.to === undefined) throw lacking('to', 'whom it is for');
      return stepOf({ ...alert, assignedTo: said.to }, 'assigned', now, by);
    case 'note':
      if (said.note === undefined) throw lacking('note', 'what is to be kept');
      return stepOf(alert, 'noted', now, by);
    default: {
      const cause = said.cause ?? null;
      return stepOf(
        { ...alert, state: 'resolved', resolvedAt: now, resolvedBy: actor, cause, parent: null },
        'resolved',
        now,
        by,
      );
    }
  }
}

function stepOf(
  alert: Alert,
  what: TransitionKind,
  at: number,
  { actor, note }: { actor: Actor | null; note: string | null } = { actor: null, note: null },
): Step {
  return { alert, transition: { what, at, actor, note, state: alert.state, severity: alert.severity } };
}

function textOf(finding: Finding, where: Where): Alert['text'] {
  const place = where(finding.subject);
  const told = (language: 'zh-CN' | 'en') => ({
    what: finding.what[language],
    where: place[language],
    todo: finding.todo[language],
  });
  return { 'zh-CN': told('zh-CN'), en: told('en') };
}

function lacking(name: string, about: string): HallwatchError {
  return new HallwatchError('bad-request', { what: `body has no ${name}`, fix: `send {"${name}": ...}: ${about}` });
}
