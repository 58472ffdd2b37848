import type { Finding, Subject } from '../rule.ts';
import { hallRule, isTimeless, nothing, soonest } from '../rule.ts';
import { words } from '../words.ts';
import { isQueueHeard, isServing } from './queue-heard.ts';

const told = {
  what: words('台席暂停，有客户等候', 'Paused while customers wait'),
  todo: words('问明离席原因，尽快恢复或换人', 'Ask why; have it opened again or somebody else sit down'),
};

/** Nobody plans a longer pause in a day's work: a machine that says so says it of something else, or has it wrong. */
const longestPlanMs = 4 * 3_600_000;

/** An unplanned pause, or one beyond its time, while customers wait for what the desk serves. A planned one is no alert. */
export const pausedDesk = hallRule({
  id: 'paused-desk',
  about: 'hall',
  reads: ['desks', 'waitingFor', 'config', 'isAwaited', 'steadySince'],
  judge(context, { afterS }) {
    if (!isServing(context)) return nothing;
    if (!isQueueHeard(context)) return { findings: [], unknown: 'all', nextAt: null };
    const { now, config } = context;
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    const moments: number[] = [];
    for (const { id, state, since, until } of context.desks()) {
      if (state !== 'paused') continue;
      if (since === null) {
        unknown.push({ kind: 'desk', id });
        continue;
      }
      const isPlanned = until !== null && until - since <= longestPlanMs;
      const from = isPlanned ? Math.max(since, until) : since;
      const dueAt = from + afterS * 1_000;
      const serves = config.file.desks.find((desk) => desk.id === id)?.serves ?? [];
      const subject = { kind: 'desk' as const, id };
      if (isTimeless(since, context)) unknown.push(subject);
      else if (now < dueAt) moments.push(dueAt);
      else if (serves.some((service) => context.waitingFor(service) > 0))
        findings.push({ subject, since: from, ...told });
    }
    return { findings, unknown, nextAt: soonest(moments) };
  },
});
