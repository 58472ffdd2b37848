/** The share as percent with one digit, never rounded up to a whole: null when all is here, or nothing was sent. */
export function percentHere(share: number | null): string | null {
  if (share === null || share >= 1) return null;
  return Math.min(99.9, Math.floor(share * 1_000) / 10).toFixed(1);
}
