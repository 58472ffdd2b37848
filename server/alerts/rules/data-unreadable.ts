import type { Words } from '../../contracts/http.ts';
import type { RefusalReason } from '../../contracts/names.ts';
import type { Finding } from '../rule.ts';
import { hallRule, nothing } from '../rule.ts';
import { words } from '../words.ts';

const todo = words(
  '在“隔离区”页面查看它发送的内容；多为固件或设置更改所致：改回或报设备维护',
  'See on the quarantine page what it sends; most often its firmware or settings changed: put that right, or call its vendor',
);

/** Nothing that a device sent of late could be read: its numbers stand still, though it lives. */
export const dataUnreadable = hallRule({
  id: 'data-unreadable',
  about: 'device',
  reads: ['config', 'books'],
  judge({ config, books }, { messages }) {
    const findings: Finding[] = [];
    for (const id of config.devices.keys()) {
      const unread = books.state.unread.get(id);
      if (!unread || unread.count < messages) continue;
      findings.push({ subject: { kind: 'device', id }, since: unread.since, what: whatOf(unread.fault), todo });
    }
    return { ...nothing, findings };
  },
});

function whatOf(fault: RefusalReason): Words {
  return words(`设备数据无法读取（${fault}）`, `None of its messages can be read (${fault})`);
}
