import type { Finding, Subject } from '../rule.ts';
import { hallRule } from '../rule.ts';
import { words } from '../words.ts';

const told = {
  what: words('交易失败率高', 'Many of its transactions fail'),
  todo: words(
    '试办一笔；张贴故障牌，报应用或线路维护',
    'Try one yourself; post a notice, call whoever looks after the application or line',
  ),
};

/** A large share of a terminal's latest transactions fail. Too few of them tell nothing, good or bad. */
export const terminalFailing = hallRule({
  id: 'terminal-failing',
  about: 'device',
  reads: ['config', 'device', 'use', 'systemUpSince'],
  judge({ now, config, device, use, systemUpSince }, { share, failed: least, windowMin }) {
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    const windowMs = Math.min(windowMin * 60_000, now - systemUpSince);
    for (const { id } of config.file.terminals) {
      const subject = { kind: 'device' as const, id };
      const { done, failed } = use(id).within(windowMs);
      if (failed >= least && failed / (done + failed) >= share) findings.push({ subject, since: null, ...told });
      else if (device(id).live.online !== true || done + failed < least) unknown.push(subject);
    }
    return { findings, unknown, nextAt: null };
  },
});
