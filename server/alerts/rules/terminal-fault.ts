import { troubleWords } from '../../hall/part-words.ts';
import { severityOfPart } from '../../hall/parts.ts';
import type { Finding, Judgement, Subject, TerminalNow } from '../rule.ts';
import { hallRule } from '../rule.ts';
import { listed, words } from '../words.ts';

/** What staff open themselves, with the cabinet's key: no fault while they do. */
const lids: ReadonlySet<string> = new Set(['cover', 'cabinetDoor', 'safeDoor']);

/** A terminal says that it is out of order. What it said last holds until it says something else: not hearing it clears nothing. */
export const terminalFault = hallRule({
  id: 'terminal-fault',
  about: 'device',
  reads: ['terminals', 'device'],
  judge({ terminals, device }): Judgement {
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    for (const terminal of terminals()) {
      const subject = { kind: 'device' as const, id: terminal.id };
      const faults = faultsOf(terminal);
      // A retained message tells what was, of a machine that may be long gone.
      if (device(terminal.id).live.reason === 'not-heard') unknown.push(subject);
      else if (faults !== null) findings.push({ subject, since: terminal.since, ...wordsOf(faults) });
      else if (device(terminal.id).live.online !== true || isOpened(terminal)) unknown.push(subject);
    }
    return { findings, unknown, nextAt: null };
  },
});

/** The parts at fault, none when it is the machine itself; null for no fault. */
function faultsOf({ state, parts }: TerminalNow): { part: string; status: string }[] | null {
  const faulty = Object.entries(parts ?? {})
    .filter(([part, status]) => severityOfPart(part, status) === 'fault')
    .filter(([part]) => state !== 'supervisor' || !lids.has(part))
    .map(([part, status]) => ({ part, status }));
  return faulty.length > 0 || state === 'out-of-service' ? faulty : null;
}

/** With staff at its cabinet nobody knows yet whether it is well. */
function isOpened({ state, severity }: TerminalNow): boolean {
  return state === 'supervisor' && severity === 'fault';
}

function wordsOf(faults: readonly { part: string; status: string }[]): Pick<Finding, 'what' | 'todo'> {
  const named = listed(faults.map(troubleWords));
  return {
    what:
      faults.length > 0
        ? words(`终端故障：${named['zh-CN']}`, `Out of order: ${named.en}`)
        : words('终端故障停用', 'Out of service'),
    todo: words(
      '张贴故障牌，引导客户使用其他设备；缺纸卡缺现金由本厅处理，硬件故障报代维',
      'Post the fault notice and lead customers elsewhere; paper, cards and cash are the hall’s own, hardware is the vendor’s',
    ),
  };
}
