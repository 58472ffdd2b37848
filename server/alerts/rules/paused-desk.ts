import type { Finding, Subject } from '../rule.ts';
import { hallRule, isTimeless, nothing, soonest } from '../rule.ts';
import { words } from '../words.ts';
import { isQueueHeard, isServing } from './queue-heard.ts';

const told = {
  what: words('台席暂停，有客户等候', 'Paused while customers wait'),
  todo: words('问明离席原因，尽快恢复或换人', 'Ask why; have it opened again or somebody else sit down'),
};

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
      if (state !== 'paused' || since === null) continue;
      const from = Math.max(since, until ?? 0);
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
