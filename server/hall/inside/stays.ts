// How many of those who came are still there: an opinion on the people inside that no error adds up in. Arrivals, each fading with
// its time (M/G/infinity with the stay as a sum of exponentials), and the share that is there at that time of the day, are weighed by
// linear regression on past days.
import type { Learned } from '../waits/regression.ts';
import { Regression } from '../waits/regression.ts';
import type { InsideDay, InsideLearned, Sample, Stayers } from './learned.ts';

const minuteMs = 60_000;
export const slotMs = 15 * minuteMs;
/** How long those who came stay, and those who were there at closing, min. */
const stayMin = [5, 20, 80, 300];
const afterClosingMin = [10, 40];
const fadingPerMinute = stayMin.map((min) => Math.exp(-1 / min));
const leavingPerMinute = afterClosingMin.map((min) => Math.exp(-1 / min));
/** Of: each kind of stay, the share of the time of day, being open, those who came before, those known to be inside, those there at closing. */
const firstWeights = [0, 0, 0, 0, 1, 0, 0, 0, 0.5, 0.5];
const shareFeature = stayMin.length;
const firstVariance = 0.1;
/** Quarter hours that follow each other tell much the same. */
const alike = 2;
const mostSurprise = 6;
/** A past day counts this much less than the one after it. */
const fadingPerDay = 0.9;

export function firstStayers(): Stayers {
  return {
    arrived: 0,
    beforeOpening: 0,
    fading: stayMin.map(() => 0),
    left: afterClosingMin.map(() => 0),
    hasClosed: false,
  };
}

/** People came at `at`, of which is told `agoMs` later. */
export function arrive({ stayers, opensAt, closesAt }: InsideDay, at: number, people: number, agoMs: number): void {
  if (stayers.hasClosed && at < (closesAt ?? 0)) return;
  stayers.arrived += people;
  if (opensAt !== null && at < opensAt) stayers.beforeOpening += people;
  stayMin.forEach((min, i) => {
    stayers.fading[i] = (stayers.fading[i] ?? 0) + people * Math.exp(-agoMs / minuteMs / min);
  });
}

/** A minute goes by. */
export function fade(stayers: Stayers): void {
  stayers.fading = stayers.fading.map((people, i) => people * (fadingPerMinute[i] ?? 0));
  stayers.left = stayers.left.map((people, i) => people * (leavingPerMinute[i] ?? 0));
}

/** The hall has closed on `people`, staff who stay left out: from here on they leave. */
export function close(stayers: Stayers, people: number): void {
  stayers.arrived = 0;
  stayers.beforeOpening = 0;
  stayers.fading = stayers.fading.map(() => 0);
  stayers.left = stayers.left.map(() => people);
  stayers.hasClosed = true;
}

export function slotOf(day: InsideDay, at: number): number {
  return Math.floor((at - day.from) / slotMs);
}

export function featuresOf(learned: InsideLearned, day: InsideDay, at: number): number[] {
  const { stayers, opensAt, closesAt } = day;
  const { there, came } = learned.shares;
  const slot = slotOf(day, at);
  const isOpen = opensAt !== null && closesAt !== null && at >= opensAt && at < closesAt;
  const share = stayers.hasClosed || !came[slot] ? 0 : (there[slot] ?? 0) / came[slot];
  return [
    ...stayers.fading,
    share * stayers.arrived,
    Number(isOpen),
    isOpen ? stayers.beforeOpening : 0,
    day.known,
    ...stayers.left,
  ];
}

/** What arrivals alone say of the people inside; null before a day was learned from. */
export function opinionOf({ stays }: InsideLearned, features: readonly number[]): number | null {
  if (!stays) return null;
  const sum = features.reduce((total, feature, i) => total + feature * (stays.weights[i] ?? 0), 0);
  return Math.max(0, sum);
}

/** Learns from quarter hours of a day of which is known by now how many people were there. */
export function learnStays(learned: InsideLearned, past: readonly { sample: Sample; people: number }[]): void {
  const { there, came } = learned.shares;
  for (const { sample, people } of past) {
    const { slot, arrived } = sample;
    there[slot] = fadingPerDay * (there[slot] ?? 0) + people;
    came[slot] = fadingPerDay * (came[slot] ?? 0) + arrived;
  }
  const isFirst = learned.stays === null;
  const regression = new Regression(firstWeights, firstVariance, learned.stays);
  learned.stays = regression.learned satisfies Learned;
  // Of the first day the share of each time of day is only just known: it would fit itself.
  if (isFirst) return;
  for (const { sample, people } of past) {
    // Not by what became: those times would weigh less at which more were there than was foretold.
    const weight = 1 / Math.sqrt(alike * ((sample.opinion ?? sample.features[shareFeature] ?? 0) + 1));
    const features = sample.features.map((feature) => feature * weight);
    regression.learn(features, Math.max(0, people - sample.staff) * weight, mostSurprise);
  }
}
