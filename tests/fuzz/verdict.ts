// Holds what Hallwatch shows of a hall against what really happened there: equal, or marked as not to be trusted.
import type { HallLive } from '../../server/contracts/hall-live.ts';
import type { Completeness } from '../../server/contracts/http.ts';
import type { Kind, Part, Story, Truth } from './hall-story.ts';

export interface Verdict {
  at: number;
  hall: string;
  kind: Kind;
  what: string;
  shown: unknown;
  truth: unknown;
  faults: string[];
  device: string;
}

/** What was looked at, and how much of it was marked. */
export interface Tally {
  checks: number;
  marked: number;
}

/** Clocks may be this far off without a mark (rightClock), and times differ by the way a message takes. */
const timeToleranceMs = 45_000;
/** A device that says nothing for this long is known to be silent: three status intervals, and what a step of the test takes. */
const graceMs = 100_000;

/** Every number of a hall that is shown unmarked and isn't true, at the true time `at`. `isLast`: faults are long over. */
export function judge(
  story: Story,
  live: HallLive,
  completeness: Completeness,
  at: number,
  { isLast, tally }: { isLast: boolean; tally: Tally },
): Verdict[] {
  const truth = story.truthAt(at);
  const share = (device: string) => completeness.devices.find(({ id }) => id === device)?.share ?? null;
  const verdicts: Verdict[] = [];
  for (const kind of ['door', 'queue', 'terminal'] as const) {
    const part = story.parts[kind];
    const { isMarked, pairs } = readers[kind](live, truth, story);
    const isIncomplete = (share(part.device) ?? 1) < 1;
    if (isUnknowable(part, at)) continue;
    tally.checks++;
    if (isMarked || isIncomplete) {
      tally.marked++;
      const mayBeMarked = !part.heals || part.faults.includes('losses') || part.isDead || !part.tellsStatus || !isLast;
      if (!mayBeMarked)
        verdicts.push(verdict('marked though nothing is wrong any more', markOf(kind, live, part), null));
      continue;
    }
    for (const [what, shown, expected, toleranceBy] of pairs) {
      const isRight =
        typeof shown === 'number' && typeof expected === 'number'
          ? Math.abs(shown - expected) <= toleranceBy
          : shown === expected;
      if (!isRight) verdicts.push(verdict(what, shown, expected));
    }

    function verdict(what: string, shown: unknown, expected: unknown): Verdict {
      return { at, hall: story.hall, kind, what, shown, truth: expected, faults: part.faults, device: part.device };
    }
  }
  return verdicts;
}

/** What it sent lately is on its way, or it was switched off just now: nothing could tell yet. */
function isUnknowable({ cuts, outages, lostAt }: Part, at: number): boolean {
  const isOn = ({ from, to }: { from: number; to: number }) => at >= from && at < Math.max(to, from + graceMs) + 60_000;
  const isLostLately = lostAt.some((lost) => at >= lost && at < lost + graceMs);
  return cuts.some(isOn) || outages.some(isOn) || isLostLately;
}

type Pair = [what: string, shown: unknown, truth: unknown, tolerance: number];

interface Read {
  isMarked: boolean;
  pairs: Pair[];
}

const trusted = new Set(['good', 'rough']);

const readers: Record<Kind, (live: HallLive, truth: Truth, story: Story) => Read> = {
  door({ occupancy }, truth, { parts }) {
    // Whoever waits with a ticket is known to be inside: a wrong queue is told by its own mark.
    const isFaulty = [...parts.door.faults, ...parts.queue.faults].length > 0;
    const inside = truth.entered - truth.left;
    return {
      isMarked: !trusted.has(occupancy.quality) || occupancy.enteredToday === null,
      pairs: [
        ['entered today', occupancy.enteredToday, truth.entered, 0],
        ['left today', occupancy.leftToday, truth.left, 0],
        ...(isFaulty ? [] : [['inside', occupancy.value, inside, occupancy.quality === 'rough' ? 8 : 4] as Pair]),
      ],
    };
  },
  queue({ queue, services }, truth) {
    const since = (id: 'general' | 'vip'): Pair => [
      `longest wait since, ${id}`,
      services.find((service) => service.id === id)?.longestSince ?? null,
      truth.longestSince[id],
      timeToleranceMs,
    ];
    return {
      isMarked: !trusted.has(queue.quality) || queue.waiting === null,
      pairs: [
        ['waiting', queue.waiting, truth.waiting, 0],
        ['issued today', queue.issuedToday, truth.issued, 0],
        ['served today', queue.servedToday, truth.served, 0],
        since('general'),
        since('vip'),
      ],
    };
  },
  terminal({ terminals, devices }, truth, { parts }) {
    const { device } = parts.terminal;
    const terminal = terminals.find(({ id }) => id === device);
    const life = devices.find(({ id }) => id === device);
    return {
      isMarked: life?.online !== true || terminal?.severity === 'unknown' || life.marks.includes('clock'),
      pairs: [
        ['state', terminal?.state, truth.kiosk.state, 0],
        ['done today', terminal?.doneToday, truth.kiosk.done, 0],
      ],
    };
  },
};

function markOf(kind: Kind, live: HallLive, { device }: Part): unknown {
  const marks = live.devices.find(({ id }) => id === device)?.marks;
  if (kind === 'door') return [live.occupancy.quality, live.occupancy.reason, marks];
  if (kind === 'queue') return [live.queue.quality, live.queue.reason, marks];
  return [live.devices.find(({ id }) => id === device)?.online, marks];
}
