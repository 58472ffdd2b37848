/** A stretch of time, epoch ms, `to` excluded. */
export interface Span {
  from: number;
  to: number;
}

/** How many ms of `spans` lie within `cover`; both may overlap themselves and come in any order. */
export function overlapMs(spans: readonly Span[], cover: readonly Span[]): number {
  const [a, b] = [union(spans), union(cover)];
  let total = 0;
  let i = 0;
  for (const span of a) {
    while (i > 0 && (b[i - 1]?.to ?? 0) > span.from) i--;
    for (; i < b.length && (b[i] as Span).from < span.to; i++) {
      const other = b[i] as Span;
      total += Math.max(0, Math.min(span.to, other.to) - Math.max(span.from, other.from));
    }
  }
  return total;
}

/** What of `spans` isn't covered by `holes`. */
export function without(spans: readonly Span[], holes: readonly Span[]): Span[] {
  let left = [...spans];
  for (const hole of holes) {
    left = left.flatMap((span) =>
      [
        { from: span.from, to: Math.min(span.to, hole.from) },
        { from: Math.max(span.from, hole.to), to: span.to },
      ].filter(({ from, to }) => to > from),
    );
  }
  return left;
}

/** The parts of `spans` that lie within one span. */
export function within(spans: readonly Span[], { from, to }: Span): Span[] {
  return spans
    .map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) }))
    .filter((span) => span.to > span.from);
}

function union(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const { from, to } of spans.filter((span) => span.to > span.from).sort((x, y) => x.from - y.from)) {
    const last = out.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
}
