// What the wait estimator of a hall has learned: plain data, kept in a file of its own (J5).

import type { Blend } from './blend.ts';
import type { Rates } from './decaying-rate.ts';
import type { HeadStarts } from './head-starts.ts';
import type { ModelLearned } from './model.ts';
import type { Pending } from './pending.ts';
import type { ReportCard } from './report-card.ts';
import type { RunningMean } from './running-mean.ts';
import type { Spread } from './spread.ts';
import { firstSpread } from './spread.ts';

export interface WaitsLearned {
  /** So many waits were learned from. */
  judged: number;
  /** Of the hall, of each service, and how those of a service are weighed with the hall's: means, and medians. */
  model: ModelLearned | null;
  models: Map<string, ModelLearned>;
  blends: Map<string, { mean: Blend; median: Blend }>;
  /** Of the hall, and of each service. */
  spread: Spread;
  spreads: Map<string, Spread>;
  headStarts: HeadStarts;
  /** The latest waits of the hall in s, at most 30; the mean of each class, the last of each class and when its customer was called. */
  waits: number[];
  classWaits: Map<string, RunningMean>;
  lastWaits: Map<string, { s: number; at: number }>;
  /** Service times of the hall and of each service, s. */
  service: RunningMean;
  services: Map<string, RunningMean>;
  /** Seconds from one customer's leaving a desk to the call of the next who waits, and from that call until they sit there. */
  calling: RunningMean;
  coming: RunningMean;
  arrivals: Rates;
  /** Calls of each service. */
  calls: Rates;
  /** Share of customers who waited although a desk was free and nobody before them. */
  despiteFree: RunningMean;
  /** Share of waits that ended without a call. */
  givingUp: RunningMean;
  /** What was foretold of waits that go on, by number. */
  pending: Map<string, readonly Pending[]>;
  card: ReportCard;
}

export function firstLearned(): WaitsLearned {
  return {
    judged: 0,
    model: null,
    models: new Map(),
    blends: new Map(),
    spread: firstSpread(),
    spreads: new Map(),
    headStarts: new Map(),
    waits: [],
    classWaits: new Map(),
    lastWaits: new Map(),
    service: { mean: 180, n: 0 },
    services: new Map(),
    calling: { mean: 15, n: 0 },
    coming: { mean: 15, n: 0 },
    arrivals: new Map(),
    calls: new Map(),
    despiteFree: { mean: 0.3, n: 0 },
    givingUp: { mean: 0.1, n: 0 },
    pending: new Map(),
    card: new Map(),
  };
}
