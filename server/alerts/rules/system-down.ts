import type { HallContext } from '../rule.ts';
import { hallRule, nothing } from '../rule.ts';
import { words } from '../words.ts';
import { isQueueHeard, isServing } from './queue-heard.ts';

const told = {
  what: words('疑似业务系统或线路中断', 'Business system or line seems down'),
  todo: words(
    '向技术支撑核实；告知客户，做好解释和登记',
    'Ask the support desk; tell customers, and note down what they came for',
  ),
};

interface Limits {
  desks: number;
  stallMin: number;
  kiosks: number;
  failed: number;
  share: number;
  windowMin: number;
}

type Verdict = { is: 'down'; since: number | null } | { is: 'up' | 'unknown' };

/** Every desk's finishing stops together, or transactions fail at several terminals together: one alert instead of thirty. */
export const systemDown = hallRule({
  id: 'system-down',
  about: 'hall',
  reads: ['desks', 'config', 'use', 'isAwaited', 'steadySince'],
  judge(context, settings) {
    const verdicts = [desksOf(context, settings), kiosksOf(context, settings)];
    const subject = { kind: 'hall' as const, id: context.config.id };
    const down = verdicts.find((verdict) => verdict.is === 'down');
    if (down?.is === 'down') return { ...nothing, findings: [{ subject, since: down.since, ...told }] };
    // What works anywhere says that it is up again.
    if (verdicts.some(({ is }) => is === 'up')) return nothing;
    return { findings: [], unknown: [subject], nextAt: null };
  },
});

function desksOf(context: HallContext, { desks: least, stallMin }: Limits): Verdict {
  if (!isServing(context) || !isQueueHeard(context)) return { is: 'unknown' };
  const { now, steadySince } = context;
  const atWork = context.desks().filter(({ state }) => ['idle', 'calling', 'serving'].includes(state));
  if (atWork.length < least) return { is: 'unknown' };
  const begun = atWork.map(({ state, since }) => (state === 'serving' ? since : null));
  const latest = Math.max(...begun.map((since) => since ?? now));
  if (latest > now - stallMin * 60_000) return { is: 'up' };
  return latest < steadySince ? { is: 'unknown' } : { is: 'down', since: latest };
}

function kiosksOf({ config, use }: HallContext, { kiosks, failed: least, share, windowMin }: Limits): Verdict {
  const outcomes = config.file.terminals.map(({ id }) => use(id).within(windowMin * 60_000));
  const telling = outcomes.filter(({ done, failed }) => done + failed >= least);
  const failing = telling.filter(({ done, failed }) => failed >= least && failed / (done + failed) >= share);
  if (failing.length >= kiosks && failing.length === telling.length) return { is: 'down', since: null };
  return { is: telling.length >= kiosks ? 'up' : 'unknown' };
}
