// Alerts beside what should have been one.
import type { Alert, Transition } from '../../../server/contracts/alerts.ts';
import type { AlertRule } from '../../../server/contracts/names.ts';
import type { Expected } from './truth.ts';
import { judged } from './truth.ts';

/** One time that an alert was open. */
export interface Episode {
  rule: AlertRule;
  hall: string;
  subject: string;
  raisedAt: number;
  resolvedAt: number;
}

export interface RuleVerdict {
  rule: AlertRule;
  raised: number;
  /** Conditions that held long enough to be told. */
  expected: number;
  /** From the beginning of those to the alert, ms; without those that another alert explained. */
  delaysMs: number[];
  absorbed: number;
  missed: Expected[];
  /** Alerts that nothing of the truth explains; null for rules whose truth isn't known. */
  wrong: Episode[] | null;
}

/** How far apart the truth and what sensors say of it may be, ms. */
const slackMs = 90_000;
/** What lasts only so much longer than its hold may or may not be told. */
const barelyMs = 5_000;

/** What became of alerts, out of every transition in order. */
export function episodesOf(told: readonly { alert: Alert; transition: Transition }[], end: number): Episode[] {
  const open = new Map<string, Episode>();
  const all: Episode[] = [];
  for (const { alert, transition } of told) {
    const { what, at } = transition;
    if (what === 'raised' || ((what === 'reopened' || what === 'flapping') && !open.has(alert.id))) {
      const { rule, hall, subject } = alert;
      const episode = { rule, hall: hall ?? '', subject: subject.id, raisedAt: at, resolvedAt: end };
      open.set(alert.id, episode);
      all.push(episode);
    } else if (what === 'resolved') {
      const episode = open.get(alert.id);
      if (episode) episode.resolvedAt = at;
      open.delete(alert.id);
    }
  }
  return all;
}

/** `holdMs`: how long a condition of a rule must hold. `explainers`: rules whose alerts keep others of their hall from being raised. */
export function verdictOn(
  rule: AlertRule,
  episodes: readonly Episode[],
  expected: readonly Expected[],
  { holdMs, explainers }: { holdMs: number; explainers: ReadonlySet<AlertRule> },
): RuleVerdict {
  const raised = episodes.filter((one) => one.rule === rule);
  const truths = expected.filter((one) => one.rule === rule);
  const due = truths.filter(({ from, to, isDoubtful }) => !isDoubtful && to - from > holdMs + barelyMs);
  const verdict: RuleVerdict = {
    rule,
    raised: raised.length,
    expected: due.length,
    delaysMs: [],
    absorbed: 0,
    missed: [],
    wrong: null,
  };
  const about = (one: Expected) => raised.filter(({ hall, subject }) => hall === one.hall && subject === one.subject);
  for (const one of due) {
    const found = about(one).find(({ raisedAt, resolvedAt }) => raisedAt <= one.to && resolvedAt > one.from);
    if (found) verdict.delaysMs.push(Math.max(0, found.raisedAt - one.from));
    else if (isExplained(one, episodes, explainers)) verdict.absorbed++;
    else verdict.missed.push(one);
  }
  if (judged.has(rule)) {
    verdict.wrong = raised.filter(
      (one) =>
        !truths.some(
          ({ hall, subject, from, to }) =>
            hall === one.hall &&
            subject === one.subject &&
            one.raisedAt >= from - slackMs &&
            one.raisedAt <= to + holdMs + slackMs,
        ),
    );
  }
  return verdict;
}

function isExplained(one: Expected, episodes: readonly Episode[], explainers: ReadonlySet<AlertRule>): boolean {
  return episodes.some(
    ({ rule, hall, subject, raisedAt, resolvedAt }) =>
      (rule !== 'wait-limit' || (one.rule === 'wait-care' && subject === one.subject)) &&
      explainers.has(rule) &&
      rule !== one.rule &&
      hall === one.hall &&
      raisedAt < one.to &&
      resolvedAt > one.from,
  );
}
