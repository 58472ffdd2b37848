import { itemLimitMs } from '../../hall/items.ts';
import type { Finding, HallContext, Subject } from '../rule.ts';
import { hallRule, isTimeless, nothing, soonest } from '../rule.ts';
import { words } from '../words.ts';
import { isQueueHeard, isServing } from './queue-heard.ts';

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
    const { now } = context;
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    const moments: number[] = [];
    for (const { id, state, since } of context.desks()) {
      const limitMs = state === 'serving' ? limitOf(context, id) : null;
      if (limitMs === null) continue;
      const subject = { kind: 'desk' as const, id };
      if (since === null) {
        unknown.push(subject);
        continue;
      }
      const brokenAt = since + limitMs * factor;
      if (isTimeless(since, context)) unknown.push(subject);
      else if (now <= brokenAt) moments.push(brokenAt + 1);
      else findings.push({ subject, since: brokenAt, ...told });
    }
    return { findings, unknown, nextAt: soonest(moments) };
  },
});

/** How long the ticket at a desk may take, ms; null where no standard says so. */
function limitOf({ books, config, now }: HallContext, desk: string): number | null {
  const turn = books.ledger.latestTurn(desk, now);
  return turn?.visit ? itemLimitMs(config, turn.visit, turn.items) : null;
}
