import { hallRule } from '../rule.ts';
import { words } from '../words.ts';
import { judgeWaits } from './waits.ts';

const told = {
  what: words('有客户等候较久，需要关怀', 'Customers have waited for a while'),
  todo: words(
    '送水、发资料，告知还要等多久，介绍自助终端',
    'Offer water and leaflets, say how long it will be, show the terminals',
  ),
};

/** A customer has waited so long that somebody should look after them; what the limit breaks, wait-limit says. */
export const waitCare = hallRule({
  id: 'wait-care',
  about: 'hall',
  reads: ['waiting', 'unsureWaits', 'config', 'isAwaited', 'steadySince'],
  judge: (context) =>
    judgeWaits(
      context,
      ({ waitCareMin }) => waitCareMin,
      () => told,
    ),
});
