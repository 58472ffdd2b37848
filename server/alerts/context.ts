// What rules look at: one hall at one moment, each answer worked out when first asked for.
import type { DeviceLive, HallLive } from '../contracts/hall-live.ts';
import type { Hall } from '../hall/hall.ts';
import { deviceLive } from '../hall/liveness.ts';
import type { FirstWaiting, HallContext, TerminalUse } from './rule.ts';

/** A gap that isn't filled by then probably never is. */
const awaitedMs = 120_000;

interface Given {
  hall: Hall;
  now: number;
  live: () => HallLive;
  use: (terminal: string) => TerminalUse;
  hearingSince: number;
  steadySince: number;
}

/** Plain functions, which rules may take out of it. */
export function contextOf({ hall, now, live, use, hearingSince, steadySince }: Given): HallContext {
  const { config, books } = hall;
  const devices = new Map<string, { live: DeviceLive; nextChangeAt: number | null }>();
  return {
    now,
    config,
    books,
    hearingSince,
    steadySince,
    use,
    live: once(live),
    device(id) {
      const entry = config.devices.get(id);
      if (!entry) throw new Error(`no device "${id}"`);
      return devices.getOrInsertComputed(id, () => deviceLive(books.state, config, entry, now));
    },
    waiting: once(() => firstWaiting(hall, now)),
    isAwaited: (id) => hall.openGaps(id).some(({ at }) => now - at < awaitedMs),
    completeness: once(() => hall.completeness(config.days.of(now).date, now)?.devices ?? []),
  };
}

/** The first of each class; waits that outlived the hall's day are over, as on the wall. */
function firstWaiting({ books: { ledger } }: Hall, now: number): FirstWaiting[] {
  const first = new Map<string, FirstWaiting>();
  for (const { service, since, line } of ledger.waiting(now)) {
    const known = first.get(line);
    if (service === null || (known && known.since <= since)) continue;
    // Whoever has probably left makes no standard broken.
    if (since < ledger.lines.passedOver(line)) continue;
    first.set(line, { service, tier: ledger.lines.classOf(line)?.tier ?? null, since });
  }
  return [...first.values()];
}

function once<T>(work: () => T): () => T {
  let known: { value: T } | null = null;
  return () => {
    known ??= { value: work() };
    return known.value;
  };
}
