import { hallRule, nothing } from '../rule.ts';
import { words } from '../words.ts';

const told = {
  what: words('在厅人数不准', 'The people inside are only roughly known'),
  todo: words(
    '查看客流计数器安装和遮挡；人数仅供参考',
    'See whether a counter restarted, was moved or is covered; take the number for a rough one',
  ),
};

/** In opening hours the count can't be trusted: a counter restarted, or counts wrongly. Counting begun late is nobody's fault. */
export const countDrift = hallRule({
  id: 'count-drift',
  about: 'hall',
  reads: ['occupancy', 'config'],
  judge({ occupancy, config, now }) {
    if (!config.hours.state(now).open) return nothing;
    const { quality, reason } = occupancy();
    const subject = { kind: 'hall' as const, id: config.id };
    if (quality === 'unknown') return { findings: [], unknown: [subject], nextAt: null };
    if (quality !== 'drifting' || reason === 'counting-since') return nothing;
    return { ...nothing, findings: [{ subject, since: null, ...told }] };
  },
});
