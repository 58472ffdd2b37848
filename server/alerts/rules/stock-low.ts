import { hoursOf } from '../../config/hall-config.ts';
import { partName } from '../../hall/part-words.ts';
import { fillsUp } from '../../hall/parts.ts';
import type { Finding, Subject } from '../rule.ts';
import { hallRule } from '../rule.ts';
import { listed, words } from '../words.ts';

/** What a terminal uses up, or the room in what fills up, lasts less than some hours at its own use, or is nearly gone. */
export const stockLow = hallRule({
  id: 'stock-low',
  about: 'device',
  reads: ['terminals', 'device', 'use', 'config'],
  judge({ terminals, device, use, config, now }, { hoursLeft, level }) {
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    for (const { id, stock } of terminals()) {
      const subject = { kind: 'device' as const, id };
      const entry = config.devices.get(id);
      // At night nobody uses it, and nobody is there to fill it up.
      const isOpen = entry !== undefined && hoursOf(config, entry).state(now).open;
      if (stock === null || !isOpen || device(id).live.online !== true) {
        unknown.push(subject);
        continue;
      }
      const rates = use(id).goesPerHour;
      const low = Object.entries(stock)
        .map(([name, percent]) => ({ name, left: fillsUp(name) ? 100 - percent : percent }))
        .filter(({ name, left }) => left <= level || left / (rates.get(name) ?? 0) < hoursLeft)
        .map(({ name }) => name);
      if (low.length > 0) findings.push({ subject, since: null, ...told(low) });
    }
    return { findings, unknown, nextAt: null };
  },
});

function told(names: readonly string[]): Pick<Finding, 'what' | 'todo'> {
  const out = names.filter((name) => !fillsUp(name)).map(partName);
  const full = names.filter(fillsUp).map(partName);
  const [lacks, filled] = [listed(out), listed(full)];
  const chinese = [out.length > 0 && `余量不足：${lacks['zh-CN']}`, full.length > 0 && `将满：${filled['zh-CN']}`];
  const english = [out.length > 0 && `Running out: ${lacks.en}`, full.length > 0 && `Nearly full: ${filled.en}`];
  const both = (texts: readonly (string | false)[], joint: string) =>
    texts.filter((text) => text !== false).join(joint);
  return {
    what: words(both(chinese, '；'), both(english, '; ')),
    todo:
      out.length > 0
        ? words('安排补充；钞箱按双人清机办理', 'Have it filled up; cash by two people, as the rules say')
        : words('按双人清机办理', 'Have it emptied by two people, as the rules say'),
  };
}
