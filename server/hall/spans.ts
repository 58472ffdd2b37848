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

function union(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const { from, to } of spans.filter((span) => span.to > span.from).sort((x, y) => x.from - y.from)) {
    const last = out.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
}
