// The demo is alive at any hour: when its halls would be closed, demo time is moved to their next working hours.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readClockSpec } from '../clock.ts';
import type { OpeningHours } from '../config/hours.ts';
import { timeAt } from '../contracts/clock-spec.ts';

const fileName = 'demo-clock.txt';
const marginMs = 90 * 60_000;

/** The clock that a demo in `folder` runs by, as it was kept; null when it runs by real time. */
export async function keptClock(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, fileName), 'utf8').catch(() => null);
  return text?.trim() ?? null;
}

/**
 * HALLWATCH_CLOCK for a demo in `folder`, or null when real time will do. Demo time only ever moves forward: what was
 * chosen is kept in the folder, and left again only for a later time.
 */
export async function demoClock(folder: string, hours: OpeningHours, realMs: number): Promise<string | null> {
  const kept = await keptClock(folder);
  const spec = kept === null ? null : readClockSpec(kept);
  const now = spec ? timeAt(spec, realMs) : realMs;
  if (isLively(hours, now)) return kept;
  const text = `${livelyTimeAfter(hours, now)}@${realMs}x1`;
  await writeFile(join(folder, fileName), `${text}\n`);
  return text;
}

function isLively(hours: OpeningHours, at: number): boolean {
  const { open, opensAt, closesAt } = hours.state(at);
  if (!open) return false;
  return opensAt === null || closesAt === null || (at >= opensAt + marginMs && at < closesAt - marginMs);
}

/** Well into the next opening that is long enough, or its middle. */
function livelyTimeAfter(hours: OpeningHours, at: number): number {
  const state = hours.state(at);
  if (state.opensAt === null || state.closesAt === null) return at;
  const time = Math.min(state.opensAt + marginMs, Math.floor((state.opensAt + state.closesAt) / 2));
  return time > at ? time : livelyTimeAfter(hours, state.closesAt);
}
