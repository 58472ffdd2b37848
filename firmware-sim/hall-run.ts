import type { SimClock, Timer } from './clock.ts';
import type { Device } from './device.ts';
import type { DayPlan } from './devices/plan.ts';
import { planDay } from './devices/plan.ts';
import type { DeviceMessage } from './devices/sequenced.ts';
import type { Spell } from './devices/spells.ts';
import type { HallDay, SimHall } from './model/hall-day.ts';
import { hallDay, hallDayAt } from './model/hall-day.ts';
import type { HallEvent } from './model/hall-event.ts';
import type { Profile } from './model/profile.ts';

export interface HallRunOptions {
  hall: SimHall;
  seed: number;
  profile: Profile;
  clock: SimClock;
  devices: Device[];
  /** Told the truth as it happens. */
  onTruth?: (hall: string, event: HallEvent) => void;
}

/**
 * Runs one hall by the clock: plans its day, hands what is due to its devices, and goes over to the next day when the
 * hall is empty. Started in the middle of a day, everything up to now is due at once.
 */
export class HallRun {
  readonly #options: HallRunOptions;
  #day: HallDay | null = null;
  #timelines: Pick<Timeline<never>, 'nextAt' | 'playUntil'>[] = [];
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: HallRunOptions) {
    this.#options = options;
  }

  start(): void {
    const { hall, clock } = this.#options;
    this.#begin(hallDayAt(hall, clock.now()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await Promise.all(this.#options.devices.map((device) => device.stop()));
  }

  #begin(day: HallDay): void {
    const plan = planDay(day, this.#options.seed, this.#options.profile);
    this.#day = day;
    this.#timelines = this.#timelinesOf(plan);
    for (const device of this.#options.devices) device.start(day.boot, plan.devices.get(device.entry.id)?.aheadMs);
    this.#advance();
  }

  #timelinesOf({ devices: plans, truth }: DayPlan) {
    const { devices, hall, clock, onTruth } = this.#options;
    const told = devices.flatMap((device) => {
      const { messages = [], spells = [] } = plans.get(device.entry.id) ?? {};
      return [
        new Timeline(turnsOf(spells, clock.now()), ({ hindrance, begins }) => device.hinder(hindrance, begins)),
        new Timeline(messages, (message: DeviceMessage) => device.add(message)),
      ];
    });
    const happening = new Timeline(onTruth ? truth : [], (event: HallEvent) => onTruth?.(hall.file.id, event));
    return [...told, happening];
  }

  #advance(): void {
    const { clock } = this.#options;
    const day = this.#day;
    if (this.#stopped || !day) return;
    const now = clock.now();
    for (const timeline of this.#timelines) timeline.playUntil(now);
    if (now >= day.to) {
      this.#restart(day);
      return;
    }
    const next = Math.min(day.to, ...this.#timelines.map((timeline) => timeline.nextAt));
    this.#timer = clock.after(next - now, () => this.#advance());
  }

  /** The hall is empty and its devices start afresh. */
  async #restart(day: HallDay): Promise<void> {
    await Promise.all(this.#options.devices.map((device) => device.stop()));
    if (this.#stopped) return;
    const tomorrow = Temporal.PlainDate.from(day.date).add({ days: 1 });
    this.#begin(hallDay(this.#options.hall, tomorrow));
  }
}

/** Beginnings and ends of what isn't over at `now`, in order; an end before a beginning of the same time. */
function turnsOf(spells: readonly Spell[], now: number) {
  return spells
    .filter(({ to }) => to > now)
    .flatMap(({ hindrance, from, to }) => [
      { at: from, hindrance, begins: true },
      { at: to, hindrance, begins: false },
    ])
    .sort((a, b) => a.at - b.at || Number(a.begins) - Number(b.begins));
}

/** Things that happen at their times, played one after the other. */
class Timeline<T extends { at: number }> {
  readonly #items: readonly T[];
  readonly #play: (item: T) => void;
  #next = 0;

  constructor(items: readonly T[], play: (item: T) => void) {
    this.#items = items;
    this.#play = play;
  }

  /** Epoch ms of the next one; Infinity after the last. */
  get nextAt(): number {
    return this.#items[this.#next]?.at ?? Number.POSITIVE_INFINITY;
  }

  playUntil(now: number): void {
    for (let item = this.#items[this.#next]; item && item.at <= now; item = this.#items[this.#next]) {
      this.#next += 1;
      this.#play(item);
    }
  }
}
