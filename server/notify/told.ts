// Who hears of a step in an alert's life. Whoever heard of an alert hears that it is over, or milder than they care for.
import type { Alert, Transition } from '../contracts/alerts.ts';
import type { Webhook } from '../contracts/registry.ts';

interface Step {
  alert: Alert;
  transition: Transition;
}

/** Nobody hears of what is silenced, or explained by another alert. `life`: all that happened to it, this step included. */
export function toldOf(
  targets: readonly Webhook[],
  { alert, transition }: Step,
  life: () => readonly Transition[],
): readonly Webhook[] {
  const isQuiet = alert.silenced !== null || alert.parent !== null;
  const mayEnd = transition.what === 'resolved' || (transition.what === 'changed' && !isQuiet);
  if (isQuiet && !(mayEnd && targets.length > 0 && wasSilenced(life()))) return [];
  const severities = mayEnd ? sinceRaised(life()).map(({ severity }) => severity) : [alert.severity];
  return targets.filter((target) => wants(target, alert, severities));
}

/** It was told of before somebody silenced it. */
function wasSilenced(life: readonly Transition[]): boolean {
  return sinceRaised(life).some(({ what }) => what === 'silenced');
}

function sinceRaised(life: readonly Transition[]): readonly Transition[] {
  const raised = life.findLastIndex(({ what }) => what === 'raised' || what === 'reopened' || what === 'flapping');
  return life.slice(Math.max(0, raised));
}

function wants(
  { rules, severities, halls }: Webhook,
  { rule, hall }: Alert,
  its: readonly Alert['severity'][],
): boolean {
  if (rules && !rules.includes(rule)) return false;
  if (severities && !its.some((severity) => severities.includes(severity))) return false;
  return !halls || (hall !== null && halls.includes(hall));
}
