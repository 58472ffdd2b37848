import type { Finding } from '../rule.ts';
import { hallRule, nothing, systemRule } from '../rule.ts';
import { words } from '../words.ts';

const told = {
  what: words('设备数据缺失', 'Messages are missing'),
  todo: words(
    '查看设备网络和存储；今天的数字可能偏少',
    'See to its network and its memory; today’s numbers may lack something',
  ),
};

/** Messages of a device did not reach us, and don't come although they were asked for. */
export const dataMissing = hallRule({
  id: 'data-missing',
  about: 'device',
  reads: ['completeness'],
  judge({ completeness }, { messages, share }) {
    const rows = completeness();
    // A day that nothing was heard of yet.
    if (rows.every(({ sent }) => (sent ?? 0) === 0)) return { findings: [], unknown: 'all', nextAt: null };
    const findings = rows
      .filter(({ missing, sent }) => (missing ?? 0) >= messages && (missing ?? 0) / (sent ?? 1) >= share)
      .map(({ id }) => ({ subject: { kind: 'device' as const, id }, since: null, ...told }));
    return { ...nothing, findings };
  },
});

/** The journal can't be written, so nothing is taken in; or it lost something. */
export const journalTrouble = systemRule({
  id: 'data-missing',
  about: 'system',
  reads: ['notStoring', 'holes'],
  judge({ system }) {
    const findings: Finding[] = system.holes.map(({ consumer, from, to }) => ({
      subject: { kind: 'system', id: `${consumer}-${from}-${to}` },
      since: null,
      severity: 'critical',
      raiseAfterS: 0,
      what: words(
        `数据日志丢失（${consumer}，${from} 至 ${to}）`,
        `The journal lost messages (${consumer}, ${from} to ${to})`,
      ),
      todo: words('查看磁盘；涉及日期的数字可能偏少', 'See to the disk; numbers of those days may lack something'),
    }));
    if (system.notStoring !== null) {
      findings.push({
        subject: { kind: 'system', id: 'journal' },
        since: null,
        severity: 'critical',
        raiseAfterS: 10,
        what: words('数据无法保存，已停止接收', 'Nothing can be stored, and nothing is taken in'),
        todo: words(
          '清理磁盘或查看权限；恢复后自动继续',
          'Make room on the disk or see to its rights; it goes on by itself',
        ),
      });
    }
    return { ...nothing, findings };
  },
});
