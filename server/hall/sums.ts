/**
 * Increments of one part of a day. `resets` counts the totals that began again from 0 within a boot, `replaced` the boots that began
 * with more than can have been counted since the device's last word.
 */
export interface Sum {
  part: string;
  in: number;
  out: number;
  resets: number;
  replaced: number;
}

/** Adds to the sum of its part, or puts a new one in its place among them, unless it is nothing. */
export function addSum(sums: Sum[], { part, in: ins, out, resets, replaced }: Sum): void {
  if (ins === 0 && out === 0 && resets === 0 && replaced === 0) return;
  let i = sums.length;
  while (i > 0 && (sums[i - 1]?.part ?? '') > part) i--;
  const known = sums[i - 1];
  if (known?.part !== part) {
    sums.splice(i, 0, { part, in: ins, out, resets, replaced });
    return;
  }
  known.in += ins;
  known.out += out;
  known.resets += resets;
  known.replaced += replaced;
}
