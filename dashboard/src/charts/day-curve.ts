// The curve of a day and the band of the usual, made ready to be drawn. Pure: times are epoch ms, people are mean numbers inside.
import type { UsualSlot } from '../../../server/contracts/usual.ts';

export interface CurvePoint {
  at: number;
  occupancy: number | null;
}

interface Span {
  from: number;
  to: number;
}

/** Columns over the same times; null where there is nothing to draw. */
export interface CurveColumns {
  at: number[];
  low: (number | null)[];
  high: (number | null)[];
  people: (number | null)[];
}

const slotMs = 900_000;
/** Points further apart than this aren't joined: nobody knows what was between them. */
const farMs = 1_200_000;

export function curveColumns(
  slots: readonly UsualSlot[],
  points: readonly CurvePoint[],
  { from, to }: Span,
): CurveColumns {
  // What holds for a quarter of an hour stands in its middle.
  const bands = slots.flatMap(({ at, occupancy }) => (occupancy ? [{ at: at + slotMs / 2, ...occupancy }] : []));
  const shown = [from, to, ...bands.map(({ at }) => at), ...points.map(({ at }) => at)];
  const at = [...new Set(shown)].filter((x) => x >= from && x <= to).sort((a, b) => a - b);
  const band = (end: 'low' | 'high') => {
    const line = bands.map((one) => ({ at: one.at, occupancy: one[end] }));
    return at.map((x) => between(line, x, slotMs * 1.5, slotMs / 2));
  };
  return { at, low: band('low'), high: band('high'), people: at.map((x) => between(points, x, farMs, 0)) };
}

/** The value at `x` on straight lines between points at most `farApart` apart; beyond the last one, its own for `beyond`. */
function between(points: readonly CurvePoint[], x: number, farApart: number, beyond: number): number | null {
  const next = points.findIndex((point) => point.at >= x);
  const right = points[next];
  if (right?.at === x) return right.occupancy;
  const left = points.at(next === -1 ? -1 : next - 1);
  const [a, b] = [next === 0 ? undefined : left, right];
  if (a && b && b.at - a.at <= farApart) {
    if (a.occupancy === null || b.occupancy === null) return null;
    return a.occupancy + ((b.occupancy - a.occupancy) * (x - a.at)) / (b.at - a.at);
  }
  if (a && x - a.at <= beyond) return a.occupancy;
  return b && b.at - x <= beyond ? b.occupancy : null;
}

/** Stretches of opening hours up to `now` that the points say nothing of. */
export function unknownSpans(points: readonly CurvePoint[], open: readonly Span[], now: number): Span[] {
  const known = points.filter(({ occupancy }) => occupancy !== null).map(({ at }) => at);
  return open.flatMap(({ from, to }) => {
    const end = Math.min(to, now);
    const within = [from, ...known.filter((at) => at > from && at < end), end];
    return within.flatMap((start, i) => {
      const next = within[i + 1];
      return next !== undefined && next - start > farMs ? [{ from: start, to: next }] : [];
    });
  });
}

/** How high the chart reaches, and whether the capacity's line lies within: far above all there is it would press the curve flat. */
export function chartTop(peak: number, capacity: number): { top: number; showsCapacity: boolean } {
  const showsCapacity = capacity <= Math.max(peak, 1) * 2.5;
  return { top: Math.max(peak * 1.15, showsCapacity ? capacity * 1.12 : 0, 4), showsCapacity };
}

/** Two to four round numbers of people below `top`, none of them where the capacity stands. */
export function peopleTicks(top: number, capacity: number | null): number[] {
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.floor(top / step) }, (_, i) => (i + 1) * step).filter(
    (tick) => tick < top * 0.92 && Math.abs(tick - (capacity ?? top * 2)) > top * 0.08,
  );
}

/** Full hours of the hall's clock, six at most; `clock` writes a time as `HH:MM`. */
export function hourTicks({ from, to }: Span, clock: (at: number) => string): { at: number; text: string }[] {
  const first = Math.ceil(from / slotMs) * slotMs;
  const quarters = Array.from({ length: Math.floor((to - first) / slotMs) + 1 }, (_, i) => first + i * slotMs);
  const hours = quarters.map((at) => ({ at, text: clock(at) })).filter(({ text }) => text.endsWith(':00'));
  const step = [1, 2, 3, 4, 6].find((every) => hours.length / every <= 6) ?? 6;
  return hours.filter(({ text }) => Number(text.slice(0, 2)) % step === 0);
}
