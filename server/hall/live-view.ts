// The live view of one hall: everything that a screen shows of it, built from its state and books at one moment.
import type { HallLive, OccupancyLive } from '../contracts/hall-live.ts';
import type { Books } from './books.ts';
import { shareOf } from './completeness.ts';
import { desksLive } from './desks.ts';
import type { IntakeBook } from './intake-book.ts';
import type { Learning } from './learning.ts';
import { deviceLive } from './liveness.ts';
import { occupancyLive } from './occupancy.ts';
import { queueLive } from './services.ts';
import { terminalsLive } from './terminals.ts';
import { untold } from './untold.ts';

/** What is usual inside now, and until when it is (epoch ms). */
export interface UsualNow {
  occupancy: OccupancyLive['usual'];
  until: number;
}

/** What a live view needs besides the hall. */
export interface LiveContext {
  simulated: boolean;
  /** Left out or null: not known. */
  usual?: UsualNow | null;
  history?: HallLive['history'];
}

interface LiveSources extends Books {
  intake: IntakeBook;
  /** Null while nothing is forecast or corrected. */
  learning: Learning | null;
}

const quoteEveryMs = 15_000;
const estimateEveryMs = 60_000;

/** Builds the live view at `now` (epoch ms), and says when it next changes without a message (P1). */
export function buildLiveView(
  { state, config, ledger, terminals: book, intake, learning }: LiveSources,
  now: number,
  { simulated, usual, history = null }: LiveContext,
): { live: HallLive; nextChangeAt: number } {
  const { file, days, hours } = config;
  const today = days.of(now);
  const opening = hours.state(now);
  const lives = [...config.devices.values()].map((device) => deviceLive(state, config, device, now));
  const devices = new Map(lives.map(({ live }) => [live.id, live]));
  const desks = desksLive(state, ledger, config, now);
  const queue = queueLive(state, ledger, config, now, { desks, devices, waits: learning?.waits ?? null });
  const terminals = terminalsLive({ state, config, book, devices, now });
  const corrected = learning?.corrected(now, desks) ?? null;
  const { share, nextChangeAt: shareChangesAt } = shareOf(intake, config, today, now);
  const moments = [
    opening.nextChangeAt,
    today.end,
    now < today.emptyAt ? today.emptyAt : null,
    ledger.nextChangeAt(now),
    shareChangesAt,
    usual?.until ?? null,
    // Those who wait make the next one's wait, also while nothing is heard.
    learning && queue.queue.waiting ? now + quoteEveryMs : null,
    // Those inside leave, also while no door says so.
    corrected && corrected.people >= 0.5 ? now + estimateEveryMs : null,
    ...lives.map(({ nextChangeAt }) => nextChangeAt),
  ];
  return {
    live: {
      hall: config.id,
      rev: state.rev,
      at: now,
      dayDate: today.date,
      open: opening.open,
      opensAt: opening.opensAt,
      closesAt: opening.closesAt,
      simulated,
      completeness: share,
      history,
      dutyManager: file.dutyManager ?? null,
      occupancy: {
        ...occupancyLive(state, config, now, { devices, corrected, desks, ...queue }),
        usual: usual?.occupancy ?? null,
      },
      ...queue,
      desks,
      terminals,
      devices: [...devices.values()],
      ...untold,
      advice: learning?.advice({ now, desks, terminals, ...queue, closesAt: opening.closesAt }) ?? null,
    },
    nextChangeAt: Math.min(...moments.filter((at) => at !== null && at > now).map(Number)),
  };
}

/** The people inside at `now` (epoch ms), without the rest of the live view. */
export function buildOccupancy({ state, config, ledger, learning }: LiveSources, now: number): OccupancyLive {
  const lives = [...config.devices.values()].map((device) => deviceLive(state, config, device, now).live);
  const devices = new Map(lives.map((live) => [live.id, live]));
  const desks = desksLive(state, ledger, config, now);
  const { queue } = queueLive(state, ledger, config, now, { desks, devices, waits: null });
  const corrected = learning?.corrected(now, desks) ?? null;
  return occupancyLive(state, config, now, { devices, desks, queue, corrected });
}
