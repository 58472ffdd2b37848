// What is learned of how many people are inside a hall: plain data, kept with what else was learned of it (J5).
import type { Learned } from '../waits/regression.ts';
import type { RunningMean } from '../waits/running-mean.ts';
import { firstStay } from './staff.ts';

/** The hall as one of its days goes on. Moments are epoch ms. */
export interface InsideDay {
  from: number;
  /** When the hall is empty again by definition. */
  to: number;
  /** The day's opening, and the end of its last one; null for a hall that doesn't close, or not open at all. */
  opensAt: number | null;
  closesAt: number | null;
  /** Heard of from its beginning on: only such a day teaches. */
  isWhole: boolean;
  /** The minutes up to here are accounted for. */
  tickedAt: number;
  /** What of the estimate is not in the raw counts: `estimate - net`. */
  net: number;
  estimate: number;
  /** Variance of the estimate. */
  variance: number;
  /** Of so many it is known that they are inside. */
  known: number;
  /** Counts with what doors miss made up for, and nothing else. */
  scaled: number;
  crossings: number;
  /** People inside while the hall was open, summed over its minutes. */
  openPeople: number;
  openMinutes: number;
  /** Crossings told of long after their time. */
  late: number;
  /** Counts of each door. */
  doors: Map<string, { in: number; out: number }>;
  /** What those who came are remembered by: see stays.ts. */
  stayers: Stayers;
  samples: Sample[];
}

export interface Stayers {
  /** Since the day began, or since the hall closed. */
  arrived: number;
  beforeOpening: number;
  /** Those who came, each fading with a time of its own. */
  fading: number[];
  /** Those who were there when the hall closed, fading. */
  left: number[];
  hasClosed: boolean;
}

/** The day at one of its quarter hours. */
export interface Sample {
  slot: number;
  features: number[];
  arrived: number;
  scaled: number;
  crossings: number;
  /** So many of them may be staff who stay after closing. */
  staff: number;
  /** What arrivals alone said; null before anything was learned. */
  opinion: number | null;
}

export interface InsideLearned {
  /** So many days were learned from. */
  days: number;
  day: InsideDay | null;
  /** How much more people each door (and, last, each day) counts in than out; `spread` is the covariance, row by row. */
  misses: { doors: string[]; weights: number[]; spread: number[] };
  /** Variance that a crossing adds. */
  perCrossing: RunningMean;
  stays: Learned | null;
  /** By quarter hour of the day: of those who had come by then, how many were still there; sums over past days, fading. */
  shares: { there: number[]; came: number[] };
  /** Variance of what arrivals alone say, by people; and how alike its errors of one quarter hour and the next are. */
  opinionNoise: RunningMean;
  opinionMemory: RunningMean;
  /** Until half of the staff have left, min after the last closing. */
  staffStay: RunningMean;
}

export function firstInside(): InsideLearned {
  return {
    days: 0,
    day: null,
    misses: { doors: [], weights: [], spread: [] },
    perCrossing: { mean: 0.05, n: 0 },
    stays: null,
    shares: { there: [], came: [] },
    opinionNoise: { mean: 2, n: 0 },
    opinionMemory: { mean: 0.6, n: 0 },
    staffStay: firstStay(),
  };
}
