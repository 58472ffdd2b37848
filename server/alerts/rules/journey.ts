import type { Words } from '../../contracts/http.ts';
import type { HallFile } from '../../contracts/registry.ts';
import type { Finding, HallContext, Subject } from '../rule.ts';
import { hallRule } from '../rule.ts';
import { words } from '../words.ts';
import { isQueueHeard } from './queue-heard.ts';
import { workingOf } from './working.ts';

type Journey = NonNullable<HallFile['journeys']>[number];

/** Desks get so long to open in the morning. */
const desksOpenWithinMs = 15 * 60_000;

/** Something that customers come for can't be done: none of what serves it works. */
export const journey = hallRule({
  id: 'journey',
  about: 'hall',
  reads: ['config', 'terminals', 'desks', 'device', 'isAwaited'],
  judge(context) {
    const findings: Finding[] = [];
    const unknown: Subject[] = [];
    for (const one of context.config.file.journeys ?? []) {
      const subject = { kind: 'journey' as const, id: one.id };
      const can = canBeDone(context, one.needs);
      if (can === 'no') findings.push({ subject, since: null, ...wordsOf(one.name) });
      if (can === 'unknown') unknown.push(subject);
    }
    return { findings, unknown, nextAt: null };
  },
});

function canBeDone(context: HallContext, needs: Journey['needs']): 'yes' | 'no' | 'unknown' {
  if ('service' in needs) return isServed(context, needs.service);
  const { does, accepts } = needs;
  const states = context.config.file.terminals
    .filter((terminal) => terminal.does.includes(does))
    .filter((terminal) => accepts === undefined || terminal.accepts?.includes(accepts))
    .map(({ id }) => workingOf(context, id))
    .filter((state) => state !== 'off');
  // With all of their zones closed nobody comes for it.
  if (states.length === 0 || states.includes('works')) return 'yes';
  return states.includes('unknown') ? 'unknown' : 'no';
}

function isServed(context: HallContext, service: string): 'yes' | 'no' | 'unknown' {
  const { config, now, desks } = context;
  const { open, since } = config.hours.state(now);
  if (!open || now < (since ?? 0) + desksOpenWithinMs) return 'yes';
  if (!isQueueHeard(context)) return 'unknown';
  const serving = config.file.desks.filter(({ serves }) => serves.includes(service)).map(({ id }) => id);
  const states = desks()
    .filter(({ id }) => serving.includes(id))
    .map(({ state }) => state);
  if (states.length === 0 || states.some((state) => ['idle', 'calling', 'serving'].includes(state))) return 'yes';
  return states.includes('unknown') ? 'unknown' : 'no';
}

function wordsOf(name: Words): Pick<Finding, 'what' | 'todo'> {
  return {
    what: words(`“${name['zh-CN']}”无法办理`, `Customers can’t: ${name.en}`),
    todo: words(
      '张贴告示，告知客户其他办法或附近营业厅；立即报修',
      'Post a notice, tell customers another way or a nearby hall; have it repaired at once',
    ),
  };
}
