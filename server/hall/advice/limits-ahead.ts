import type { WaitsLearned } from '../waits/learned.ts';
import type { Parts } from '../waits/read-situation.ts';
import type { CourseAsked } from './course.ts';
import { courseOf } from './course.ts';
import type { Outcome } from './projection.ts';
import { project } from './projection.ts';

/** By service, when a customer will have waited longer than their limit (epoch ms), up to `until`, if nothing is done; without those that keep it. */
export function limitsAhead(
  parts: Parts,
  learned: WaitsLearned,
  asked: CourseAsked & { until: number },
): ReadonlyMap<string, NonNullable<Outcome['over']>> {
  const { until } = asked;
  const { services } = project(courseOf(parts, learned, asked), { at: until, until, probes: [] });
  return new Map([...services].flatMap(([service, { over }]) => (over === null ? [] : [[service, over] as const])));
}
