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

/** The layout of what is learned: what another version learned is of no use. */
export const learnedVersion = 3;

export function firstLesson(position = 0): Lesson {
  return { position, waits: firstLearned(), inside: firstInside() };
}
