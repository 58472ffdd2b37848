// How right what was foretold turned out to be, by service and local day: what every quote has to answer for.
import type { Quote } from './pending.ts';

/** Sums over the waits of a day that a call ended. `offS`: how far off the median foretold was; `biasS`: the same with its sign, foretold less became. */
export interface Score {
  n: number;
  offS: number;
  biasS: number;
  /** Waits that ended within the range, and the sum of how wide that was. */
  covered: number;
  widthS: number;
}

/** Plain data: by local date, by service ('' for one that the registry doesn't know). */
export type ReportCard = Map<string, Map<string, Score>>;

const keptDays = 8;

export function noteScore(
  card: ReportCard,
  date: string,
  service: string | null,
  { s, lowS, highS }: Quote,
  waitS: number,
): void {
  if (!card.has(date)) {
    card.set(date, new Map());
    for (const old of [...card.keys()].sort().slice(0, -keptDays)) card.delete(old);
  }
  const day = card.get(date);
  const score = day?.getOrInsertComputed(service ?? '', () => ({ n: 0, offS: 0, biasS: 0, covered: 0, widthS: 0 }));
  if (!score) return;
  score.n++;
  score.offS += Math.abs(s - waitS);
  score.biasS += s - waitS;
  score.covered += Number(waitS >= lowS && waitS <= highS);
  score.widthS += highS - lowS;
}
