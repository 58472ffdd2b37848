import type { WaitsLearned } from '../waits/learned.ts';
import type { Parts } from '../waits/read-situation.ts';
import type { CourseAsked } from './course.ts';
import { courseOf } from './course.ts';
import { project } from './projection.ts';

export interface AheadAsked extends CourseAsked {
  until: number;
  /** How far beyond the limit a wait must go, as a share of that: means stand in for chance, so that what is only just over may as well be under. */
  margin: number;
}

/**
 * By service, when somebody who waits now will have waited longer than their limit (epoch ms), up to `until`, if nothing is done; without
 * those that keep it. Who is yet to come isn't asked about.
 */
export function limitsAhead(
  parts: Parts,
  learned: WaitsLearned,
  { until, margin, ...asked }: AheadAsked,
): ReadonlyMap<string, number> {
  const course = courseOf(parts, learned, { ...asked, closesAt: asked.now });
  const lines = course.lines.map((line) => ({
    ...line,
    limitMs: line.limitMs === null ? null : (1 + margin) * line.limitMs,
  }));
  const longest = Math.max(0, ...lines.map(({ limitMs }) => limitMs ?? 0));
  const { services } = project({ ...course, lines }, { at: until, until: until + longest, probes: [] });
  const ahead = new Map<string, number>();
  for (const [service, { over }] of services) {
    const at = over && over.at - (margin / (1 + margin)) * over.limitMs;
    if (at !== null && at <= until) ahead.set(service, at);
  }
  return ahead;
}
