// What an answer about visits lacks, and why: so that nobody takes it for all there were.
import type { VisitsMissing } from '../../contracts/history.ts';
import type { Hall } from '../../hall/hall.ts';
import type { History } from '../history.ts';
import { leftOutReasons } from '../left-out.ts';

interface Asked {
  hall: Hall;
  history: Pick<History, 'outbox' | 'state' | 'rawFrom'>;
  /** Epoch ms, half-open. */
  from: number;
  to: number;
  now: number;
}

const keptIntakeDays = 8;

/** In the order of `missingReasons`; empty when nothing is known to be missing. */
export function visitsMissing({ hall, history, from, to, now }: Asked): VisitsMissing[] {
  const { outbox, rawFrom, state } = history;
  const { id, days } = hall.config;
  const [first, last] = [days.of(from).date, days.of(Math.min(to, now + 1) - 1).date];
  const missing: VisitsMissing[] = [];
  const say = (reason: VisitsMissing['reason'], count: number | null) => {
    if (count !== 0) missing.push({ reason, count, until: null });
  };
  if (from < rawFrom) missing.push({ reason: 'beyond-retention', count: null, until: Math.min(to, rawFrom) });
  const isDue = outbox.work
    .due('day', 20_000)
    .some(({ subject, at }) => subject === id && at >= Date.parse(first) && at <= Date.parse(last));
  if (state === 'delayed') say('not-written', outbox.waiting || null);
  else if (isDue) say('not-written', null);
  const cut = outbox.holes.filter((hole) => hole.from < to * 1000 && hole.to >= from * 1000);
  say(
    'given-up',
    cut.reduce((sum, { count }) => sum + count, 0),
  );
  say('refused', outbox.dead.visitsWithin(id, from * 1000, to * 1000));
  say('lost-messages', lostMessages(hall, { from, to, now }));
  for (const reason of leftOutReasons) say(reason, outbox.leftOut.count(id, reason, first, last));
  return missing;
}

/** Messages of queue machines that did not reach us, or could not be read, on the days of a period that are still known. */
function lostMessages(hall: Hall, { from, to, now }: { from: number; to: number; now: number }): number {
  const { days } = hall.config;
  let lost = 0;
  for (let back = 0; back < keptIntakeDays; back++) {
    const day = days.shift(days.of(now), -back);
    if (day.end <= from || day.start >= to) continue;
    for (const row of hall.completeness(day.date, now)?.devices ?? [])
      if (row.kind === 'queue') lost += (row.missing ?? 0) + (row.quarantined ?? 0);
  }
  return lost;
}
