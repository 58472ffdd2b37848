import type { Finding } from '../rule.ts';
import { hallRule } from '../rule.ts';
import { words } from '../words.ts';
import { judgeWaits } from './waits.ts';

const told: Pick<Finding, 'what' | 'todo'> = {
  what: words('等候超过标准', 'Waits over the limit'),
  todo: words(
    '增开台席或结束暂停；能在自助终端办的先分流；安抚等候客户',
    'Open a desk or end a pause; lead to free terminals what they can do; look after those who wait',
  ),
};

/** A customer has waited longer than the limit. Lives until the last ticket is served, whatever the hour. */
export const waitLimit = hallRule({
  id: 'wait-limit',
  about: 'hall',
  reads: ['waiting', 'unsureWaits', 'config', 'isAwaited', 'steadySince'],
  judge: (context) =>
    judgeWaits(
      context,
      ({ waitLimitMin }) => waitLimitMin,
      () => told,
    ),
});
