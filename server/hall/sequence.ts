/** What arrived of one device: per boot, the seq numbers seen, as sorted inclusive ranges laid flat `[a, b, a, b ...]`. */
export type SeenBoots = Map<number, number[]>;

export type Arrival = 'new' | 'late' | 'repeat';

const keptBoots = 64;
const keptRanges = 5_000;

/**
 * Notes one (boot, seq) as arrived. `repeat`: it was there already; `late`: new, though a higher one of the same boot
 * came before. Constant time for what comes in order.
 */
export function arrive(seen: SeenBoots, boot: number, seq: number): Arrival {
  let ranges = seen.get(boot);
  if (!ranges) {
    ranges = [];
    seen.set(boot, ranges);
    if (seen.size > keptBoots) seen.delete(seen.keys().reduce((a, b) => Math.min(a, b)));
  }
  const end = ranges.at(-1);
  if (end === undefined || seq > end + 1) {
    ranges.push(seq, seq);
    closeOldestGaps(ranges);
    return 'new';
  }
  if (seq === end + 1) {
    ranges[ranges.length - 1] = seq;
    return 'new';
  }
  const isNew = insert(ranges, seq);
  closeOldestGaps(ranges);
  return isNew ? 'late' : 'repeat';
}

/** Gaps that nobody filled for thousands of others are given up: memory stays bounded. */
function closeOldestGaps(ranges: number[]): void {
  if (ranges.length > 2 * keptRanges) ranges.splice(1, 2);
}

function insert(ranges: number[], seq: number): boolean {
  // The first range that ends at or after seq.
  let low = 0;
  let high = ranges.length / 2 - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[2 * middle + 1] ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  const i = 2 * low;
  const start = ranges[i] ?? 0;
  if (seq >= start) return false;
  const joinsBefore = i > 0 && ranges[i - 1] === seq - 1;
  const joinsAfter = start === seq + 1;
  if (joinsBefore && joinsAfter) ranges.splice(i - 1, 2);
  else if (joinsBefore) ranges[i - 1] = seq;
  else if (joinsAfter) ranges[i] = seq;
  else ranges.splice(i, 0, seq, seq);
  return true;
}
