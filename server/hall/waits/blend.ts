// Two who foretell the same, weighed by how far off each was of late: a service's own model knows its desks, the hall's has seen far
// more tickets. Weights fall with the errors' ratio, steeply, as in exponentially weighted forecasters (Cesa-Bianchi and
// Lugosi, "Prediction, learning, and games", 2006).
import type { RunningMean } from './running-mean.ts';
import { follow } from './running-mean.ts';

/** Plain data: each one's error of late. */
export interface Blend {
  hall: RunningMean;
  own: RunningMean;
}

const reach = 100;
const steepness = 6;
/** One that has seen nothing yet isn't asked. */
const firstErrors = { hall: 1, own: 1.5 };

export const firstBlend = (): Blend => ({
  hall: { mean: firstErrors.hall, n: 0 },
  own: { mean: firstErrors.own, n: 0 },
});

/** The share of the service's own, 0 to 1. */
export function ownShare({ hall, own }: Blend): number {
  return 1 / (1 + (own.mean / Math.max(hall.mean, 1e-9)) ** steepness);
}

export function noteErrors(blend: Blend, hall: number, own: number): void {
  follow(blend.hall, Math.abs(hall), reach);
  follow(blend.own, Math.abs(own), reach);
}
