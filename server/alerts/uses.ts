// What is learned of how each terminal is used: its latest transactions, and how many its own hours usually have. Seen from look to look;
// what a restart forgets is begun again, what the hours taught is kept.
import type { DeviceConfig } from '../config/hall-config.ts';
import { hoursOf } from '../config/hall-config.ts';
import type { Hall } from '../hall/hall.ts';
import { deviceLive, unheardSpans } from '../hall/liveness.ts';
import { transactionsOn } from '../hall/terminals.ts';
import type { Logger } from '../log.ts';
import type { TerminalUse } from './rule.ts';
import { stockUse, usualBusyMs } from './use-of-log.ts';
import type { HourlyUse, UseTable } from './use-table.ts';

interface Seen {
  /** What the terminal's log was when it was last read. */
  mark: string;
  /** Effective time of its latest message then. */
  toldAt: number;
  date: string;
  done: number;
  failed: number;
  /** Transactions of which it is known when they were, by effective time. */
  samples: { at: number; done: number; failed: number }[];
  quietSince: number;
  /** The hour of the day that is being counted; not whole when the terminal wasn't in service all along. */
  hour: { name: string; index: number; done: number; isWhole: boolean };
  slow: { at: number; busyMs: number | null; stock: ReadonlyMap<string, number> } | null;
}

const hourMs = 3_600_000;
const keptSamplesMs = 2 * hourMs;
const slowEveryMs = 10 * 60_000;
/** What a terminal did while nobody heard it for longer than this says nothing of now, when it is told at last. */
const unheardMs = 60_000;
/** Of what an hour taught so much stays when it comes again: about ten days count. */
const fades = 0.9;
const keptAtOnce = 500;

export class Uses {
  readonly #table: UseTable;
  readonly #log: Logger;
  readonly #hourly: Map<string, HourlyUse>;
  readonly #seen = new Map<string, Seen>();
  readonly #changed = new Set<string>();

  constructor({ table, log }: { table: UseTable; log: Logger }) {
    this.#table = table;
    this.#log = log;
    this.#hourly = table.all();
  }

  /** Looks at a hall's terminals: to be called at each look at the hall, at least every minute or so. */
  note(hall: Hall, now: number): void {
    for (const { id } of hall.config.file.terminals) {
      const device = hall.config.devices.get(id);
      const log = hall.state.terminals.get(id);
      if (!device || !log) continue;
      const seen = this.#seen.get(id) ?? this.#begin(hall, device, now);
      this.#turnHour(seen, hall, device, now);
      const mark = `${log.at.length} ${log.at.at(-1)}`;
      if (mark === seen.mark) continue;
      seen.mark = mark;
      this.#count(seen, hall, id, { now, at: Math.min(now, log.at.at(-1) ?? now) });
    }
  }

  of(hall: Hall, id: string, now: number): TerminalUse {
    const seen = this.#seen.get(id);
    const device = hall.config.devices.get(id);
    if (!seen || !device) return unknownUse(now);
    const { days } = hall.config;
    const hourly = this.#hourly.get(id);
    const slow = () => this.#slow(seen, hall, device, now);
    return {
      quietSince: seen.quietSince,
      expected: (from, to, least) =>
        expectedOf(hourly, { from, to, least, hourOf: (at) => hourOf(days.of(at).start, at) }),
      within: (windowMs) => {
        const sum = { done: 0, failed: 0 };
        for (const { at, done, failed } of seen.samples) {
          if (at < now - windowMs) continue;
          sum.done += done;
          sum.failed += failed;
        }
        return sum;
      },
      get usualBusyMs() {
        return slow().busyMs;
      },
      get goesPerHour() {
        return slow().stock;
      },
    };
  }

  /** Writes down some of what was learned since; never throws, for it can be learned again. */
  keep(limit = Number.POSITIVE_INFINITY): void {
    try {
      const some = [...this.#changed].slice(0, Math.min(limit, this.#changed.size));
      if (some.length === 0) return;
      this.#table.putAll(some.map((id) => [id, this.#hourly.get(id) ?? emptyUse()]));
      for (const id of some) this.#changed.delete(id);
    } catch (error) {
      this.#log.error({ error: String(error) }, 'what was learned of terminals is not written down');
    }
  }

  /** Writes down a part: many halls end their hours together. */
  keepSome(): void {
    this.keep(keptAtOnce);
  }

  #begin(hall: Hall, { id }: DeviceConfig, now: number): Seen {
    const log = hall.state.terminals.get(id);
    const today = hall.config.days.of(now);
    const counts = transactionsOn(hall.state, id, today) ?? { done: 0, failed: 0 };
    const seen: Seen = {
      mark: `${log?.at.length ?? 0} ${log?.at.at(-1)}`,
      toldAt: log?.at.at(-1) ?? now,
      date: today.date,
      ...counts,
      samples: [],
      quietSince: now,
      // What came before we looked isn't known.
      hour: {
        name: hourName(today.date, hourOf(today.start, now)),
        index: hourOf(today.start, now),
        done: 0,
        isWhole: false,
      },
      slow: null,
    };
    this.#seen.set(id, seen);
    return seen;
  }

