import type { Finding, HallContext } from '../rule.ts';
import { hallRule } from '../rule.ts';
import { words } from '../words.ts';
import { goneFrom, hearableAt, judgeGone } from './offline.ts';

const told = {
  what: words('设备离线', 'Offline'),
  todo: words(
    '查看电源和网线；排队机离线时改用手工排号',
    'Check power and network cable; without the queue machine hand out numbers by hand',
  ),
};
const network = {
  what: words('全厅设备离线：疑似网络或电力中断', 'All devices gone: network or power of the hall'),
  todo: words('查看交换机、路由器和电源，报网络维护', 'Check switch, router and power; call the network team'),
};

/** A door counter or queue machine is gone; or all devices of the hall together: then it is its network. */
export const deviceOffline = hallRule({
  id: 'device-offline',
  about: 'device',
  reads: ['config', 'books', 'device', 'hearingSince'],
  judge(context, { openGraceS, networkAfterS }) {
    const { doors, queueMachines } = context.config.file;
    const ids = [...doors, ...queueMachines].map(({ id }) => id);
    const judgement = judgeGone(context, ids, openGraceS, told);
    const subject = { kind: 'hall' as const, id: context.config.id };
    const since = networkGoneSince(context, openGraceS);
    if (since === 'there') return judgement;
    if (since === 'unknown') return { ...judgement, unknown: [subject, ...judgement.unknown] };
    const hall: Finding = { subject, since, ...network, severity: 'critical', raiseAfterS: networkAfterS };
    return { ...judgement, findings: [hall, ...judgement.findings] };
  },
});

/**
 * When the last of them went; `unknown` unless two or more are known to be gone that are wanted now. What was never heard tells nothing,
 * nor does what was switched off with its zone.
 */
function networkGoneSince(context: HallContext, openGraceS: number): number | 'there' | 'unknown' {
  const { config, device, books, now } = context;
  let gone = 0;
  let since = 0;
  for (const id of config.devices.keys()) {
    const { online, reason } = device(id).live;
    if (online === true) return 'there';
    if (online === null) continue;
    if (reason === 'silent' && now < hearableAt(context, id)) return 'unknown';
    const said = reason === 'silent' ? null : goneFrom(context, id, openGraceS);
    if (said && said.is !== 'gone') continue;
    gone++;
    since = Math.max(since, said?.since ?? books.state.presence.get(id)?.lastLiveAt ?? 0);
  }
  return gone >= 2 ? since : 'unknown';
}
