import type { Finding } from '../rule.ts';
import { hallRule, nothing } from '../rule.ts';
import { words } from '../words.ts';

/** As many people inside as the hall takes: first crowded, then full, with the hall's own plan for that. */
export const crowded = hallRule({
  id: 'crowded',
  about: 'hall',
  reads: ['occupancy', 'config'],
  judge({ occupancy, config }, { firstShare, secondShare, severity }) {
    const { value, quality } = occupancy();
    const subject = { kind: 'hall' as const, id: config.id };
    if (value === null || quality === 'unknown') return { findings: [], unknown: [subject], nextAt: null };
    const share = value / config.file.capacity;
    if (share < Math.min(firstShare, secondShare)) return nothing;
    const level = share >= secondShare ? full(config.file.surgePlan) : { ...busy, severity };
    return { ...nothing, findings: [{ subject, since: null, ...level }] };
  },
});

const busy = {
  what: words('厅内拥挤', 'Crowded'),
  todo: words(
    '关怀等候客户；把自助终端能办的先分流；结束暂停或增开台席',
    'Look after those who wait; lead to terminals what they can do; end a pause or open a desk',
  ),
};

/** The second level: step by step what the hall itself planned. */
function full(
  plan: readonly { 'zh-CN': string; en: string }[] | undefined,
): Pick<Finding, 'what' | 'todo' | 'severity'> {
  const steps = (language: 'zh-CN' | 'en') => plan?.map((step, i) => `${i + 1}. ${step[language]}`).join('\n');
  return {
    severity: 'critical',
    what: words('厅内已满：启动应急方案', 'Full: follow the surge plan'),
    todo: words(
      steps('zh-CN') ?? `${busy.todo['zh-CN']}；控制进厅人数`,
      steps('en') ?? `${busy.todo.en}; let fewer people in`,
    ),
  };
}
