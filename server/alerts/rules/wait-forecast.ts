import { bestStep } from '../../hall/advice/best-step.ts';
import type { Finding } from '../rule.ts';
import { hallRule, nothing } from '../rule.ts';
import { words } from '../words.ts';
import { isQueueHeard, isServing } from './queue-heard.ts';

const minuteMs = 60_000;
const told: Pick<Finding, 'what' | 'todo'> = {
  what: words('等候即将超过标准', 'Waits will soon be longer than the standard'),
  todo: words(
    '增开台席或结束暂停；能在自助终端办的先分流',
    'Open a desk or end a pause; lead to free terminals what they can do',
  ),
};

/** A customer will have waited longer than the limit soon, if nothing is done. Where one has already, wait-limit says so. */
export const waitForecast = hallRule({
  id: 'wait-forecast',
  about: 'hall',
  reads: ['waiting', 'limitsAhead', 'config', 'advice', 'isAwaited', 'steadySince'],
  judge(context, { withinMin, margin }) {
    const { config, now, waiting, limitsAhead, advice } = context;
    if (!isServing(context) || waiting().length === 0) return nothing;
    if (!isQueueHeard(context)) return { findings: [], unknown: 'all', nextAt: null };
    const until = now + withinMin * minuteMs;
    const findings: Finding[] = [...limitsAhead(until, margin)]
      .filter(([service, at]) => config.serviceIds.has(service) && at > now && at <= until)
      .map(([id]) => ({
        subject: { kind: 'service', id },
        since: null,
        ...told,
        advice: () => bestStep(advice(), id, true),
      }));
    return { findings, unknown: [], nextAt: null };
  },
});
