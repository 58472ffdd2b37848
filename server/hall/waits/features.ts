// What a queue machine knows at the moment a customer joins, as numbers that a linear model of the logarithm of the wait can use.
// The sources: queue length by service rate and the delays of those called last (Whitt, "Predicting queueing delays", 1999;
// Ibrahim and Whitt, "Real-time delay estimation based on delay history", 2009), put together by a regression (Ang and others,
// "Accurate emergency department wait time prediction", 2016), by class of customer (Senderovich and others, "Queue mining for
// delay prediction in multi-class service processes", 2015).

import { rivalsOf } from './rivals.ts';
import type { Situation } from './situation.ts';

/** Seconds that theory gives: those ahead and half a service, by the desks that work. */
export function theoryS({ ahead, busy, free300, serviceS }: Situation): number {
  return ((ahead + 0.7) * serviceS) / Math.max(1, busy + free300);
}

/** The model of the mean is linear in seconds, in units of so many: that is what a wait may well be off by. */
export const unitS = 200;

/** What each of `meanFeatures` weighs before a hall was watched: half theory, half what others waited. */
export const firstMeanWeights: readonly number[] = [0, 0.5, 0.1, 0, 0.05, 0.2, 0, 0, 0, 0, 0, 0];

/** People count as minutes. */
export function meanFeatures(now: Situation): number[] {
  const { queueByRate, rollingMean } = rivalsOf(now);
  return [
    60 / unitS,
    theoryS(now) / unitS,
    now.classWaitS / unitS,
    now.lastWaitS / unitS,
    now.byCallsS / unitS,
    now.headOfLineS / unitS,
    queueByRate / unitS,
    rollingMean / unitS,
    (60 * now.ahead) / unitS,
    (60 * now.waiting) / unitS,
    (60 * now.same) / unitS,
    (60 * now.favoured) / unitS,
  ];
}

/** The model of the median goes by logarithms of seconds, with so many added: 2 s and 4 s are much the same to a customer. */
export const softS = 5;

/** What each of `medianFeatures` weighs before a hall was watched: a constant, the mean, theory, the class's waits, its last wait. */
export const firstMedianWeights: readonly number[] = [
  0.1,
  0.35,
  0.1,
  0.15,
  0.05,
  0.15,
  0.15,
  ...new Array<number>(14).fill(0),
];

/** `meanS` is what the model of the mean says. */
export function medianFeatures(now: Situation, meanS: number): number[] {
  const ahead = Math.log1p(now.ahead);
  return [
    1,
    Math.log(meanS + softS),
    Math.log(theoryS(now) + softS),
    Math.log(now.classWaitS + softS),
    Math.log(now.lastWaitS + softS),
    Math.log(now.byCallsS + softS),
    Math.log(now.headOfLineS + softS),
    ahead,
    Math.log1p(now.waiting),
    Math.log1p(now.same),
    Math.log1p(now.favoured),
    Math.log1p(now.busy),
    Math.log1p(now.longBusy),
    Math.log1p(now.free10),
    Math.log1p(now.free60),
    Math.log1p(now.free300),
    Math.log1p(100 * now.favouredPerS),
    now.givingUp,
    ahead * Math.log(now.hallWaitS + softS),
    now.free60 > 0 ? ahead : 0,
    Math.log(now.serviceS + softS),
  ];
}
