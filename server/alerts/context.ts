// What rules look at: one hall at one moment, each answer worked out when first asked for.
import type { DeskLive, DeviceLive, HallLive } from '../contracts/hall-live.ts';
import { isUnsureAt, isWaitUnsure } from '../hall/clocks.ts';
import { desksLive } from '../hall/desks.ts';
import type { Hall } from '../hall/hall.ts';
import { deviceLive } from '../hall/liveness.ts';
import { drawn } from '../hall/waits/running-mean.ts';
import type { FirstWaiting, HallContext, TerminalNow, TerminalUse } from './rule.ts';

/** A gap that isn't filled by then probably never is. */
const awaitedMs = 120_000;
/** A hall of which nothing is known yet may have the longest services there are, s: what weighs as much as so many of its own. */
const unknownService = { s: 600, weighs: 30 };
/** What is known of all services weighs as much as so many services of a kind. */
const allWeighs = 5;

interface Given {
  hall: Hall;
  now: number;
  live: () => HallLive;
  use: (terminal: string) => TerminalUse;
  limitsAhead: (desks: () => readonly DeskLive[], until: number, margin: number) => ReadonlyMap<string, number>;
  systemUpSince: number;
  hearingSince: number;
  steadySince: number;
}

/** Plain functions, which rules may take out of it. */
export function contextOf({ hall, now, live, use, limitsAhead, ...since }: Given): HallContext {
  const { config, books } = hall;
  const devices = new Map<string, { live: DeviceLive; nextChangeAt: number | null }>();
  const uses = new Map<string, TerminalUse>();
  const device: HallContext['device'] = (id) => {
    const entry = config.devices.get(id);
    if (!entry) throw new Error(`no device "${id}"`);
    return devices.getOrInsertComputed(id, () => deviceLive(books.state, config, entry, now));
  };
  const desks = once(() => desksLive(books.state, books.ledger, config, now));
  const waiting = once(() => {
    const { ledger } = books;
    // Whoever was passed over has probably left, as the wall has it, and makes no standard broken.
    return [...ledger.waiting(now)].filter(
      ({ since, line }) => line === null || since >= ledger.lines.passedOver(line),
    );
  });
  return {
    now,
    config,
    books,
    ...since,
    use: (id) => uses.getOrInsertComputed(id, use),
    device,
    desks,
    limitsAhead: (until, margin) => limitsAhead(desks, until, margin),
    serviceMs: (service) => serviceMs(hall, service),
    terminals: once(() => config.file.terminals.map(({ id }) => terminalNow(hall, id))),
    advice: () => live().advice,
    occupancy: once(() => hall.occupancy(now)),
    waiting: once(() => firstWaiting(hall, waiting())),
    unsureWaits: once(() => {
      const unsure = waiting().filter(({ since }) => isWaitUnsure(books.state, config.file.queueMachines, since));
      return new Set(unsure.flatMap(({ service }) => service ?? []));
    }),
    waitingFor: (service) => waiting().filter((one) => one.service === service).length,
    // What an older boot may have sent after all that we know of isn't known to be missing.
    isAwaited: (id) => hall.openGaps(id).some(({ at, unknown }) => !unknown && now - at < awaitedMs),
    completeness: once(() => hall.completeness(config.days.of(now).date, now)?.devices ?? []),
  };
}

type Waiting = ReturnType<Hall['books']['ledger']['waiting']> extends Iterable<infer T> ? T : never;

function serviceMs({ lesson }: Hall, service: string | null): number {
  const all = drawn(lesson?.waits.service, unknownService.s, unknownService.weighs);
  return 1_000 * drawn(lesson?.waits.services.get(service ?? ''), all, allWeighs);
}

/** The first of each class; waits that outlived the hall's day are over, as on the wall. */
function firstWaiting({ books: { ledger, state }, config }: Hall, waiting: readonly Waiting[]): FirstWaiting[] {
  const first = new Map<string, FirstWaiting>();
  for (const { service, since, line } of waiting) {
    if (line === null || isWaitUnsure(state, config.file.queueMachines, since)) continue;
    const known = first.get(line);
    if (service === null || (known && known.since <= since)) continue;
    first.set(line, { service, tier: ledger.lines.classOf(line)?.tier ?? null, since });
  }
  return [...first.values()];
}

function terminalNow({ books }: Hall, id: string): TerminalNow {
  const { picture: told } = books.terminals.storyOf(id);
  const isUnsure = told !== null && told.busySince !== null && isUnsureAt(books.state, [{ id }], told.busySince);
  const picture = isUnsure ? { ...told, busySince: null } : told;
  const untold = { state: null, severity: 'unknown' as const, parts: null, stock: null, busy: null, busySince: null };
  return { id, ...(picture ?? { ...untold, since: null }) };
}

function once<T>(work: () => T): () => T {
  let known: { value: T } | null = null;
  return () => {
    known ??= { value: work() };
    return known.value;
  };
}
