/** A question to end a fix with, where one of the words is close to what was written. */
export function perhaps(text: string, words: readonly string[]): string {
  const close = nearest(text, words);
  return close === null ? '' : ` (did you mean ${close}?)`;
}

/** The word that a mistyped one most likely stands for; null where none is close. */
function nearest(text: string, words: readonly string[]): string | null {
  const all = words.map((word) => ({ word, off: distance(text.toLowerCase(), word.toLowerCase()) }));
  const best = all.reduce((a, b) => (b.off < a.off ? b : a), { word: '', off: Number.POSITIVE_INFINITY });
  return best.off <= Math.max(1, Math.floor(Math.min(text.length, 40) / 3)) ? best.word : null;
}

/** Letters that must be changed, added or left out (Levenshtein). Keys are short: what is longer is no slip. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 15 || a.length > 60) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = (row[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(same, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
