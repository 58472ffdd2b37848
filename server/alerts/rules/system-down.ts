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

const lookBackMs = 2 * 3_600_000;

interface Limits {
  desks: number;
  stallMin: number;
  services: number;
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
  reads: ['desks', 'config', 'books', 'serviceMs', 'use', 'isAwaited', 'steadySince'],
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

/**
 * The time that desks have been serving since anybody last finished, each over the mean length of its service: so many services should have
 * ended. If they end by chance, none does with a probability of e to the power of minus that.
 */
function desksOf(context: HallContext, { desks: least, stallMin, services }: Limits): Verdict {
  if (!isServing(context) || !isQueueHeard(context)) return { is: 'unknown' };
  const { now, steadySince } = context;
  const serving = context
    .desks()
    .flatMap(({ state, since, service }) => (state === 'serving' && since !== null ? [{ since, service }] : []));
  const finishedAt = Math.max(...context.config.file.desks.map(({ id }) => lastFinish(context, id)));
  if (now - finishedAt < stallMin * 60_000) return { is: 'up' };
  if (serving.length < least) return { is: 'unknown' };
  // Whoever serves still, has since then.
  const from = Math.max(finishedAt, Math.min(...serving.map(({ since }) => since)));
  const due = serving.reduce((sum, { since, service }) => {
    return sum + (now - Math.max(since, finishedAt)) / context.serviceMs(service);
  }, 0);
  if (now - from < stallMin * 60_000 || due < services) return { is: 'up' };
  return from < steadySince ? { is: 'unknown' } : { is: 'down', since: from };
}

/** When a desk last finished with somebody, epoch ms; 0 for never within the last hours. */
function lastFinish({ books: { ledger }, now }: HallContext, desk: string): number {
  for (const { key, record } of ledger.turnsAt(desk, now - lookBackMs, now + 1).toReversed()) {
    const visit = ledger.visitsOf(key, record.at).find(({ turn }) => turn?.record === record);
    if (visit?.state === 'finished' && visit.endedAt !== null) return visit.endedAt;
    // Sent on to somebody else: done here.
    if (visit?.turn?.leftAt != null && visit.state !== 'no-show') return visit.turn.leftAt;
  }
  return 0;
}

function kiosksOf({ config, use }: HallContext, { kiosks, failed: least, share, windowMin }: Limits): Verdict {
  const outcomes = config.file.terminals.map(({ id }) => use(id).within(windowMin * 60_000));
  const telling = outcomes.filter(({ done, failed }) => done + failed >= least);
  const failing = telling.filter(({ done, failed }) => failed >= least && failed / (done + failed) >= share);
  if (failing.length >= kiosks && failing.length === telling.length) return { is: 'down', since: null };
  return { is: telling.length >= kiosks ? 'up' : 'unknown' };
}
