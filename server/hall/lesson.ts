// What was learned of a hall on the way: plain data, kept in a file of its own (J5).
import type { InsideLearned } from './inside/learned.ts';
import { firstInside } from './inside/learned.ts';
import type { WaitsLearned } from './waits/learned.ts';
import { firstLearned } from './waits/learned.ts';

/** What was learned of a hall from the journal up to entry `position`, under this version of the estimators. */
export interface Lesson {
  position: number;
  waits: WaitsLearned;
  inside: InsideLearned;
}

/** What a past taught: it stands in no journal. */
export type Taught = Omit<Lesson, 'position'>;

/** The layout of what is learned: what another version learned is of no use. */
export const learnedVersion = 4;

/**
 * What a hall goes on with that has lived by `lived` when a past that was told of it has taught `past`: of waits, and of people inside,
 * each as far as the past told of more; null where it did of neither. What goes on stays: forecasts that are yet to be judged, how right
 * those of its days were, and today.
 */
export function taughtBy(lived: Lesson, past: Taught): Lesson | null {
  const isMore = { waits: past.waits.judged > lived.waits.judged, inside: past.inside.days > lived.inside.days };
  if (!isMore.waits && !isMore.inside) return null;
  return {
    position: lived.position,
    waits: isMore.waits ? waitsTaught(lived.waits, past.waits) : lived.waits,
    inside: isMore.inside ? { ...past.inside, day: lived.inside.day } : lived.inside,
  };
}

function waitsTaught(lived: WaitsLearned, past: WaitsLearned): WaitsLearned {
  const { waits, classWaits, lastWaits, arrivals, calls, pending, card } = lived;
  // How it is just now, life knows better than the evening that a past ended on.
  const now = lived.judged > 0 ? { waits, classWaits, lastWaits, arrivals, calls } : {};
  return { ...past, ...now, pending, card };
}

/** True for what looks like a lesson of this version: all its parts are there, and every number in them is one. */
export function isTaught(value: unknown): value is Taught {
  const { waits, inside } = firstLesson();
  const { waits: ofWaits, inside: ofInside } = (value ?? {}) as Record<string, unknown>;
  return hasPartsOf(waits, ofWaits) && hasPartsOf(inside, ofInside) && isSound({ ofWaits, ofInside });
}

function hasPartsOf(first: object, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(first).every(([name, part]) => {
    const its = (value as Record<string, unknown>)[name];
    // What is nothing at first is plain data later.
    return part === null ? typeof its === 'object' : (its as object | undefined)?.constructor === part.constructor;
  });
}

function isSound(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value instanceof Map) return [...value.values()].every(isSound);
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isSound);
  return true;
}

export function firstLesson(position = 0): Lesson {
  return { position, waits: firstLearned(), inside: firstInside() };
}
