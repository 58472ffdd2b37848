import { hallRule, nothing } from '../rule.ts';
import { words } from '../words.ts';
import { workingOf } from './working.ts';

/** Fewer terminals work than a hall of its type must have; where fewer are installed, that is known and no news. */
export const selfServiceMinimum = hallRule({
  id: 'self-service-minimum',
  about: 'hall',
  reads: ['config', 'terminals', 'device'],
  judge(context) {
    const { config, now } = context;
    const least = config.standard(null, null).workingTerminalsMin ?? 0;
    const { terminals } = config.file;
    if (terminals.length < least || least === 0 || !config.hours.state(now).open) return nothing;
    const states = terminals.map(({ id }) => workingOf(context, id));
    const count = (state: (typeof states)[number]) => states.filter((one) => one === state).length;
    if (count('works') >= least) return nothing;
    const subject = { kind: 'hall' as const, id: config.id };
    if (count('works') + count('unknown') >= least) return { findings: [], unknown: [subject], nextAt: null };
    return {
      ...nothing,
      findings: [
        {
          subject,
          since: null,
          what: words(`可用自助终端少于 ${least} 台`, `Fewer than ${least} terminals work`),
          todo: words('催修故障终端；引导客户到台席', 'Have the broken ones repaired; lead customers to the desks'),
        },
      ],
    };
  },
});
