import type { HallConfig } from '../config/hall-config.ts';
import type { MatchRules } from './ticket-matching.ts';

/** Epoch seconds since 2001, until 5138: no millisecond of a message is so small. */
const seconds = { least: 1e9, below: 1e11 };

/** What a hall's registry and days say to the matching of tickets. */
export function matchRulesOf({ file, days }: HallConfig): MatchRules {
  const served = new Map(file.desks.map(({ id, serves }) => [id, new Set(serves)]));
  return {
    serves: (desk) => served.get(desk),
    waitsFrom(at, appointment) {
      if (typeof appointment !== 'number') return null;
      const isSeconds = appointment >= seconds.least && appointment < seconds.below;
      const time = isSeconds ? appointment * 1000 : appointment;
      // One of the past is none, and one of another day isn't what the customer has come for.
      return time > at && time < days.of(at).end ? time : null;
    },
  };
}
