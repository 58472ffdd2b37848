import { partName } from '../../hall/part-words.ts';
import type { Finding, Subject } from '../rule.ts';
import { hallRule } from '../rule.ts';
import { listed, words } from '../words.ts';

/** Paper, cards or cash of a terminal last less than some hours at their own use, or are nearly out. */
export const stockLow = hallRule({
  id: 'stock-low',
  about: 'device',
  reads: ['terminals', 'device', 'use'],
  judge({ terminals, device, use }, { hoursLeft, level }) {
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    for (const { id, stock } of terminals()) {
      const subject = { kind: 'device' as const, id };
      if (stock === null || device(id).live.online !== true) {
        unknown.push(subject);
        continue;
      }
      const rates = use(id).goesPerHour;
      const low = Object.entries(stock)
        .filter(([name, left]) => left <= level || left / (rates.get(name) ?? 0) < hoursLeft)
        .map(([name]) => partName(name));
      if (low.length === 0) continue;
      const names = listed(low);
      findings.push({
        subject,
        since: null,
        what: words(`余量不足：${names['zh-CN']}`, `Running out: ${names.en}`),
        todo: words('安排补充；钞箱按双人清机办理', 'Have it filled up; cash by two people, as the rules say'),
      });
    }
    return { findings, unknown, nextAt: null };
  },
});
