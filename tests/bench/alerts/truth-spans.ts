// Spans of the truth, and events of it by kind.
import type { Span } from '../../../firmware-sim/model/hall-day.ts';
import type { HallEvent } from '../../../firmware-sim/model/hall-event.ts';
import type { Found } from './truth.ts';
import type { Lived } from './week.ts';

/** The events that may be of a kind. */
type Timed<K extends HallEvent['kind'], E = HallEvent> = E extends { kind: infer Kinds }
  ? K extends Kinds
    ? E
    : never
  : never;

export function of<K extends HallEvent['kind']>({ plan }: Lived, ...kinds: K[]): Timed<K>[] {
  return plan.truth.filter((event): event is Timed<K> => (kinds as string[]).includes(event.kind));
}

/** What is left of a span outside of some others. */
export function without<S extends Span>(span: S, holes: readonly Span[]): S[] {
  let left: S[] = [span];
  for (const { from, to } of holes) {
    left = left.flatMap((one) => {
      if (to <= one.from || from >= one.to) return [one];
      return [
        { ...one, to: from },
        { ...one, from: to },
      ].filter((part) => part.to > part.from);
    });
  }
  return left;
}

export function within({ from, to }: Span, spans: readonly Span[]): Span[] {
  return spans
    .map((span) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter((span) => span.to > span.from);
}

/** Those of one subject that touch, as one. */
export function joined(found: readonly Found[]): Found[] {
  const all: Found[] = [];
  for (const those of Map.groupBy(found, ({ subject }) => subject).values()) {
    const spans: Found[] = [];
    for (const one of those.toSorted((a, b) => a.from - b.from)) {
      const last = spans.at(-1);
      if (last && one.from <= last.to) last.to = Math.max(last.to, one.to);
      else spans.push({ ...one });
    }
    all.push(...spans);
  }
  return all;
}
