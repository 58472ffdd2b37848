import { nothing, systemRule } from '../rule.ts';
import { words } from '../words.ts';

/** The history store is away or doesn't keep up: screens lack the latest of the past, nothing is lost. */
export const historyDelayed = systemRule({
  id: 'history-delayed',
  about: 'system',
  reads: ['historyDelayed'],
  judge({ system }) {
    if (system.historyDelayed === null) return nothing;
    return {
      ...nothing,
      findings: [
        {
          subject: { kind: 'system', id: 'history' },
          since: null,
          what: words('历史数据写入延迟', 'History is written late'),
          todo: words(
            '查看历史数据库是否运行、磁盘是否已满；数据在本机等待，不会丢失',
            'See that the history store runs and has room; points wait in the data folder, none is lost',
          ),
        },
      ],
    };
  },
});
