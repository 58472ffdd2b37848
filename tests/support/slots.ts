// Quarters of an hour as the history of a hall has them, for tests of what is read from it.
import type { Point } from '../../server/history/points.ts';

interface Slot {
  entered: number;
  /** People inside all the time. */
  occupancy: number;
  called?: number;
  /** Of each one called. */
  waitS?: number;
}

const spans = { hall_slot: 900_000, hall_minute: 60_000 } as const;
type Measurement = keyof typeof spans;

/** One point of `hall`, from `at` (epoch ms). */
export function slotPoint(hall: string, at: number, slot: Slot, measurement: Measurement = 'hall_slot'): Point {
  const { entered, occupancy, called = 0, waitS = 0 } = slot;
  const knownS = spans[measurement] / 1_000;
  return {
    measurement,
    tags: { hall },
    at: at * 1_000,
    fields: {
      entered,
      occupancyS: occupancy * knownS,
      knownS,
      called,
      waited: called,
      waitS: called * waitS,
      simulated: true,
    },
  };
}

/** Points of one stretch after another, from `from` to `to` (epoch ms), each as `slot` says. */
export function slotPoints(
  hall: string,
  { from, to, measurement = 'hall_slot' }: { from: number; to: number; measurement?: Measurement },
  slot: (at: number) => Slot,
): Point[] {
  const count = Math.ceil((to - from) / spans[measurement]);
  return Array.from({ length: count }, (_, i) => from + i * spans[measurement]).map((at) =>
    slotPoint(hall, at, slot(at), measurement),
  );
}