  #count(seen: Seen, hall: Hall, id: string, { now, at }: { now: number; at: number }): void {
    const today = hall.config.days.of(now);
    const counts = transactionsOn(hall.state, id, today) ?? { done: 0, failed: 0 };
    const from = seen.toldAt;
    seen.toldAt = at;
    const before = seen.date === today.date ? seen : { done: 0, failed: 0 };
    const done = Math.max(0, counts.done - before.done);
    const failed = Math.max(0, counts.failed - before.failed);
    Object.assign(seen, { date: today.date, ...counts });
    if (done + failed === 0) return;
    seen.quietSince = Math.max(seen.quietSince, at);
    // What it did while we could not hear it says nothing of now.
    if (hall.state.downtimes.some((downtime) => downtime.from < now && downtime.to > from)) return;
    if (unheardSpans(hall.state, id, { from, to: now, now }).some((span) => span.to - span.from > unheardMs)) return;
    seen.samples = [...seen.samples.filter((one) => one.at >= now - keptSamplesMs), { at, done, failed }];
    seen.hour.done += done;
  }

  /** At the end of an hour that it was heard and in service for, the hour has taught something. */
  #turnHour(seen: Seen, hall: Hall, device: DeviceConfig, now: number): void {
    const today = hall.config.days.of(now);
    const index = hourOf(today.start, now);
    const name = hourName(today.date, index);
    const picture = hall.books.terminals.storyOf(device.id).picture;
    const lastDownUntil = hall.state.downtimes.at(-1)?.to ?? 0;
    const isAtWork =
      picture?.state === 'in-service' &&
      lastDownUntil <= today.start + index * hourMs &&
      hoursOf(hall.config, device).state(now).open &&
      deviceLive(hall.state, hall.config, device, now).live.online === true;
    if (name !== seen.hour.name) {
      if (seen.hour.isWhole) this.#learn(device.id, seen.hour);
      seen.hour = { name, index, done: 0, isWhole: true };
    }
    if (!isAtWork) seen.hour.isWhole = false;
  }

  #learn(id: string, { index, done }: Seen['hour']): void {
    const use = this.#hourly.get(id) ?? emptyUse();
    use.days[index] = (use.days[index] ?? 0) * fades + 1;
    use.done[index] = (use.done[index] ?? 0) * fades + done;
    this.#hourly.set(id, use);
    this.#changed.add(id);
  }

  /** What takes a reading of the whole log: now and then. */
  #slow(seen: Seen, hall: Hall, device: DeviceConfig, now: number): NonNullable<Seen['slow']> {
    if (seen.slow && now - seen.slow.at < slowEveryMs && now >= seen.slow.at) return seen.slow;
    const log = hall.state.terminals.get(device.id) ?? { at: [], seq: [], said: [] };
    const { days } = hall.config;
    const hours = hoursOf(hall.config, device);
    const today = days.of(now);
    const open = [days.shift(today, -1), today].flatMap(({ date }) => hours.on(date));
    seen.slow = { at: now, busyMs: usualBusyMs(log), stock: stockUse(log, open) };
    return seen.slow;
  }
}

/** Transactions that the hours of former days have for a stretch; null where one of them was seen too seldom. */
function expectedOf(
  hourly: HourlyUse | undefined,
  { from, to, least, hourOf: indexOf }: { from: number; to: number; least: number; hourOf: (at: number) => number },
): number | null {
  let sum = 0;
  for (let at = from; at < to; ) {
    const end = Math.min(to, (Math.floor(at / hourMs) + 1) * hourMs);
    const index = indexOf(at);
    const days = hourly?.days[index] ?? 0;
    // Days fade: three that were seen weigh a little less.
    if (days < (1 - fades ** least) / (1 - fades) - 0.01) return null;
    sum += ((hourly?.done[index] ?? 0) / days) * ((end - at) / hourMs);
    at = end;
  }
  return sum;
}

function emptyUse(): HourlyUse {
  return { days: Array.from({ length: 25 }, () => 0), done: Array.from({ length: 25 }, () => 0) };
}

function unknownUse(now: number): TerminalUse {
  return {
    quietSince: now,
    expected: () => null,
    within: () => ({ done: 0, failed: 0 }),
    usualBusyMs: null,
    goesPerHour: new Map(),
  };
}

const hourOf = (start: number, at: number) => Math.floor((at - start) / hourMs);
const hourName = (date: string, index: number) => `${date} ${index}`;
