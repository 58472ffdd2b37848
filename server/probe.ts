/** Places on the walk of a message where a test looks in, or ends the process, to see that nothing is lost there. */
export type ProbePoint = 'before-commit' | 'committed' | 'acknowledged' | 'snapshot';
export type Probe = (point: ProbePoint) => void;

/** What a test may look into or make smaller; a real run has none of it. */
export interface Trial {
  probe?: Probe;
  /** Size at which the journal begins a new file, instead of 1 GB. */
  fileBytes?: number;
  /** A hall that changed is written down after this long or so many entries, instead of 40 s and 25,000. */
  snapshotAfter?: { ms: number; entries: number };
}

export const noProbe: Probe = () => {};
