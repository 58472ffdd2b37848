// What doors miss. Of those who come in as many go out before the hall is empty: what is left of a day's counts was missed, or went
// another way. Each door has a share by which it counts more in than out, and a day a number of people who pass elsewhere;
// day by day a Kalman filter learns both from what was left.
import type { InsideDay, InsideLearned } from './learned.ts';

/** What a day is expected to leave, as standard deviations: of a door's share, and of the people a day who pass elsewhere. */
const firstDeviation = { door: 0.05, elsewhere: 5 };
/** Doors change: a day makes what is known this part of its first deviation less certain. */
const change = 0.05;
/** Beside what crossings add: nobody is there at all at night, or one or two. */
const residueVariance = 4;
const mostDeviations = 2.5;
const hourMs = 3_600_000;

type Misses = InsideLearned['misses'];

/** By how much counts of a door are multiplied. The direction that counts the most of all is taken for right: counters miss, they don't invent. */
export interface Factors {
  of(door: string): { in: number; out: number };
  /** People a day who come in elsewhere and go out here. */
  elsewhere: number;
}

export function factorsOf({ doors, weights }: Misses): Factors {
  const halves = doors.map((_, i) => (weights[i] ?? 0) / 2);
  const least = halves.reduce((lowest, half) => Math.min(lowest, -Math.abs(half)), 0);
  const known = new Map(
    doors.map((door, i) => [door, { in: 1 - (halves[i] ?? 0) - least, out: 1 + (halves[i] ?? 0) - least }]),
  );
  const unknown = { in: 1 - least, out: 1 - least };
  return { of: (door) => known.get(door) ?? unknown, elsewhere: -(weights[doors.length] ?? 0) };
}

/** What was learned of these doors: anew of one that is new. */
export function missesOf(known: Misses, doors: readonly string[]): Misses {
  if (known.doors.length === doors.length && doors.every((door, i) => known.doors[i] === door)) return known;
  const first = [...doors.map(() => firstDeviation.door), firstDeviation.elsewhere];
  // The last one is what passes elsewhere, which stays.
  const size = known.doors.length + 1;
  const places = [...doors.map((door) => known.doors.indexOf(door)), known.weights.length === size ? size - 1 : -1];
  const spreadOf = (i: number, j: number) => {
    const [a, b] = [places[i] ?? -1, places[j] ?? -1];
    if (a >= 0 && b >= 0) return known.spread[a * size + b] ?? 0;
    return i === j ? (first[i] ?? 0) ** 2 : 0;
  };
  return {
    doors: [...doors],
    weights: places.map((place) => known.weights[place] ?? 0),
    spread: first.flatMap((_, i) => first.map((_one, j) => spreadOf(i, j))),
  };
}

/**
 * Learns from a day that is over, in which each crossing adds so much variance. Answers the square of what was left beyond what was
 * expected, without the part that not knowing the doors gave it: chance.
 */
export function learnMisses(misses: Misses, day: InsideDay, perCrossing: number): number {
  const { doors, weights, spread } = misses;
  const size = doors.length + 1;
  const features = doors.map((door) => {
    const { in: ins, out } = day.doors.get(door) ?? { in: 0, out: 0 };
    return (ins + out) / 2;
  });
  features.push((day.to - day.from) / (24 * hourMs));
  const gain = weights.map((_, i) => dot(spread.slice(i * size, (i + 1) * size), features));
  const chance = perCrossing * day.crossings + residueVariance;
  const variance = dot(gain, features) + chance;
  const surprise = day.net - dot(weights, features);
  const most = mostDeviations * Math.sqrt(variance);
  const step = Math.max(-most, Math.min(most, surprise)) / variance;
  for (let i = 0; i < size; i++) {
    weights[i] = (weights[i] ?? 0) + (gain[i] ?? 0) * step;
    for (let j = 0; j < size; j++) {
      const at = i * size + j;
      spread[at] = (spread[at] ?? 0) - ((gain[i] ?? 0) * (gain[j] ?? 0)) / variance;
    }
    const first = i < doors.length ? firstDeviation.door : firstDeviation.elsewhere;
    spread[i * size + i] = Math.min((spread[i * size + i] ?? 0) + (change * first) ** 2, first ** 2);
  }
  return (surprise ** 2 * chance) / variance;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
