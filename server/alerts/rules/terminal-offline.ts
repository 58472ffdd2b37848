import { hallRule } from '../rule.ts';
import { words } from '../words.ts';
import { judgeGone } from './offline.ts';

const told = {
  what: words('终端离线', 'Offline'),
  todo: words(
    '查看电源和网线，重启终端；仍离线报代维',
    'Check power and network cable, restart it; still offline: call the vendor',
  ),
};

/** A terminal is gone from the broker while its zone is open. */
export const terminalOffline = hallRule({
  id: 'terminal-offline',
  about: 'device',
  reads: ['config', 'books', 'device'],
  judge: (context, { openGraceS }) =>
    judgeGone(
      context,
      context.config.file.terminals.map(({ id }) => id),
      openGraceS,
      told,
    ),
});
