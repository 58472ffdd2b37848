// How far waits lie from what was foretold, as quantiles of the difference (of logarithms) that are followed one by one: each
// moves up by its share when the difference is above it, and down otherwise (Robbins and Monro, 1951; as tracked online in
// Gibbs and Candes, "Adaptive conformal inference under distribution shift", 2021).

/** Plain data: the 10th, 50th and 90th percentile, how many it saw, and the share of late that fell between the outer two. */
export interface Spread {
  low: number;
  middle: number;
  high: number;
  n: number;
  within: number;
}

const leastStep = 0.01;
const firstStep = 0.5;
/** What is expected before weighs as much as so many waits. */
const expectedWeighs = 60;
const withinReach = 50;
/** A range that held less than this of late is wrong by now, and moves so many times as fast. */
const leastWithin = 0.7;
const hurry = 4;

/** A range within which four of five waits end, before anything was learned. */
export const firstSpread = (): Spread => ({ low: -1, middle: 0, high: 0.9, n: 0, within: 0.8 });

export function noteDifference(spread: Spread, difference: number): void {
  spread.n++;
  const isWithin = difference >= spread.low && difference <= spread.high;
  spread.within += (Number(isWithin) - spread.within) / withinReach;
  const step = Math.max(leastStep, firstStep / Math.sqrt(spread.n + expectedWeighs));
  const outer = spread.within < leastWithin ? Math.max(step, hurry * leastStep) : step;
  spread.low += outer * (0.1 - Number(difference < spread.low));
  spread.middle += step * (0.5 - Number(difference < spread.middle));
  spread.high += outer * (0.9 - Number(difference < spread.high));
}
