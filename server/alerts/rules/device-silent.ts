import type { Finding, Subject } from '../rule.ts';
import { hallRule, soonest } from '../rule.ts';
import { words } from '../words.ts';
import { hearableAt } from './offline.ts';

const told = {
  what: words('设备无数据', 'Silent'),
  todo: words(
    '设备在线但没有数据：查看设备和采集程序，必要时重启',
    'Its connection stands and it says nothing: look at the device and its software, restart it',
  ),
};

/** Nothing for three of its status intervals. What we could not have heard ourselves tells nothing of it. */
export const deviceSilent = hallRule({
  id: 'device-silent',
  about: 'device',
  reads: ['config', 'device', 'books', 'hearingSince'],
  judge(context) {
    const { config, device, books, now } = context;
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    const moments: (number | null)[] = [];
    for (const id of config.devices.keys()) {
      const { live, nextChangeAt } = device(id);
      const subject = { kind: 'device' as const, id };
      moments.push(nextChangeAt);
      if (live.online === null) unknown.push(subject);
      if (live.reason !== 'silent') continue;
      const ownFrom = hearableAt(context, id);
      if (now < ownFrom) {
        unknown.push(subject);
        moments.push(ownFrom);
      } else findings.push({ subject, since: books.state.presence.get(id)?.lastLiveAt ?? null, ...told });
    }
    return { findings, unknown, nextAt: soonest(moments.filter((at) => at !== null && at > now)) };
  },
});
