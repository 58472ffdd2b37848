import type { Finding, Subject } from '../rule.ts';
import { hallRule, isTimeless, soonest } from '../rule.ts';
import { words } from '../words.ts';

const told = {
  what: words('终端前客户操作过久', 'Somebody may be stuck at it'),
  todo: words('过去看看，协助客户办理', 'Go there and help'),
};

/** A terminal is busy far beyond its own usual. */
export const customerStuck = hallRule({
  id: 'customer-stuck',
  about: 'device',
  reads: ['terminals', 'device', 'use', 'books', 'steadySince'],
  judge({ terminals, device, use, books, now, steadySince }, { leastMin, times }) {
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    const moments: number[] = [];
    for (const { id, busy, busySince } of terminals()) {
      const subject = { kind: 'device' as const, id };
      if (device(id).live.online !== true) unknown.push(subject);
      else if (busy && busySince === null) unknown.push(subject);
      else if (busy && busySince !== null) {
        const longMs = Math.max(leastMin * 60_000, times * (use(id).usualBusyMs ?? 0));
        const longAt = busySince + longMs;
        // What it said before we stopped hearing may be over.
        const isOld = (books.state.terminals.get(id)?.at.at(-1) ?? 0) < (books.state.downtimes.at(-1)?.to ?? 0);
        if (isOld || isTimeless(busySince, { now, steadySince })) unknown.push(subject);
        else if (now <= longAt) moments.push(longAt + 1);
        else findings.push({ subject, since: longAt, ...told });
      }
    }
    return { findings, unknown, nextAt: soonest(moments) };
  },
});
