import type { Finding, HallContext, Subject } from '../rule.ts';
import { hallRule, nothing, soonest } from '../rule.ts';
import { words } from '../words.ts';
import { isQueueHeard, isServing } from './queue-heard.ts';

const minuteMs = 60_000;
const told = {
  what: words('单笔业务超时', 'Longer than the standard'),
  todo: words('问明情况；耗时咨询请客户到洽谈区', 'See what it is; take a long consultation to the back office'),
};

/** A desk serves one ticket longer than its business items may take; several on a ticket add up. */
export const longTransaction = hallRule({
  id: 'long-transaction',
  about: 'hall',
  reads: ['desks', 'config', 'books', 'isAwaited', 'steadySince'],
  judge(context, { factor }) {
    if (!isServing(context)) return nothing;
    if (!isQueueHeard(context)) return { findings: [], unknown: 'all', nextAt: null };
    const { now, steadySince } = context;
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    const moments: number[] = [];
    for (const { id, state, since } of context.desks()) {
      const limitMin = state === 'serving' ? limitOf(context, id) : null;
      if (limitMin === null || since === null) continue;
      const subject = { kind: 'desk' as const, id };
      const brokenAt = since + limitMin * factor * minuteMs;
      if (now <= brokenAt) moments.push(brokenAt + 1);
      else if (since < steadySince) unknown.push(subject);
      else findings.push({ subject, since: brokenAt, ...told });
    }
    return { findings, unknown, nextAt: soonest(moments) };
  },
});

/** Minutes that the ticket at a desk may take; null where no standard says so. */
function limitOf({ books, config, now }: HallContext, desk: string): number | null {
  const turn = books.ledger.latestTurn(desk, now);
  const visit = turn?.visit;
  if (!turn || !visit) return null;
  const { items, itemLimitMin } = config.standard(visit.service, visit.tier);
  const systems = new Set(config.file.queueMachines.map(({ id, system }) => system ?? id));
  const records = [...systems].flatMap((system) => books.state.tickets.get(`${system}|${turn.ticket}`) ?? []);
  const named = new Set(records.slice(visit.from, visit.to).map(({ said }) => said.item));
  const minutes = [...named].flatMap((item) => (item === undefined ? [] : [items?.[item] ?? itemLimitMin]));
  const known = minutes.filter((one) => one !== undefined);
  if (known.length > 0) return known.reduce((sum, one) => sum + one, 0);
  return itemLimitMin ?? null;
}
