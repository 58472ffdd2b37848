// The server's time on this screen: the last pulse's time plus the time gone by since, never the screen's own clock.
// A simulated hall's time may run faster than ours, so the pace is learned from successive pulses.

/** A pulse: the server's time (epoch ms) and when it reached us (monotonic ms, performance.now()). */
interface Beat {
  now: number;
  atMs: number;
}

/** `pace`: server milliseconds that pass in one of ours. */
export interface PulseClock {
  beats: Beat[];
  pace: number;
}

const beatsKept = 8;
/** Beats closer together than this say nothing about the pace: their delays weigh more than their distance. */
const shortestSpanMs = 1_000;
/** A pulse that is off by more of our time than this isn't late: the server's clock has been set anew. */
const leapMs = 3_000;
/** Within 2 % of real time it is real time, and the rest is the network's jitter. */
const realTimeBand = 0.02;

/** The server's time, epoch ms, at the monotonic time `atMs`. */
export function serverTime(clock: PulseClock, atMs: number): number {
  const last = clock.beats.at(-1);
  return last ? last.now + Math.max(0, atMs - last.atMs) * clock.pace : 0;
}

/** The clock after one more pulse. The first alone is taken as real time. */
export function heardPulse(clock: PulseClock | null, now: number, atMs: number): PulseClock {
  const beat = { now, atMs };
  if (!clock) return { beats: [beat], pace: 1 };
  const offMs = Math.abs(now - serverTime(clock, atMs)) / clock.pace;
  const paceKnown = clock.beats.length > 1;
  if (now < (clock.beats.at(-1)?.now ?? now) || (paceKnown && offMs > leapMs)) {
    return { beats: [beat], pace: clock.pace };
  }
  const beats = [...clock.beats, beat].slice(-beatsKept);
  return { beats, pace: paceOf(beats) ?? clock.pace };
}

function paceOf(beats: Beat[]): number | null {
  const [first] = beats;
  const last = beats.at(-1);
  if (!first || !last || last.atMs - first.atMs < shortestSpanMs) return null;
  const pace = (last.now - first.now) / (last.atMs - first.atMs);
  if (pace <= 0) return null;
  return Math.abs(pace - 1) < realTimeBand ? 1 : pace;
}
