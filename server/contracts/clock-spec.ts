// HALLWATCH_CLOCK: simulated time, the same in every process that is given the same text (T4).

/** Simulated time runs `speed` times as fast as real time, and was `simMs` at the real time `realMs` (epoch ms). */
export interface ClockSpec {
  simMs: number;
  realMs: number;
  speed: number;
}

/** What to write, for the line that refuses anything else. */
export const clockForm = '<simulated ms>@<real ms>x<speed>, such as 918111540000@1795312800000x1';

/** Reads `<simMs>@<realMs>x<speed>`; null when it is something else. */
export function parseClockSpec(text: string): ClockSpec | null {
  const [, sim, real, speed] = /^(\d{1,15})@(\d{1,15})x(\d{1,9}(?:\.\d{1,9})?)$/.exec(text) ?? [];
  const spec = { simMs: Number(sim), realMs: Number(real), speed: Number(speed) };
  return sim && real && spec.speed > 0 ? spec : null;
}

/** The simulated time, whole epoch ms, at a real one. */
export function timeAt({ simMs, realMs, speed }: ClockSpec, real: number): number {
  return Math.floor(simMs + (real - realMs) * speed);
}
