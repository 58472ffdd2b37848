// A histogram of durations that can be merged: fixed buckets, each gamma times as wide as the one before, after Masson, Rim
// and Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019.

/** A quantile is off by this share of itself at most, from 1 s to `mostS`; under 1 s it reads as 0. */
export const relativeError = 0.02;
const gamma = (1 + relativeError) / (1 - relativeError);
const logGamma = Math.log(gamma);
const mostS = 86_400;
const lastBucket = bucketOf(mostS);

/** Counts by bucket, those that aren't 0. */
export type Histogram = ReadonlyMap<number, number>;

/** Bucket 0 is under 1 s; bucket i holds gamma^(i-2) < s <= gamma^(i-1). Durations over a day count as one day. */
function bucketOf(s: number): number {
  return s < 1 ? 0 : 1 + Math.ceil(Math.log(Math.min(s, mostS)) / logGamma);
}

/** The value of a bucket that is nearest to both of its ends, in relation to them. */
function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : (2 * gamma ** (bucket - 1)) / (gamma + 1);
}

/** Of durations in seconds; what isn't a number from 0 is left out. */
export function histogramOf(durationsS: Iterable<number>): Histogram {
  const counts = new Map<number, number>();
  for (const s of durationsS) if (s >= 0) add(counts, bucketOf(s), 1);
  return counts;
}

export function mergeHistograms(histograms: Iterable<Histogram>): Histogram {
  const counts = new Map<number, number>();
  for (const histogram of histograms) for (const [bucket, count] of histogram) add(counts, bucket, count);
  return counts;
}

/** The quantile `q` (0 to 1) in seconds, by the nearest rank and within `relativeError`; null of nothing. */
export function quantile(histogram: Histogram, q: number): number | null {
  // Sorted as numbers, natively: a year by hours asks 17,520 times.
  const buckets = Uint16Array.from(histogram.keys()).sort();
  let total = 0;
  for (const count of histogram.values()) total += count;
  const rank = Math.max(1, Math.ceil(Math.min(q, 1) * total));
  let seen = 0;
  for (const bucket of buckets) {
    seen += histogram.get(bucket) ?? 0;
    if (seen >= rank) return middleOf(bucket);
  }
  return null;
}

/** As a field holds it: `bucket:count` with commas, buckets growing. Empty for nothing. */
export function histogramText(histogram: Histogram): string {
  const buckets = [...histogram].sort(([a], [b]) => a - b);
  return buckets.map(([bucket, count]) => `${bucket}:${count}`).join(',');
}

/** Reads `histogramText`; null for what isn't one. */
export function parseHistogram(text: string): Histogram | null {
  const counts = new Map<number, number>();
  return addHistogramText(counts, text) ? counts : null;
}

/** Adds a `histogramText` to `counts`; false for what isn't one, of which a part may be added then. Made for years of them. */
export function addHistogramText(counts: Map<number, number>, text: string): boolean {
  let bucket: number | null = null;
  let number = 0;
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= zero && code <= nine) {
      number = number * 10 + code - zero;
      width++;
    } else if (code === colon && bucket === null && width > 0 && number <= lastBucket) {
      bucket = number;
      number = width = 0;
    } else if (code === comma && bucket !== null && width > 0 && width <= mostDigits) {
      add(counts, bucket, number);
      bucket = null;
      number = width = 0;
    } else return false;
  }
  if (text === '') return true;
  if (bucket === null || width === 0 || width > mostDigits) return false;
  add(counts, bucket, number);
  return true;
}

const [zero, nine, colon, comma] = ['0', '9', ':', ','].map((sign) => sign.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
];
/** A count of more isn't exact. */
const mostDigits = 15;

function add(counts: Map<number, number>, bucket: number, count: number): void {
  counts.set(bucket, (counts.get(bucket) ?? 0) + count);
}
