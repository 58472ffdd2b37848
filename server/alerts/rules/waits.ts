// What the rules about waiting customers share.
import type { Standard } from '../../contracts/registry.ts';
import { bestStep } from '../../hall/advice/best-step.ts';
import type { Finding, HallContext, Judgement, Subject } from '../rule.ts';
import { isTimeless, nothing, soonest } from '../rule.ts';
import { isQueueHeard, isServing } from './queue-heard.ts';

const minuteMs = 60_000;

/**
 * Services in which somebody has waited for so many minutes of their standard; one finding each. While no queue machine is heard, or what
 * it sent is still on its way, nobody knows who waits.
 */
export function judgeWaits(
  context: HallContext,
  minutesOf: (standard: Standard) => number | undefined,
  wordsOf: (service: string) => Pick<Finding, 'what' | 'todo'>,
): Judgement {
  const { config, now } = context;
  if (!isServing(context)) return nothing;
  if (!isQueueHeard(context)) return { findings: [], unknown: 'all', nextAt: null };
  const brokenSince = new Map<string, number>();
  const unknown = new Map<string, Subject>();
  const moments: number[] = [];
  for (const { service, tier, since } of context.waiting()) {
    const minutes = minutesOf(config.standard(service, tier));
    if (minutes === undefined) continue;
    const brokenAt = since + minutes * minuteMs;
    if (isTimeless(since, context)) unknown.set(service, { kind: 'service', id: service });
    else if (brokenAt >= now) moments.push(brokenAt + 1);
    else brokenSince.set(service, Math.min(brokenSince.get(service) ?? brokenAt, brokenAt));
  }
  for (const id of context.unsureWaits()) if (!brokenSince.has(id)) unknown.set(id, { kind: 'service', id });
  const findings = [...brokenSince].map(([id, since]) => ({
    subject: { kind: 'service' as const, id },
    since,
    ...wordsOf(id),
    advice: () => bestStep(context.advice(), id),
  }));
  return { findings, unknown: [...unknown.values()], nextAt: soonest(moments) };
}
