import type { Past, PastLesson, PastPoints, PastTaken, PastTaught } from '../contracts/past.ts';

/** Where a past goes: a data folder that nobody uses, or the server that runs on it. */
export interface Target {
  /** Points that are best handed over at once. */
  readonly pageSize: number;
  /** What is there already. */
  past(): Promise<Past>;
  /** Hands points over, however long that takes. */
  take(points: PastPoints): Promise<PastTaken>;
  /** Hands over what days that were told taught of a hall. */
  teach(lesson: PastLesson): Promise<PastTaught>;
  /** Waits until everything is in the store and rolled up, telling now and then how much isn't. */
  settle(waiting: (points: number) => void): Promise<void>;
  close(): Promise<void>;
}

/** A person or the launcher ended it. */
export class Interrupted extends Error {}
