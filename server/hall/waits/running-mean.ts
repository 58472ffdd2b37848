/** A mean that follows its latest values, `n` of them so far (up to those it reaches back over). Plain data. */
export interface RunningMean {
  mean: number;
  n: number;
}

/** What was expected before weighs as much as so many values. */
const expectedWeighs = 2;

/** Takes a value in; the mean then reaches back over the last `reach` or so. */
export function follow(known: RunningMean, value: number, reach: number): void {
  known.n = Math.min(known.n + 1, reach);
  known.mean += (value - known.mean) / (known.n + expectedWeighs);
}

/** The mean of a part of something, drawn to that of the whole as long as the part is little known. */
export function drawn(part: RunningMean | undefined, whole: number, weight: number): number {
  return part ? (part.mean * part.n + whole * weight) / (part.n + weight) : whole;
}
