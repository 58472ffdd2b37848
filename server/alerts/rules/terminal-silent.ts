import { hoursOf } from '../../config/hall-config.ts';
import type { Finding, Subject } from '../rule.ts';
import { hallRule } from '../rule.ts';
import { words } from '../words.ts';

const told = {
  what: words('终端久无交易', 'No transactions, where it usually has some'),
  todo: words('现场试用：屏幕、读卡、网络是否正常', 'Try it: screen, card reader, network'),
};

/** A terminal says it is in service, and its own hours of former days have had transactions in a time that now has none. */
export const terminalSilent = hallRule({
  id: 'terminal-silent',
  about: 'device',
  reads: ['terminals', 'device', 'use', 'config', 'hearingSince', 'steadySince'],
  judge({ terminals, device, use, config, now, hearingSince, steadySince }, { expected, days }) {
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    for (const { id, state, severity } of terminals()) {
      const subject = { kind: 'device' as const, id };
      const entry = config.devices.get(id);
      if (!entry || device(id).live.online !== true || state !== 'in-service' || severity === 'fault') {
        unknown.push(subject);
        continue;
      }
      const { open, since } = hoursOf(config, entry).state(now);
      if (!open) continue;
      const from = Math.max(use(id).quietSince, since ?? 0, hearingSince, steadySince);
      const usually = use(id).expected(from, now, days);
      if (usually === null) unknown.push(subject);
      else if (usually >= expected) findings.push({ subject, since: from, ...told });
    }
    return { findings, unknown, nextAt: null };
  },
});
