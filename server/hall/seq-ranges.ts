/**
 * Sorted, disjoint, inclusive ranges of seq laid flat, each with a mark: `[first, last, mark, first, last, mark ...]`.
 * Plain numbers, so that thousands of ranges cost little and a snapshot copies them as they are.
 */
export type SeqRanges = number[];

const width = 3;

/** Number of ranges. */
export function countRanges(ranges: SeqRanges): number {
  return ranges.length / width;
}

/** The highest seq in the ranges; 0 when there is none. */
export function highestOf(ranges: SeqRanges): number {
  return ranges[ranges.length - 2] ?? 0;
}

export function hasSeq(ranges: SeqRanges, seq: number): boolean {
  const i = indexFrom(ranges, seq);
  return i < ranges.length && (ranges[i] ?? 0) <= seq;
}

/**
 * Adds one seq; false when it was there. It joins its neighbours, whose common mark is then the first one's; with
 * `sameMark` only those that carry its own mark.
 */
export function addSeq(ranges: SeqRanges, seq: number, mark: number, { sameMark = false } = {}): boolean {
  const i = indexFrom(ranges, seq);
  if (i < ranges.length && (ranges[i] ?? 0) <= seq) return false;
  const fits = (at: number) => !sameMark || ranges[at + 2] === mark;
  const joinsBefore = i > 0 && ranges[i - 2] === seq - 1 && fits(i - width);
  const joinsAfter = i < ranges.length && ranges[i] === seq + 1 && fits(i);
  if (joinsBefore && joinsAfter) joinWithFormer(ranges, i / width);
  else if (joinsBefore) ranges[i - 2] = seq;
  else if (joinsAfter) {
    ranges[i] = seq;
    ranges[i + 2] = mark;
  } else ranges.splice(i, 0, seq, seq, mark);
  return true;
}

/** Adds a whole range, joined with all it touches. Marks are 0. */
export function addRange(ranges: SeqRanges, from: number, to: number): void {
  const begin = indexFrom(ranges, from - 1);
  let [first, last, end] = [from, to, begin];
  for (; end < ranges.length && (ranges[end] ?? 0) <= to + 1; end += width) {
    first = Math.min(first, ranges[end] ?? from);
    last = Math.max(last, ranges[end + 1] ?? to);
  }
  ranges.splice(begin, end - begin, first, last, 0);
}

/** Takes one seq out and answers the mark of the range it was in; null when it was not there. */
export function removeSeq(ranges: SeqRanges, seq: number): number | null {
  const i = indexFrom(ranges, seq);
  const [first, last, mark] = ranges.slice(i, i + width);
  if (first === undefined || last === undefined || mark === undefined || first > seq) return null;
  const left = first < seq ? [first, seq - 1, mark] : [];
  const right = seq < last ? [seq + 1, last, mark] : [];
  ranges.splice(i, width, ...left, ...right);
  return mark;
}

/** Gives the range that begins with `seq` another mark. */
export function remark(ranges: SeqRanges, seq: number, mark: number): void {
  const i = indexFrom(ranges, seq);
  if (ranges[i] === seq) ranges[i + 2] = mark;
}

/** Closes the gap before the range at `index` (counted from 0; not the first), which keeps the former one's mark. */
export function joinWithFormer(ranges: SeqRanges, index: number): void {
  const i = index * width;
  ranges[i - 2] = ranges[i + 1] ?? 0;
  ranges.splice(i, width);
}

/** The parts of `from` to `to` that are in none of the ranges, in order. */
export function partsOutside(ranges: SeqRanges, from: number, to: number): [from: number, to: number][] {
  const parts: [number, number][] = [];
  let next = from;
  for (let i = indexFrom(ranges, from); i < ranges.length && (ranges[i] ?? 0) <= to; i += width) {
    const first = ranges[i] ?? 0;
    if (first > next) parts.push([next, first - 1]);
    next = (ranges[i + 1] ?? first) + 1;
  }
  if (next <= to) parts.push([next, to]);
  return parts;
}

/** Each range with its mark, in order. */
export function* eachRange(ranges: SeqRanges): Generator<[first: number, last: number, mark: number]> {
  for (let i = 0; i < ranges.length; i += width) yield [ranges[i] ?? 0, ranges[i + 1] ?? 0, ranges[i + 2] ?? 0];
}

/** Where the first range that ends at or after `seq` begins in the flat list; its length when there is none. */
function indexFrom(ranges: SeqRanges, seq: number): number {
  let low = 0;
  let high = ranges.length / width;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle * width + 1] ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low * width;
}
