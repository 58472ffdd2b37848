// Who hears of a step in an alert's life. Whoever heard of an alert hears that it is over, or milder than they care
// for; what they heard before a silence, or before another alert explained it, they don't hear again when that ends.
import type { Alert, Transition } from '../contracts/alerts.ts';
import type { TransitionKind } from '../contracts/names.ts';
import type { Webhook } from '../contracts/registry.ts';

interface Step {
  alert: Alert;
  transition: Transition;
}

/** Steps of which it depends on the life before whether they are told of. */
const dependent: readonly TransitionKind[] = ['resolved', 'changed', 'unsilenced', 'released'];

/** Nobody hears of what is silenced, or explained by another alert. `life`: all that happened to it, this step included. */
export function toldOf(
  targets: readonly Webhook[],
  { alert, transition }: Step,
  life: () => readonly Transition[],
): readonly Webhook[] {
  const { what, severity } = transition;
  const isQuiet = alert.silenced !== null || alert.parent !== null;
  if (targets.length === 0) return [];
  if (!dependent.includes(what)) return isQuiet ? [] : targets.filter((target) => wants(target, alert, severity));
  const episode = sinceRaised(life());
  return targets.filter((target) => isNewsFor(target, alert, episode));
}

/** Goes through an episode as `target` heard of it, and answers whether it hears of its last step. */
function isNewsFor(target: Webhook, alert: Alert, episode: readonly Transition[]): boolean {
  let isSilenced = wasAtFirst(episode, 'silenced', 'unsilenced', alert.silenced !== null);
  let isExplained = wasAtFirst(episode, 'absorbed', 'released', alert.parent !== null);
  let heard: Alert['severity'] | null = null;
  let isTold = false;
  for (const { what, severity } of episode) {
    if (what === 'silenced' || what === 'unsilenced') isSilenced = what === 'silenced';
    if (what === 'absorbed' || what === 'released') isExplained = what === 'absorbed';
    const isQuiet = isSilenced || isExplained;
    isTold =
      what === 'resolved'
        ? heard !== null
        : !isQuiet && isWorthTelling(what, severity, heard, wants(target, alert, severity));
    if (isTold) heard = severity;
  }
  return isTold;
}

function isWorthTelling(
  what: TransitionKind,
  severity: Alert['severity'],
  heard: Alert['severity'] | null,
  isWanted: boolean,
): boolean {
  if (what === 'unsilenced' || what === 'released') return heard === null ? isWanted : heard !== severity;
  return isWanted || (what === 'changed' && heard !== null);
}

/**
 * Whether something held when the episode began: the first step that begins or ends it tells; where there is none it
 * is as now.
 */
function wasAtFirst(
  episode: readonly Transition[],
  begins: TransitionKind,
  ends: TransitionKind,
  isNow: boolean,
): boolean {
  const first = episode.find(({ what }) => what === begins || what === ends);
  return first ? first.what === ends : isNow;
}

function sinceRaised(life: readonly Transition[]): readonly Transition[] {
  const raised = life.findLastIndex(({ what }) => what === 'raised' || what === 'reopened' || what === 'flapping');
  return life.slice(Math.max(0, raised));
}

function wants({ rules, severities, halls }: Webhook, { rule, hall }: Alert, severity: Alert['severity']): boolean {
  if (rules && !rules.includes(rule)) return false;
  if (severities && !severities.includes(severity)) return false;
  return !halls || (hall !== null && halls.includes(hall));
}
