/** Places on the walk of a message where a test looks in, or ends the process, to see that nothing is lost there. */
export type ProbePoint = 'before-commit' | 'committed' | 'acknowledged' | 'snapshot';
export type Probe = (point: ProbePoint) => void;

export const noProbe: Probe = () => {};
