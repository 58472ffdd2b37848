// Which class of customers is called before which: learned from whom desks call while others wait. A class has a head start in
// seconds: it is called as if its customers had joined so much earlier. That fits machines with strict precedence (a long head
// start), with a bonus on the time waited (as banks have), and those that ask desks for the next of several services.
// Learned as ratings of players are (Elo; Bradley and Terry, "Rank analysis of incomplete block designs", 1952): each call is a
// game that the called class won against the first of each other class that the desk might have called.

/** Plain data: seconds by the class's name. */
export type HeadStarts = Map<string, number>;

/** Seconds by which a class may be ahead before a call of the other one is a surprise. */
const scaleS = 30;
/** Seconds a surprise moves either; of what is far off, so large a share. */
const stepS = 4;
const farShare = 0.05;
const mostS = 3_600;

/** Takes in that `called`, who joined at `since`, was called while `others` waited: the first of each other class, epoch ms. */
export function noteCall(
  starts: HeadStarts,
  called: { name: string; since: number },
  others: readonly { name: string; since: number }[],
): void {
  for (const other of others) {
    const aheadS = (other.since - called.since) / 1000 + headStart(starts, called.name) - headStart(starts, other.name);
    const step = stepS / (1 + Math.exp(aheadS / scaleS)) + farShare * Math.max(0, -aheadS - scaleS);
    starts.set(called.name, limited(headStart(starts, called.name) + step));
    starts.set(other.name, limited(headStart(starts, other.name) - step));
  }
}

export function headStart(starts: HeadStarts, name: string): number {
  return starts.get(name) ?? 0;
}

function limited(s: number): number {
  return Math.max(-mostS, Math.min(mostS, s));
}
